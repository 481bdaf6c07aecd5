"""Columns of a table to curves: which are measured, which tells the time."""

from __future__ import annotations

import numpy as np

from loganalyzer.readers.csv_clock import clock_of
from loganalyzer.readers.csv_grid import Cells, Grid, by_split
from loganalyzer.readers.csv_names import (
    CLOCK_NAMES,
    is_likely_training,
    is_step_counter,
    is_surely_training,
    plain,
)
from loganalyzer.readers.reading import Column


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
            for tag, rows in by_split(grid, cells.name, keep)
        ]
    return tuple(columns), lost


def _wall_time(grid: Grid) -> Cells | None:
    """The column of seconds since the epoch, if there is one: all its rows lie between 2001 and 2286."""
    for cells in grid.columns:
        named = plain(cells.name) in CLOCK_NAMES and bool(cells.there.size)
        if named and bool(np.all(cells.there & (cells.value > 1e9) & (cells.value < 1e10))):
            return cells
    return None
