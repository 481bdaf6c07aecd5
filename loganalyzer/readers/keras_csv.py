"""Training histories in delimited text: Keras CSVLogger and everything that looks like it.

The same reader takes Lightning's `metrics.csv`, ultralytics' `results.csv`, timm's `summary.csv`,
Stable-Baselines3's `progress.csv` and the tables people write by hand: a header with a training quantity,
rows below it, and a column that counts steps or none.
"""

from __future__ import annotations

import os
from pathlib import Path

from loganalyzer.model.run import ReadProblem, Source
from loganalyzer.readers import csv_table
from loganalyzer.readers.csv_clock import in_order
from loganalyzer.readers.csv_columns import columns_of, has_curves
from loganalyzer.readers.csv_even import begins_even, even_table
from loganalyzer.readers.csv_grid import Grid, grid_of
from loganalyzer.readers.csv_names import framework_of, is_likely_training, is_surely_training
from loganalyzer.readers.csv_sections import Table
from loganalyzer.readers.csv_text import byte_problems, text_of
from loganalyzer.readers.limits import Deadline, current
from loganalyzer.readers.reading import Reading

FORMAT = "csv"
SUFFIXES = frozenset({".csv", ".tsv", ".log", ".txt"})
HEAD_BYTES = 64 * 1024
MAX_BYTES = 64 * 1024 * 1024
_PIECE = 4096
_SHOWN = 5


def claims(path: Path, head: bytes) -> bool:
    """Whether the file is a training history, by its suffix and its first `HEAD_BYTES` bytes.

    It needs a header with at least one column that is named like a training quantity and holds numbers;
    a table without a step column but with words in it is a list of results, not a history.
    """
    if path.suffix.lower() not in SUFFIXES or not head:
        return False
    if begins_even(head):
        return True
    if len(head) >= HEAD_BYTES:
        head = head[: head.rfind(b"\n") + 1] or head
    table = csv_table.parse(text_of(head))
    return table is not None and has_curves(grid_of(table))


def read(path: Path, *, display: str | None = None) -> Reading:
    """All curves of one table, in file order, and what of it could not be used.

    Raises:
        OSError: the file cannot be opened or read.
    """
    name = display if display is not None else path.name
    data, size, deadline = _start_of(path)
    if size == len(data) and not deadline.has_passed():
        limits = current()
        longest = min(limits.line_bytes, limits.cell_bytes, limits.digits)
        even = even_table(data, columns=limits.columns, line=longest)
        if even is not None:
            return Reading(Source(name, FORMAT, size, even.n_rows), even.columns, framework=even.framework)
    return _read_carefully(name, data, size, deadline)


def _read_carefully(name: str, data: bytes, size: int, deadline: Deadline) -> Reading:
    """What the first bytes `data` of a file of `size` bytes say, whatever they are."""
    problems = _byte_problems(name, size, data)
    table = csv_table.parse(text_of(data), deadline)
    if table is None:
        problems.append(_no_history(name, data))
        return Reading(Source(name, FORMAT, size, 0), problems=tuple(problems))
    grid, counter = in_order(grid_of(table))
    columns, lost = columns_of(grid)
    problems += (
        _limit_problems(name, table, deadline)
        + _crowd_problems(name, grid)
        + _table_problems(name, table)
        + _cell_problems(name, grid)
    )
    if counter is not None:
        say = (
            f"{name}: expected rows in the order of {counter.name!r}, found them in another, as newest first;"
        )
        say += " they were sorted by it; write the oldest first"
        problems.append(ReadProblem("duplicate", name, say))
    if lost:
        say = f"{name}: {lost} values stand in rows without a step, so they have no place; write the step"
        problems.append(ReadProblem("non_numeric", name, say, lost=lost))
    if not columns and not table.torn:
        say = f"{name}: expected rows of numbers below the header, found none; the run logged nothing yet"
        problems.append(ReadProblem("empty", name, say, offset=table.sections[0].line))
    framework = framework_of([cell for section in table.sections for cell in section.names])
    return Reading(
        Source(name, FORMAT, size, grid.n_rows), columns, problems=tuple(problems), framework=framework
    )


def _start_of(path: Path) -> tuple[bytes, int, Deadline]:
    """The first `MAX_BYTES` bytes of a file, its size, and when reading it has to end."""
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        size = os.fstat(file).st_size
        deadline = Deadline(size)
        pieces, room = [], MAX_BYTES
        while piece := os.read(file, min(max(size + 1, _PIECE), room)):
            pieces.append(piece)
            room -= len(piece)
        size = MAX_BYTES - room if room else os.fstat(file).st_size
        return b"".join(pieces), size, deadline
    finally:
        os.close(file)


def _no_history(name: str, data: bytes) -> ReadProblem:
    if not data.strip(b"\0 \t\r\n"):
        say = f"{name}: expected a header and rows, found an empty file; the run logged nothing"
        return ReadProblem("empty", name, say, offset=1)
    say = f"{name}: expected a header with a training quantity (loss, accuracy, ...) over numbers, found none"
    return ReadProblem("skipped", name, f"{say}; name the columns in the first line", offset=1)


