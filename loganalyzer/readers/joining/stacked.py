"""Histories of several runs that stand one behind another in one file, each from the first step on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from loganalyzer.model.run import Ints
from loganalyzer.readers.reading import Column, Reading
from loganalyzer.readers.stitch import equal

# A shorter block was broken off at once: what follows replaces it.
_LEAST_POINTS = 3
# A curve that came less far than this share of what it covered says nothing of where the next one begins.
_FAR = 0.5
_HALF_WAY = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class _Curve:
    """A column with the indices at which its blocks begin, and where the last one ends."""

    column: Column
    edges: tuple[int, ...]


def blocks_of(reading: Reading) -> tuple[Reading, ...]:
    """The histories in a file, in its order; the reading itself where it is one.

    All curves begin again as often, each at its first step, and mostly with values that are back where those
    before began. A training that goes on while its steps begin again is one run, and so is a file that holds
    a copy of itself. Problems stay with the first history.
    """
    curves = [_Curve(column, _edges(column.step)) for column in reading.columns if column.step.size]
    if not curves or len({len(curve.edges) for curve in curves}) > 1:
        return (reading,)
    n_blocks = len(curves[0].edges) - 1
    anew = [at for at in range(1, n_blocks) if _begins_anew(curves, at)]
    longest = max(curves, key=lambda curve: curve.column.step.size).edges
    ends = [at for at in anew if longest[at] - longest[at - 1] >= _LEAST_POINTS]
    if not ends or 2 * len(anew) < n_blocks:
        return (reading,)
    return tuple(_history(reading, curves, *ends) for ends in pairwise([0, *ends, n_blocks]))


def _edges(step: Ints) -> tuple[int, ...]:
    """Where the blocks of a curve begin and where the last one ends, if all begin at its first step."""
    at = np.flatnonzero(step[1:] <= step[:-1]) + 1
    return (0, *at.tolist(), step.size) if bool((step[at] == step[0]).all()) else (0, step.size)


def _begins_anew(curves: Sequence[_Curve], block: int) -> bool:
    """Whether most curves that came far in the block before are back at where that began."""
    votes = [_is_back(curve, block) for curve in curves]
    return votes.count(True) > votes.count(False) and not all(_is_copy(curve, block) for curve in curves)


def _is_back(curve: _Curve, block: int) -> bool | None:
    """Whether a curve is nearer to where it began before than to where it got to; None if it got nowhere."""
    value = curve.column.value[curve.edges[block - 1] : curve.edges[block]]
    finite = value[np.isfinite(value)]
    again = float(curve.column.value[curve.edges[block]])
    if not finite.size or not np.isfinite(again):
        return None
    first, last = float(finite[0]), float(finite[-1])
    if abs(first - last) <= _FAR * float(np.ptp(finite)):
        return None
    return (again - last) / (first - last) > _HALF_WAY


def _is_copy(curve: _Curve, block: int) -> bool:
    """Whether a block says in a curve what the one before says."""
    start, middle, stop = curve.edges[block - 1 : block + 2]
    one, two = curve.column.value[start:middle], curve.column.value[middle:stop]
    return one.size == two.size and bool(equal(one, two).all())


def _history(reading: Reading, curves: Sequence[_Curve], first: int, stop: int) -> Reading:
    """The blocks from `first` to before `stop` as a file of their own."""
    columns = tuple(_cut(curve.column, curve.edges[first], curve.edges[stop]) for curve in curves)
    source = replace(reading.source, records=max(column.step.size for column in columns))
    problems = () if first else reading.problems
    return replace(reading, source=source, columns=columns, problems=problems)


def _cut(column: Column, start: int, stop: int) -> Column:
    part = slice(start, stop)
    wall = None if column.wall_time is None else column.wall_time[part]
    return replace(column, step=column.step[part], value=column.value[part], wall_time=wall)
