"""Logs of one JSON record a line: detectron2, MMEngine, DeiT and MAE, RLlib, and those written by hand."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from loganalyzer.model.run import ProblemKind, Source
from loganalyzer.readers.events.problems import Problems
from loganalyzer.readers.reading import Reading
from loganalyzer.readers.records.curves import columns_of, is_history
from loganalyzer.readers.records.pieces import MAX_RECORD, Line, Pieces, lines_of, text_of
from loganalyzer.readers.records.remarks import framework_of, note_pieces, note_table
from loganalyzer.readers.records.salvage import whole_records
from loganalyzer.readers.records.table import Table
from loganalyzer.readers.records.values import TooDeepError, decode, in_json_words

FORMAT = "jsonl"
SUFFIXES = frozenset({".json", ".jsonl", ".ndjson", ".log", ".txt"})
_ALWAYS_LINES = frozenset({".jsonl", ".ndjson"})
HEAD_BYTES = 64 * 1024
# MMEngine writes each point twice: to scalars.json, and to a file that has the time of its start for a name.
_TWIN = re.compile(r"\d{8}_\d{6}\.json")


def claims(path: Path, head: bytes) -> bool:
    """Whether the file holds records of a training, line by line, by its suffix and its first bytes.

    It begins with an object in one line; at least half of the lines are such, and they count steps that grow
    and measure a training.
    """
    if path.suffix.lower() not in SUFFIXES or (path.parent.name == "vis_data" and _TWIN.fullmatch(path.name)):
        return False
    text = text_of(head)
    if not text.startswith("{"):
        return False
    log = _Log(Problems(path.name))
    n_lines = 0
    for line in lines_of([text]):
        if not line.text.strip() or (not line.is_ended and len(head) >= HEAD_BYTES):
            continue
        n_lines += 1
        log.take(line)
        if not log.table.n_rows and not log.table.hparams:
            return False
    needed = 1 if path.suffix.lower() in _ALWAYS_LINES else 2
    n_rows = log.table.n_rows
    return n_rows >= needed and 2 * n_rows >= n_lines and is_history(log.table)


def read(path: Path, *, display: str | None = None) -> Reading:
    """All curves of one log, in file order, and what of it could not be used.

    Raises:
        OSError: the file cannot be opened or read.
    """
    log = _Log(Problems(display if display is not None else path.name))
    with path.open("rb") as file:
        pieces = Pieces(file)
        for line in lines_of(pieces):
            log.take(line)
    size = max(path.stat().st_size, pieces.size)
    note_pieces(log.problems, pieces, size)
    columns, lost = columns_of(log.table)
    note_table(log.problems, log.table, lost)
    log.note_rest(is_empty=not columns)
    return Reading(
        Source(log.problems.path, FORMAT, size, log.table.n_rows),
        columns,
        hparams=dict(sorted(log.table.hparams.items())),
        problems=log.problems.all(),
        framework=framework_of(name for _, name in log.table.cells),
    )


@dataclass(slots=True)
class _Log:
    """The records of a log so far; `stray` lines held none, the first of them in line `stray_line`."""

    problems: Problems
    table: Table = field(default_factory=Table)
    stray: int = 0
    stray_line: int = 0

    def take(self, line: Line) -> None:
        """Read the record of a line, or all that are whole where several were run together by a crash."""
        text = line.text.strip().removesuffix(",")
        if line.length > MAX_RECORD:
            say = f"expected at most {MAX_RECORD} characters in a line, found {line.length}; it was left out"
            self._note("over_limit", line, say)
        elif "{" in text:
            try:
                record = decode(text)
            except ValueError as error:
                if line.is_ended and isinstance(error, TooDeepError):
                    self._note("over_limit", line, f"expected a record like those before, found one {error}")
                else:
                    self._salvage(line, in_json_words(text))
                return
            self._add(record, line)
        elif text:
            self.stray += 1
            self.stray_line = self.stray_line or line.number

    def note_rest(self, *, is_empty: bool) -> None:
        """Say what is left to say once all lines are read."""
        name = self.problems.path
        if self.stray:
            say = f"{name}:{self.stray_line}: expected a record in each line, found {self.stray} without; "
            self.problems.add("skipped", self.stray_line, f"{say}they were left out", lost=self.stray)
        if is_empty:
            say = f"{name}: expected records with numbers, found none; the run logged nothing yet"
            self.problems.add("empty", 1, say)

    def _salvage(self, line: Line, text: str) -> None:
        """Take the whole records of a damaged line; half of one at the end of the log is not damage."""
        end = 0
        for record, _, stop in whole_records(text, self.table):
            self._add(record, line)
            end = stop
        if not line.is_ended and text[end:]:
            say = (
                "expected a whole record at the end, found a part of one; it was left out, and will be read "
            )
            self._note("truncated", line, f"{say}once it is written")
        else:
            say = "expected a record, found a damaged one; what is whole in its line was read, no more"
            self._note("corrupt_data", line, say)

    def _add(self, record: object, line: Line) -> None:
        if isinstance(record, dict):
            self.table.add_record(record, line.number)
        else:
            say = "expected a record of names and values, found something else; it was left out"
            self._note("corrupt_data", line, say)

    def _note(self, kind: ProblemKind, line: Line, say: str) -> None:
        self.problems.add(kind, line.number, f"{self.problems.path}:{line.number}: {say}", lost=1)
