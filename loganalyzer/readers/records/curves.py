"""A table of records to curves: each at the steps of the counter that its rows have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from loganalyzer.model.run import Axis, Floats
from loganalyzer.readers.csv_names import (
    CLOCK_NAMES,
    EPOCH_NAMES,
    SPLIT_WORDS,
    is_likely_training,
    is_surely_training,
    plain,
    words,
)
from loganalyzer.readers.reading import Column
from loganalyzer.readers.records.clock import Clock, Points, clocks_of, is_counter, is_growing
from loganalyzer.readers.records.table import Table
from loganalyzer.readers.records.values import printable

_FIRST_TIME, _LAST_TIME = 1e9, 1e10


def columns_of(table: Table) -> tuple[tuple[Column, ...], int]:
    """One column per curve, in order of appearance, and how many numbers stand in rows without a step."""
    groups: dict[str, dict[str, Points]] = {}
    for (word, name), cells in table.cells.items():
        if cells.row:
            groups.setdefault(word, {})[name] = cells.points()
    columns: list[Column] = []
    lost = 0
    for word, values in groups.items():
        clocks = _clocks(values)
        if word == "val" and table.has_iter:
            clocks = [_by_epoch(clock, groups) for clock in clocks]
        clocks = clocks or [_row_numbers(values, groups)]
        placed = {name: _placed(points, clocks) for name, points in values.items() if not is_counter(name)}
        used = {clock.name for clock in placed.values()}
        wall_name, wall = _wall_time(values)
        for name, points in values.items():
            if name in used or name == wall_name:
                continue
            column = _column(_tag(word, name), points, placed.get(name) or _placed(points, clocks), wall)
            lost += points.row.size - column.step.size
            columns += [column] if column.step.size else []
    return distinct(columns), lost


def _clocks(values: Mapping[str, Points]) -> list[Clock]:
    return clocks_of(*_counters_and_curves(values))


def _counters_and_curves(values: Mapping[str, Points]) -> tuple[dict[str, Points], list[Points]]:
    counters = {name: points for name, points in values.items() if is_counter(name)}
    return counters, [points for name, points in values.items() if name not in counters]


def is_history(table: Table) -> bool:
    """Whether the rows are moments of a training: they count steps that grow, and measure a training curve.

    Beside a curve that is surely of a training a counter may grow in fractions, as the epochs of Hugging Face
    do. Without a counter, the pair `x` and `val_x` says as much.
    """
    measured = {name for (_, name), cells in table.cells.items() if cells.row and not cells.counts}
    is_sure = any(map(is_surely_training, measured))
    if not is_sure and not any(map(is_likely_training, measured)):
        return False
    groups: dict[str, dict[str, Points]] = {}
    for (word, name), cells in table.cells.items():
        groups.setdefault(word, {})[name] = cells.points()
    if any(_clocks(values) for values in groups.values()):
        return True
    if is_sure and any(is_growing(*_counters_and_curves(values)) for values in groups.values()):
        return True
    return not _has_counter(groups) and any(f"val_{name}" in measured for name in measured)


def _has_counter(groups: Mapping[str, Mapping[str, Points]]) -> bool:
    return any(is_counter(name) for values in groups.values() for name in values)


def _by_epoch(clock: Clock, groups: Mapping[str, Mapping[str, Points]]) -> Clock:
    """MMEngine places what it validates after epochs by the epoch, under the name of its steps."""
    epochs = [points for name, points in groups.get("", {}).items() if plain(name) in EPOCH_NAMES]
    if clock.axis == "epoch" or not epochs or clock.points.value.max() > epochs[0].value.max():
        return clock
    return replace(clock, axis="epoch")


def _row_numbers(values: Mapping[str, Points], groups: Mapping[str, Mapping[str, Points]]) -> Clock:
    """Rows are numbered from 0, those of each word for themselves."""
    rows = np.unique(np.concatenate([points.row for points in values.values()]))
    number = rows if len(groups) == 1 else np.arange(rows.size)
    axis: Axis = "iteration" if _has_counter(groups) else "epoch"
    return Clock("", Points(rows, number.astype(np.float64)), axis)


def _wall_time(values: Mapping[str, Points]) -> tuple[str, Points | None]:
    """The seconds since the epoch of the rows, if all of a column lies between 2001 and 2286."""
    for name, points in values.items():
        if plain(name) in CLOCK_NAMES and bool(
            np.all((points.value > _FIRST_TIME) & (points.value < _LAST_TIME))
        ):
            return name, points
    return "", None


def _tag(word: str, name: str) -> str:
    named = not word or not SPLIT_WORDS.isdisjoint(words(name))
    return printable(name if named else f"{word}/{name}") or "column"


def _placed(points: Points, clocks: Sequence[Clock]) -> Clock:
    """The first clock that most of the points have, or the one that most have."""
    found = [int(np.count_nonzero(clock.points.at(points.row)[0])) for clock in clocks]
    enough = (clock for clock, n in zip(clocks, found, strict=True) if n * 2 >= points.row.size)
    return next(enough, clocks[found.index(max(found))])


def _column(tag: str, points: Points, clock: Clock, wall: Points | None) -> Column:
    there, step = clock.points.at(points.row)
    time: Floats | None = None if wall is None else wall.at(points.row[there])[1]
    return Column(tag, step[there].astype(np.int64), points.value[there], time, clock.axis)


def distinct(columns: Sequence[Column]) -> tuple[Column, ...]:
    """The columns, with `#2`, `#3` behind a tag that was there before."""
    taken: dict[str, int] = {}
    result = []
    for column in columns:
        n = taken[column.tag] = taken.get(column.tag, 0) + 1
        result.append(column if n == 1 else replace(column, tag=f"{column.tag}#{n}"))
    return tuple(result)