def _byte_problems(name: str, size: int, data: bytes) -> list[ReadProblem]:
    problems = []
    if size > len(data):
        skipped = size - len(data)
        say = f"{name}: expected at most {MAX_BYTES} bytes, found {size}; the rest was not read; split it"
        problems.append(ReadProblem("over_limit", name, say, offset=data.count(b"\n"), skipped=skipped))
    return problems + byte_problems(name, data)


def _limit_problems(name: str, table: Table, deadline: Deadline) -> list[ReadProblem]:
    problems = []
    section = max(table.sections, key=lambda one: one.width)
    if section.width > len(section.names):
        say = f"{name}:{section.line}: expected at most {len(section.names)} columns, found {section.width}; "
        say += "the first ones were read; raise --max-columns"
        lost = section.width - len(section.names)
        problems.append(ReadProblem("over_limit", name, say, offset=section.line, lost=lost))
    problems += _length_problems(name, table)
    if table.stopped:
        say = f"{name}:{table.stopped}: expected to read the file in {deadline.seconds:.1f} s, found that it"
        say += " takes longer; the lines behind this one are left out; raise --file-seconds"
        problems.append(ReadProblem("over_limit", name, say, offset=table.stopped))
    return problems


def _crowd_problems(name: str, grid: Grid) -> list[ReadProblem]:
    if not grid.crowded:
        return []
    say = f"{name}:{grid.crowded_line}: expected later headers to name the columns of the first, found "
    say += f"{grid.crowded} names more than there is room for; their cells are left out; "
    say += "write tables with columns of their own to files of their own"
    return [ReadProblem("over_limit", name, say, offset=grid.crowded_line, lost=grid.crowded)]


def _length_problems(name: str, table: Table) -> list[ReadProblem]:
    """One problem for all lines that are too long, and one for all cells."""
    limits = current()
    problems = []
    for what, most, flag in (
        ("line", limits.line_bytes, "--max-line-mb"),
        ("cell", limits.cell_bytes, "--max-cell-kb"),
    ):
        found = [(line, length) for line, column, length in table.long if bool(column) is (what == "cell")]
        if found:
            line, length = found[0]
            say = f"{name}:{line}: expected a {what} of at most {most} characters, found one of {length}; "
            say += f"{len(found)} such {what}s were left out; look who wrote them, or raise {flag}"
            skipped = sum(length for _, length in found)
            problems.append(
                ReadProblem("over_limit", name, say, offset=line, skipped=skipped, lost=len(found))
            )
    return problems


def _table_problems(name: str, table: Table) -> list[ReadProblem]:
    problems = []
    width = table.sections[0].width
    if table.ragged:
        line, found = table.ragged[0]
        lines = ", ".join(str(at) for at, _ in table.ragged[:_SHOWN])
        say = f"{name}:{line}: expected {width} cells as in the header, found {found}; "
        say += f"{len(table.ragged)} such lines were left out (line {lines}{_more(table.ragged)})"
        if table.torn:
            say += "; no cell has a decimal point, so commas seem to part decimals as well as cells: write "
            say += "decimals with a point, or put a semicolon between cells"
        lost = sum(found for _, found in table.ragged)
        problems.append(ReadProblem("ragged", name, say, offset=line, lost=lost))
    if table.unnamed:
        line = table.sections[0].line
        say = f"{name}:{line}: expected rows of {width} cells as in the header, found wider ones; "
        say += f"{table.unnamed} cells without a name were left out; name every column"
        problems.append(ReadProblem("ragged", name, say, offset=line, lost=table.unnamed))
    for column, line, text in table.assumed:
        say = (
            f"{name}:{line}: expected numbers with a decimal point in column {column!r}, found {text!r}; its "
        )
        say += "commas were taken for those of thousands; write 2300 or 2.3"
        problems.append(ReadProblem("non_numeric", name, say, offset=line))
    if table.cut:
        part = "a number that may go on" if table.is_row_kept else "a part of one"
        say = f"{name}:{table.cut}: expected a whole line at the end, found {part}; it was left out, and"
        say += " will be read once it is written"
        problems.append(ReadProblem("truncated", name, say, offset=table.cut, lost=1))
    return problems


def _cell_problems(name: str, grid: Grid) -> list[ReadProblem]:
    """One problem for each curve with cells that hold no number; a column of words alone is no curve."""
    problems = []
    for cells in grid.columns:
        trains = is_surely_training(cells.name) or is_likely_training(cells.name)
        if not cells.bad or cells.words is not None or not (cells.there.any() or trains):
            continue
        line, found = cells.first_bad[0]
        say = f"{name}:{line}: expected a number in column {cells.name!r}, found {found.strip()[:40]!r}; "
        say += f"{cells.bad} such cells were left out"
        problems.append(ReadProblem("non_numeric", name, say, offset=line, lost=cells.bad))
    return problems


def _more(ragged: list[tuple[int, int]]) -> str:
    return "" if len(ragged) <= _SHOWN else ", ..."
