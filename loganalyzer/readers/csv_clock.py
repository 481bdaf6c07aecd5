"""Which column of a table counts its rows, and whether they stand in its order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from loganalyzer.model.run import Axis, Floats, Ints
from loganalyzer.readers.csv_grid import Cells, Grid, Mask, by_split, reordered
from loganalyzer.readers.csv_names import (
    EPISODE_NAMES,
    EPOCH_NAMES,
    INDEX_NAMES,
    STEP_NAMES,
    is_step_counter,
    plain,
)

# Below this mean length of the stretches in which a counter grows it does not count the rows of its table.
_MIN_STRETCH = 3.0
_FEW = 2
_MIN_WHOLE = 0.98
_CANDIDATES: tuple[tuple[Sequence[str], Axis], ...] = (
    (STEP_NAMES, "iteration"),
    (EPOCH_NAMES, "epoch"),
    (EPISODE_NAMES, "iteration"),
    (INDEX_NAMES, "epoch"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Clock:
    """The steps of all rows, whether each row has one, and their column, or None for row numbers."""

    step: Floats | Ints
    there: Mask
    axis: Axis
    source: Cells | None


def clock_of(grid: Grid) -> Clock:
    """The best column that counts the rows: a step, an epoch, an episode, an unnamed index, or none."""
    for at, axis in _counters(grid):
        cells = grid.columns[at]
        if _counts(grid, cells):
            return Clock(cells.step, cells.is_whole, axis, cells)
    counted = any(is_step_counter(cells.name) for cells in grid.columns)
    rows = np.arange(grid.n_rows, dtype=float)
    return Clock(rows, np.ones(grid.n_rows, bool), "iteration" if counted else "epoch", None)


def in_order(grid: Grid) -> tuple[Grid, Cells | None]:
    """The grid with its rows turned round, and the column that says so, or None if they stay as they are.

    They are where the best counter falls at every row and no other one grows: the newest row stands first.
    """
    best = clock_of(grid).source
    for at, _ in _counters(grid):
        cells = grid.columns[at]
        if (best is None or best is cells) and _falls(grid, cells):
            step = np.where(cells.is_whole, cells.step, cells.step.max())
            return reordered(grid, np.argsort(step, kind="stable")), cells
    return grid, None


@lru_cache(maxsize=1024)
def counters_of(names: tuple[str, ...]) -> tuple[tuple[int, Axis], ...]:
    """Which columns may count the rows, by their names: the best first, each with what it counts."""
    known = [plain(name) for name in names]
    ranked = [(name, axis) for candidates, axis in _CANDIDATES for name in candidates]
    return tuple((at, axis) for name, axis in ranked for at, one in enumerate(known) if one == name)


def _counters(grid: Grid) -> tuple[tuple[int, Axis], ...]:
    return counters_of(tuple(cells.name for cells in grid.columns))


def _falls(grid: Grid, counter: Cells) -> bool:
    """Whether the column has whole numbers that fall at every row of each curve, in one twice or more."""
    if not counter.there.any() or not counter.is_whole[counter.there].all():
        return False
    changes = [np.diff(counter.step[rows]) for rows in _curves(grid, counter)]
    return any(change.size >= _FEW for change in changes) and all((change < 0).all() for change in changes)


def _counts(grid: Grid, counter: Cells) -> bool:
    """Whether the values are whole numbers that grow along each curve but for a few restarts."""
    value = counter.value[counter.there]
    if not value.size or counter.bad * 2 > value.size:
        return False
    if np.count_nonzero(counter.is_whole) < _MIN_WHOLE * value.size:
        return False
    return _grows(grid, counter) and not _restarts_each_epoch(grid, counter)


def _grows(grid: Grid, counter: Cells) -> bool:
    """Whether the counter grows in long stretches, or but for one or two restarts."""
    curves = _curves(grid, counter)
    changes = [np.diff(counter.step[rows]) for rows in curves]
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
        falls = np.flatnonzero(np.diff(counter.step[rows]) < 0)
        back += falls.size
        onward += int(np.count_nonzero(epoch.value[rows[falls + 1]] > epoch.value[rows[falls]]))
    return back > 0 and onward * 2 >= back


def _curves(grid: Grid, counter: Cells) -> list[Ints]:
    """The rows (k,) of each curve that the counter may count: columns other than counters, split by split."""
    curves = [
        np.flatnonzero(rows)
        for cells in grid.columns
        if not is_step_counter(cells.name) and plain(cells.name) not in INDEX_NAMES
        for _, rows in by_split(grid, cells.name, cells.there & counter.there)
    ]
    return [rows for rows in curves if rows.size]
