"""What a table is cut into, and how its last line is judged."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from loganalyzer.model.run import Floats, Ints
from loganalyzer.readers.csv_cells import is_number, number
from loganalyzer.readers.csv_names import is_step_counter
from loganalyzer.readers.csv_rows import Row

# As many equal lengths in a row are no chance, at two decimals or more.
_ALIKE = 8
_DECIMALS = re.compile(r"[+-]?\d+[.,](\d+)")


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Consecutive cells (n,) of one column: values, whether each is there, and some that are no number.

    `words` are the n cells in lower case if all of them name a split; `exact` are whole numbers (n,), 0 where
    none is there, of which some are too large for a float. `commas` are the index, line and text of numbers
    whose commas the rest of the table must explain; `has_point` says that other cells have a decimal point.
    """

    value: Floats
    there: npt.NDArray[np.bool_]
    n_bad: int
    bad: tuple[tuple[int, str], ...]
    words: tuple[str, ...] | None
    exact: Ints | None = None
    commas: tuple[tuple[int, int, str], ...] = ()
    has_point: bool = False


@dataclass(slots=True)
class Section:
    """A header and what stands below it: `blocks` of cells for each name, and the line of each row.

    `rows` are those not yet turned into blocks; `width` counts the names of the header, of which more may be
    there than are kept. `is_even` says of a section that ended that all its rows are as wide as its header.
    """

    line: int
    header: list[str]
    names: tuple[str, ...]
    width: int
    rows: list[Row] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    blocks: list[list[Block]] = field(default_factory=list)
    common: int = 0
    is_even: bool = False


@dataclass(slots=True)
class Table:
    """A text cut into sections, a new one at each repeated header; lines count from 1.

    `assumed` are the name, line and first such cell of columns whose commas were taken for those of thousands
    though nothing says so; `torn` is the line of a header whose rows hold decimal commas between commas.

    `ragged` are (line, cells) of rows that fit no header, `unnamed` counts the cells beyond the header in
    rows that are all wider, `cut` is the line on which the text ends in mid-row, or 0; of that row the cells
    but the last are kept if `is_row_kept`. `stopped` is the line after which the time was up, or 0.

    `long` are (line, column, length) of cells that were too long to be looked at, "" for a whole line.
    """

    separator: str
    sections: list[Section]
    ragged: list[tuple[int, int]] = field(default_factory=list)
    unnamed: int = 0
    assumed: list[tuple[str, int, str]] = field(default_factory=list)
    torn: int = 0
    cut: int = 0
    is_row_kept: bool = False
    stopped: int = 0
    long: list[tuple[int, str, int]] = field(default_factory=list)


def judge_end(table: Table) -> None:
    """A last line without an end is the live tail of the log: its last number may be half of one."""
    section = table.sections[-1]
    if not section.rows:
        return
    line, cells = section.rows[-1]
    trim(section, cells)
    width = section.common or common_width(section)
    is_whole = len(cells) in {section.width, width} and not _is_cut(cells, table.separator)
    if is_whole and (not cells[-1].strip() or _has_all_decimals(section.rows)):
        return
    table.cut = line
    if is_whole and not is_step_counter(section.names[-1]):
        cells[-1], table.is_row_kept = "", True
    else:
        section.rows.pop()


def _has_all_decimals(rows: Sequence[Row]) -> bool:
    """Whether the last number has as many decimals as those above it, so that nothing can follow it."""
    found = [_DECIMALS.fullmatch(cells[-1].strip()) for _, cells in rows[-_ALIKE:]]
    widths = {len(one[1]) if one else 0 for one in found}
    return len(found) == _ALIKE and len(widths) == 1 and min(widths) > 1


def _is_cut(cells: Sequence[str], separator: str) -> bool:
    """Whether the last cell breaks off inside a number: `0.`, `1e-`, `-`, `n`."""
    end = cells[-1].strip()
    return end.endswith((".", "-", "+", "e", "E")) or not (is_value(end) or is_number(end, separator))


def trim(section: Section, cells: list[str]) -> None:
    """Drop blank cells beyond the header."""
    while len(cells) > section.width and not cells[-1].strip():
        cells.pop()


def common_width(section: Section) -> int:
    """The width most rows have; the header's, unless of three rows or more two in three agree on another."""
    widths = Counter(len(cells) for _, cells in section.rows)
    if len(section.rows) < 3:
        return section.width
    common, often = widths.most_common(1)[0]
    return common if often * 3 >= 2 * len(section.rows) else section.width


def is_value(cell: str) -> bool:
    """Whether a cell holds a number or says that there is none."""
    try:
        number(cell)
    except ValueError:
        return False
    return True
