"""The columns of a table below one another: what stands in each row, and in which order the rows are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from loganalyzer.model.run import Floats, Ints
from loganalyzer.readers.csv_cells import LARGEST_EXACT
from loganalyzer.readers.csv_sections import Block, Table

Mask = npt.NDArray[np.bool_]

_SHOWN = 3
# Cells of a table that may be missing, nine bytes each.
_ROOM = 8_000_000


@dataclass(slots=True)
class Cells:
    """One named column over all n rows of a table: values, whether each is there, and what is no number.

    `exact` are the same values as whole numbers where some are too large for a float, 0 where none is there.
    """

    name: str
    value: Floats
    there: Mask
    bad: int = 0
    first_bad: list[tuple[int, str]] = field(default_factory=list)
    words: npt.NDArray[np.object_] | None = None
    exact: Ints | None = None

    @property
    def step(self) -> Floats | Ints:
        """The values as steps."""
        return self.value if self.exact is None else self.exact

    @property
    def is_whole(self) -> Mask:
        """Where a whole number is there that is known exactly."""
        whole = np.isfinite(self.value) & (self.value == np.floor(self.value))
        if self.exact is None:
            whole &= np.abs(self.value) < LARGEST_EXACT
        known: Mask = self.there & whole
        return known


@dataclass(slots=True)
class Grid:
    """The columns of a table, the line of each of its n rows, and which rows belong to which split.

    `splits` are told by a column such as `phase` that says train or validation in every row; else empty.
    `crowded` counts the names of later headers for which there was no room, `crowded_line` is the first such
    header's.
    """

    columns: list[Cells]
    line: Ints
    splits: tuple[tuple[str, Mask], ...]
    crowded: int = 0
    crowded_line: int = 0

    @property
    def n_rows(self) -> int:
        """Rows that fit their header."""
        return int(self.line.size)


def grid_of(table: Table) -> Grid:
    """All sections of a table below one another; a column that a section lacks is missing there.

    Where each of many headers brings names of its own, nearly all cells are missing: those of the first are
    kept, as many as there is room for.
    """
    line = np.array([at for section in table.sections for at in section.lines], np.int64)
    columns: dict[str, Cells] = {}
    room = _room(table, line.size)
    crowded: dict[str, int] = {}
    start = 0
    for section in table.sections:
        for index, name in enumerate(section.names):
            if name not in columns and len(columns) >= room:
                crowded.setdefault(name, section.line)
                continue
            if name not in columns:
                columns[name] = Cells(name, np.full(line.size, np.nan), np.zeros(line.size, bool))
            _fill(columns[name], [blocks[index] for blocks in section.blocks], start)
        start += len(section.lines)
    first = min(crowded.values(), default=0)
    return Grid(list(columns.values()), line, _splits(columns.values()), len(crowded), first)


def _room(table: Table, n_rows: int) -> int:
    """How many columns there may be: cells that are missing take as much memory as others."""
    there = sum(len(section.lines) * len(section.names) for section in table.sections)
    return max(len(table.sections[0].names), max(_ROOM, 2 * there) // max(n_rows, 1))


def _splits(columns: Iterable[Cells]) -> tuple[tuple[str, Mask], ...]:
    words = next((cells.words for cells in columns if cells.words is not None), None)
    return () if words is None else tuple((word, words == word) for word in sorted(set(words)))


def _fill(cells: Cells, blocks: Sequence[Block], start: int) -> None:
    for block in blocks:
        stop = start + block.value.size
        cells.value[start:stop], cells.there[start:stop] = block.value, block.there
        cells.bad += block.n_bad
        cells.first_bad += block.bad[: _SHOWN - len(cells.first_bad)]
        if block.exact is not None or cells.exact is not None:
            cells.exact = _rounded(cells.value) if cells.exact is None else cells.exact
            cells.exact[start:stop] = _rounded(block.value) if block.exact is None else block.exact
        if block.words is not None:
            if cells.words is None:
                cells.words = np.full(cells.value.size, "other", object)
            cells.words[start:stop] = block.words
        start = stop


def _rounded(value: Floats) -> Ints:
    """Whole numbers that a float holds exactly, and 0 for all others."""
    return np.where(np.abs(value) < LARGEST_EXACT, value, 0.0).astype(np.int64)


def reordered(grid: Grid, order: Ints) -> Grid:
    """The rows (n,) of a grid in another order."""
    columns = [
        replace(
            cells,
            value=cells.value[order],
            there=cells.there[order],
            words=None if cells.words is None else cells.words[order],
            exact=None if cells.exact is None else cells.exact[order],
        )
        for cells in grid.columns
    ]
    return replace(grid, columns=columns, line=grid.line[order], splits=_splits(columns))


def by_split(grid: Grid, name: str, keep: Mask) -> list[tuple[str, Mask]]:
    """The rows of one column, each split under a tag of its own."""
    tag = name or "column"
    if not grid.splits:
        return [(tag, keep)]
    parts = [(f"{word}/{tag}", keep & rows) for word, rows in grid.splits]
    return [(tag, rows) for tag, rows in parts if rows.any()]
