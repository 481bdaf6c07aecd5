"""Rows to columns: which column counts steps, which tells the time, which are curves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from loganalyzer.model.run import Axis, Floats, Ints
from loganalyzer.readers.csv_names import (
    CLOCK_NAMES,
    EPISODE_NAMES,
    EPOCH_NAMES,
    INDEX_NAMES,
    STEP_NAMES,
    is_likely_training,
    is_step_counter,
    is_surely_training,
    plain,
)
from loganalyzer.readers.csv_sections import Block, Table
from loganalyzer.readers.reading import Column

Mask = npt.NDArray[np.bool_]

# Below this mean length of the stretches in which a counter grows it does not count the rows of its table.
_MIN_STRETCH = 3.0
_FEW = 2
_MIN_WHOLE = 0.98
_EXACT = 2.0**53
_SHOWN = 3


@dataclass(slots=True)
class Cells:
    """One named column over all n rows of a table: values, whether each is there, and what is no number."""

    name: str
    value: Floats
    there: Mask
    bad: int = 0
    first_bad: list[tuple[int, str]] = field(default_factory=list)
    words: npt.NDArray[np.object_] | None = None


@dataclass(slots=True)
class Grid:
    """The columns of a table, the line of each of its n rows, and which rows belong to which split.

    `splits` are told by a column such as `phase` that says train or validation in every row; else empty.
    """

    columns: list[Cells]
    line: Ints
    splits: tuple[tuple[str, Mask], ...]

    @property
    def n_rows(self) -> int:
        """Rows that fit their header."""
        return int(self.line.size)


@dataclass(frozen=True, slots=True, eq=False)
class Clock:
    """The steps of all rows, whether each row has one, and their column, or None for row numbers."""

    step: Floats
    there: Mask
    axis: Axis
    source: Cells | None


def grid_of(table: Table) -> Grid:
    """All sections of a table below one another; a column that a section lacks is missing there."""
    line = np.array([at for section in table.sections for at in section.lines], np.int64)
    columns: dict[str, Cells] = {}
    start = 0
    for section in table.sections:
        for index, name in enumerate(section.names):
            cells = columns.setdefault(
                name, Cells(name, np.full(line.size, np.nan), np.zeros(line.size, bool))
            )
            _fill(cells, [blocks[index] for blocks in section.blocks], start)
        start += len(section.lines)
    return Grid(list(columns.values()), line, _splits(columns.values()))


def _splits(columns: Iterable[Cells]) -> tuple[tuple[str, Mask], ...]:
    words = next((cells.words for cells in columns if cells.words is not None), None)
    return () if words is None else tuple((word, words == word) for word in sorted(set(words)))


def _fill(cells: Cells, blocks: Sequence[Block], start: int) -> None:
    for block in blocks:
        stop = start + block.value.size
        cells.value[start:stop], cells.there[start:stop] = block.value, block.there
        cells.bad += block.n_bad
        cells.first_bad += block.bad[: _SHOWN - len(cells.first_bad)]
        if block.words is not None:
            if cells.words is None:
                cells.words = np.full(cells.value.size, "other", object)
            cells.words[start:stop] = block.words
        start = stop


def has_curves(grid: Grid) -> bool:
    """Whether the table is a history: a training column with numbers, and rows that follow in time.

    Without a step column, rows that carry a text (a model's name, a class) are things, not moments.
    """
    counted = any(is_step_counter(cells.name) for cells in grid.columns)
    has_text = any(_is_text(cells) for cells in grid.columns)
    if has_text and not counted:
        return False
    return any(
        (cells.there.any() or not cells.bad)
        and (is_surely_training(cells.name) or (counted and is_likely_training(cells.name)))
        for cells in grid.columns
    )


def _is_text(cells: Cells) -> bool:
    """Whether a column holds words that change from row to row; dates, lists, a constant name do not."""
    words = [text.strip() for _, text in cells.first_bad if text.lstrip()[:1].isalpha()]
    changes = len(set(words)) > 1 or cells.value.size == 1
    return bool(words) and changes and cells.bad * 2 > cells.value.size


def columns_of(grid: Grid) -> tuple[tuple[Column, ...], int]:
    """One column per curve in file order, and how many values have no step because its cell is missing."""
    clock = clock_of(grid)
    wall = _wall_time(grid)
    lost = 0
    columns: list[Column] = []
    for cells in grid.columns:
        if cells is clock.source or cells is wall or not cells.there.any():
            continue
        keep = cells.there & clock.there
        lost += int(np.count_nonzero(cells.there & ~clock.there))
        columns += [
            Column(
                tag,
                clock.step[rows].astype(np.int64),
                cells.value[rows],
                None if wall is None else wall.value[rows],
                clock.axis,
            )
            for tag, rows in _by_split(grid, cells.name, keep)
        ]
    return tuple(columns), lost


def _by_split(grid: Grid, name: str, keep: Mask) -> list[tuple[str, Mask]]:
    """The rows of one column, each split under a tag of its own."""
    tag = name or "column"
    if not grid.splits:
        return [(tag, keep)]
    parts = [(f"{word}/{tag}", keep & rows) for word, rows in grid.splits]
    return [(tag, rows) for tag, rows in parts if rows.any()]


def clock_of(grid: Grid) -> Clock:
    """The best column that counts the rows: a step, an epoch, an episode, an unnamed index, or none."""
    for names, axis in _CANDIDATES:
        for name in names:
            for cells in grid.columns:
                if plain(cells.name) == name and _counts(grid, cells):
                    return Clock(cells.value, cells.there & _whole(cells.value), axis, cells)
    counted = any(is_step_counter(cells.name) for cells in grid.columns)
    rows = np.arange(grid.n_rows, dtype=float)
    return Clock(rows, np.ones(grid.n_rows, bool), "iteration" if counted else "epoch", None)


_CANDIDATES: tuple[tuple[Sequence[str], Axis], ...] = (
    (STEP_NAMES, "iteration"),
    (EPOCH_NAMES, "epoch"),
    (EPISODE_NAMES, "iteration"),
    (INDEX_NAMES, "epoch"),
)


def _counts(grid: Grid, counter: Cells) -> bool:
    """Whether the values are whole numbers that grow along each curve but for a few restarts."""
    value = counter.value[counter.there]
    if not value.size or counter.bad * 2 > value.size:
        return False
    if np.count_nonzero(_whole(value)) < _MIN_WHOLE * value.size:
        return False
    return _grows(grid, counter) and not _restarts_each_epoch(grid, counter)


def _whole(value: Floats) -> Mask:
    """Whether each value is an integer that a float64 holds exactly."""
    with np.errstate(invalid="ignore"):
        whole: Mask = (np.abs(value) < _EXACT) & (value == np.floor(value))
    return whole


def _grows(grid: Grid, counter: Cells) -> bool:
    """Whether the counter grows in long stretches, or but for one or two restarts."""
    curves = _curves(grid, counter)
    changes = [np.diff(counter.value[rows]) for rows in curves]
    back = sum(int(np.count_nonzero(change < 0)) for change in changes)
    same = sum(int(np.count_nonzero(change == 0)) for change in changes)
    points = sum(rows.size for rows in curves)
    seldom = back + same <= _FEW * len(curves) and _MIN_STRETCH * same < points
    return seldom or points >= _MIN_STRETCH * (len(curves) + back + same)


def _restarts_each_epoch(grid: Grid, counter: Cells) -> bool:
    """Whether the counter goes back where the epoch goes on: then it counts the batches of an epoch."""
    epoch = next((cells for cells in grid.columns if plain(cells.name) in EPOCH_NAMES), None)
    if epoch is None or epoch is counter:
        return False
    back = onward = 0
    for rows in _curves(grid, counter):
        falls = np.flatnonzero(np.diff(counter.value[rows]) < 0)
        back += falls.size
        onward += int(np.count_nonzero(epoch.value[rows[falls + 1]] > epoch.value[rows[falls]]))
    return back > 0 and onward * 2 >= back


def _curves(grid: Grid, counter: Cells) -> list[Ints]:
    """The rows (k,) of each curve that the counter may count: columns other than counters, split by split."""
    curves = [
        np.flatnonzero(rows)
        for cells in grid.columns
        if not is_step_counter(cells.name) and plain(cells.name) not in INDEX_NAMES
        for _, rows in _by_split(grid, cells.name, cells.there & counter.there)
    ]
    return [rows for rows in curves if rows.size]


def _wall_time(grid: Grid) -> Cells | None:
    """The column of seconds since the epoch, if there is one: all its rows lie between 2001 and 2286."""
    for cells in grid.columns:
        named = plain(cells.name) in CLOCK_NAMES and bool(cells.there.size)
        if named and bool(np.all(cells.there & (cells.value > 1e9) & (cells.value < 1e10))):
            return cells
    return None
