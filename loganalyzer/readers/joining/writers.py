"""Curves of several writers that share a tag: each step has a value of each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from loganalyzer.readers.reading import Column
from loganalyzer.readers.stitch import equal

_LEAST_STEPS = 3
# More values at each step are those of batches, logged under the number of their epoch.
_MOST_WRITERS = 3


def writers_of(column: Column) -> Sequence[Column]:
    """The curves of a column in the order of their writers, the second as `tag#2`; itself where it is one.

    Every step has as many values, the last one perhaps fewer, and they differ at most steps.
    """
    step = column.step
    if step.size < 2 * _LEAST_STEPS or step[0] != step[1] or not bool(np.all(step[1:] >= step[:-1])):
        return (column,)
    starts = np.flatnonzero(np.append(True, step[1:] > step[:-1]))
    counts = np.diff(np.append(starts, step.size))
    n = int(counts[0])
    if (
        starts.size < _LEAST_STEPS
        or n > _MOST_WRITERS
        or counts[-1] > n
        or not bool(np.all(counts[:-1] == n))
    ):
        return (column,)
    if not _differ(column, n):
        return (column,)
    return [_every(column, at, n) for at in range(n)]


def _differ(column: Column, n: int) -> bool:
    """Whether the values of one step differ more often than not."""
    value = column.value[: column.value.size // n * n].reshape(-1, n)
    differ = np.any([~equal(value[:, 0], value[:, at]) for at in range(1, n)], axis=0)
    return bool(2 * np.count_nonzero(differ) > differ.size)


def _every(column: Column, at: int, n: int) -> Column:
    wall = None if column.wall_time is None else column.wall_time[at::n]
    tag = f"{column.tag}#{at + 1}" if at else column.tag
    return replace(column, tag=tag, step=column.step[at::n], value=column.value[at::n], wall_time=wall)
