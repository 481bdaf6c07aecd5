"""Which of the counters in a log of records places its points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from loganalyzer.model.run import Axis, Floats, Ints
from loganalyzer.readers.csv_names import EPISODE_NAMES, EPOCH_NAMES, INDEX_NAMES, STEP_NAMES, plain

Mask = npt.NDArray[np.bool_]

_MORE_STEPS = ("trainer global step", "num updates", "current steps")
_CANDIDATES: tuple[tuple[Sequence[str], Axis], ...] = (
    ((*STEP_NAMES, *_MORE_STEPS), "iteration"),
    (EPOCH_NAMES, "epoch"),
    (EPISODE_NAMES, "iteration"),
    (tuple(name for name in INDEX_NAMES if name), "epoch"),
)
COUNTERS: Mapping[str, tuple[int, Axis]] = {
    name: (rank, axis)
    for rank, (name, axis) in enumerate((name, axis) for names, axis in _CANDIDATES for name in names)
}
_MIN_WHOLE = 0.98
_EXACT = 2.0**53
_MIN_STRETCH = 3
_FEW = 2


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Values of one name and the rows they stand in, both of shape (n,); rows do not decrease."""

    row: Ints
    value: Floats

    def cut(self, keep: Mask) -> Points:
        """The points that a mask (n,) selects."""
        return Points(self.row[keep], self.value[keep])

    def at(self, row: Ints) -> tuple[Mask, Floats]:
        """Whether each of the rows (k,) has a value, and that value, or NaN."""
        if not self.row.size:
            return np.zeros(row.size, bool), np.full(row.size, np.nan)
        near = np.minimum(np.searchsorted(self.row, row), self.row.size - 1)
        there = self.row[near] == row
        return there, np.where(there, self.value[near], np.nan)


@dataclass(frozen=True, slots=True, eq=False)
class Clock:
    """The steps of those rows that have one; `name` is the counter it is read from."""

    name: str
    points: Points
    axis: Axis


def is_counter(name: str) -> bool:
    """Whether loggers give this name to what counts steps, epochs or episodes."""
    return plain(name) in COUNTERS


def clocks_of(counters: Mapping[str, Points], curves: Sequence[Points]) -> list[Clock]:
    """The counters that place the points of these curves, the best one first; none if none counts.

    A counter is whole and grows along each curve but for a few restarts. One that starts again with every
    epoch counts the batches of an epoch: it is unrolled by the epochs. If no counter is as good as that, one
    that grows with repeats will do: several processes that log to one file repeat each step.
    """
    ranked = sorted(counters, key=lambda name: (COUNTERS[plain(name)][0], name))
    whole = {name: points for name in ranked if (points := _whole(counters[name])).row.size}
    epochs = next((whole[name] for name in whole if plain(name) in EPOCH_NAMES), None)
    clocks = [_clock(name, _unrolled(whole[name], epochs)) for name in whole]
    strict = [clock for clock in clocks if _grows(clock.points, curves)]
    return strict or [clock for clock in clocks if _grows(clock.points, curves, with_repeats=True)]


def is_growing(counters: Mapping[str, Points], curves: Sequence[Points]) -> bool:
    """Whether a counter grows along the curves, be it in fractions (`epoch: 0.25`) or beyond exact numbers.

    It places no points, which are numbered then, but it says that the rows are moments of a training.
    """
    known = (points.cut(np.isfinite(points.value)) for points in counters.values())
    return any(
        points.row.size > 1 and points.value[-1] > points.value[0] and _grows(points, curves)
        for points in known
    )


def _clock(name: str, points: Points) -> Clock:
    return Clock(name, points, COUNTERS[plain(name)][1])


def _whole(counter: Points) -> Points:
    """The counter without its fractions; none of it if it has many, for then it counts nothing."""
    with np.errstate(invalid="ignore"):
        whole = (np.abs(counter.value) < _EXACT) & (counter.value == np.floor(counter.value))
    if np.count_nonzero(whole) < _MIN_WHOLE * whole.size:
        return counter.cut(np.zeros(whole.size, bool))
    return counter.cut(whole)


def _unrolled(counter: Points, epochs: Points | None) -> Points:
    """The counter, going on through the epochs if it goes back where the epoch goes on."""
    if epochs is None or counter is epochs:
        return counter
    there, epoch = epochs.at(counter.row)
    value, epoch, row = counter.value[there], epoch[there], counter.row[there]
    falls = np.flatnonzero(np.diff(value) < 0)
    onward = np.count_nonzero(epoch[falls + 1] > epoch[falls])
    if not falls.size or onward * 2 < falls.size:
        return counter
    length = value.max() + (1 if value.min() <= 0 else 0)
    return Points(row, (epoch - min(1.0, float(epoch.min()))) * length + value)


def _grows(counter: Points, curves: Sequence[Points], *, with_repeats: bool = False) -> bool:
    """Whether the counter grows in long stretches, or but for one or two restarts, along the curves."""
    points = back = same = up = n = 0
    for curve in curves:
        there, step = counter.at(curve.row)
        change = np.diff(step[there])
        back += int(np.count_nonzero(change < 0))
        same += int(np.count_nonzero(change == 0))
        up += int(np.count_nonzero(change > 0))
        points += change.size
        n += 1
    if with_repeats:
        return up > _FEW * max(n, 1) and back <= up
    seldom = back <= _FEW * n or points >= _MIN_STRETCH * (n + back)
    return seldom and _MIN_STRETCH * same <= points
