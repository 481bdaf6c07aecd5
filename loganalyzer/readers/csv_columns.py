"""Rows to columns: which column counts steps, which tells the time, which are curves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from loganalyzer.model.run import Axis, Floats, Ints
from loganalyzer.readers.csv_cells import numbers
from loganalyzer.readers.csv_names import (
    CLOCK_NAMES,
    EPISODE_NAMES,
    EPOCH_NAMES,
    INDEX_NAMES,
    SPLIT_WORDS,
    STEP_NAMES,
    is_likely_training,
    is_step_counter,
    is_surely_training,
    plain,
)
from loganalyzer.readers.csv_table import Section, Table
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
    splits: list[str] | None = None


@dataclass(slots=True)
class Grid:
    """The columns of a table and the line of each of its n rows."""

    columns: list[Cells]
    line: Ints

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
    n = sum(len(section.rows) for section in table.sections)
    line = np.array([at for section in table.sections for at, _ in section.rows], np.int64)
    columns: dict[str, Cells] = {}
    start = 0
    for section in table.sections:
        stop = start + len(section.rows)
        for index, name in enumerate(section.names):
            cells = columns.setdefault(name, Cells(name, np.full(n, np.nan), np.zeros(n, bool)))
            _fill(cells, section, index, start, table.separator)
        start = stop
    return Grid(list(columns.values()), line)


def _fill(cells: Cells, section: Section, index: int, start: int, separator: str) -> None:
    texts = [row[index] for _, row in section.rows]
    stop = start + len(texts)
    cells.value[start:stop], cells.there[start:stop], bad = numbers(texts, separator)
    if not bad.size:
        return
    cells.bad += int(bad.size)
    cells.first_bad += [(section.rows[at][0], texts[at]) for at in bad[:_SHOWN].tolist()]
    words = [text.strip().lower() for text in texts]
    if bad.size == len(texts) and SPLIT_WORDS.issuperset(words):
        cells.splits = (cells.splits or [""] * start) + words


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
    """A column of words; lists and brackets are values that nobody can plot, not words."""
    words = [text for _, text in cells.first_bad if not text.lstrip().startswith(("[", "(", "{"))]
    return bool(words) and cells.bad * 2 > cells.value.size


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
    """Rows of one column, told apart where a column such as `phase` says train or validation."""
    tag = name or "column"
    for cells in grid.columns:
        if cells.splits is not None:
            words = np.array(cells.splits + [""] * (grid.n_rows - len(cells.splits)))
            parts = [(word, keep & (words == word)) for word in sorted(set(cells.splits))]
            return [(f"{word}/{tag}" if word else tag, rows) for word, rows in parts if rows.any()]
    return [(tag, keep)]


def clock_of(grid: Grid) -> Clock:
    """The best column that counts the rows: a step, an epoch, an episode, an unnamed index, or none."""
    for names, axis in _CANDIDATES:
        for name in names:
            for cells in grid.columns:
                if plain(cells.name) == name and _counts(grid, cells):
                    return Clock(cells.value, cells.there, axis, cells)
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
    with np.errstate(invalid="ignore"):
        whole = (np.abs(value) < _EXACT) & (value == np.floor(value))
    if np.count_nonzero(whole) < _MIN_WHOLE * value.size:
        return False
    return _grows(grid, counter) and not _restarts_each_epoch(grid, counter)


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
