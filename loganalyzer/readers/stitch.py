"""Points of one tag, logged by one file or several, to one curve whose steps strictly increase."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from loganalyzer.model.run import Floats, Histograms, Ints
from loganalyzer.readers.reading import Column

# Steps that go back: few long stretches are restarts, many short ones are how the program counts.
_FEW = 2
_LONG = 8.0
_SHORT = 3.0
_NEAR_START = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Points at strictly increasing steps, arrays of shape (n,); `wall_time` is None without a clock."""

    step: Ints
    value: Floats
    wall_time: Floats | None

    def cut(self, keep: npt.NDArray[np.bool_] | slice | Ints) -> Piece:
        """The points selected by a mask, a slice or indices (k,)."""
        wall = None if self.wall_time is None else self.wall_time[keep]
        return Piece(self.step[keep], self.value[keep], wall)


@dataclass(frozen=True, slots=True)
class Replaced:
    """What one restart replaced of one curve: `n` points at the steps `first` to `last`, both included."""

    first: int
    last: int
    n: int


def equal(a: Floats, b: Floats) -> npt.NDArray[np.bool_]:
    """Whether values (n,) are the same, NaN being the same as NaN."""
    same: npt.NDArray[np.bool_] = (a == b) | (np.isnan(a) & np.isnan(b))
    return same


def unfold(column: Column) -> tuple[list[Piece], int]:
    """The stretches of a column between its restarts, and how many points repeat a step with another value.

    Steps that go back to the start, or seldom, are restarts: each begins a piece. Steps that go back or
    repeat all the time are minibatches or several writers under one tag: the last point of each step is kept.
    """
    whole = Piece(column.step, column.value, column.wall_time)
    change = np.diff(column.step)
    if not change.size or bool(np.all(change > 0)):
        return [whole], 0
    back = np.flatnonzero(change < 0) + 1
    if back.size and not _is_restarted(column.step, back):
        piece, repeated = _last_of_each(whole.cut(np.argsort(column.step, kind="stable")))
        return [piece], repeated
    pieces = []
    repeated = 0
    edges = [0, *back.tolist(), column.step.size]
    for start, stop in zip(edges, edges[1:], strict=False):
        piece, more = _last_of_each(whole.cut(slice(start, stop)))
        pieces.append(piece)
        repeated += more
    return pieces, repeated


def _is_restarted(step: Ints, back: Ints) -> bool:
    length = step.size / (back.size + 1)
    if back.size <= _FEW or length >= _LONG:
        return True
    low, high = int(step.min()), int(step.max())
    to_start = np.count_nonzero(step[back] - low <= _NEAR_START * (high - low))
    return length >= _SHORT and bool(to_start * 2 > back.size)


def _last_of_each(piece: Piece) -> tuple[Piece, int]:
    """Keep the last of equal neighbouring steps; count those that said something else."""
    last = np.append(piece.step[1:] != piece.step[:-1], True)
    if last.all():
        return piece, 0
    kept = np.flatnonzero(last)
    stays = piece.value[kept[np.searchsorted(kept, np.arange(piece.step.size))]]
    return piece.cut(kept), int(np.count_nonzero(~equal(stays, piece.value)))


def resume(before: Piece, after: Piece) -> tuple[Piece, Replaced | None]:
    """Go on with `after`: all points of `before` at or past its first step belong to an abandoned branch.

    None is replaced where there is no overlap, or where `after` only repeats what is there.
    """
    at = int(np.searchsorted(before.step, after.step[0]))
    return _join(before.cut(slice(0, at)), after), _judge(before.cut(slice(at, None)), after)


def overlay(before: Piece, after: Piece) -> tuple[Piece, Replaced | None]:
    """Both, with `after` winning where the steps are equal."""
    same = np.isin(before.step, after.step)
    both = _join(before.cut(~same), after)
    return both.cut(np.argsort(both.step, kind="stable")), _judge(before.cut(same), after)


def _judge(gone: Piece, after: Piece) -> Replaced | None:
    if not gone.step.size or holds(after, gone):
        return None
    return Replaced(int(gone.step[0]), int(gone.step[-1]), int(gone.step.size))


def holds(piece: Piece, other: Piece) -> bool:
    """Whether every point of `other` is in `piece`, with the same value."""
    at = np.minimum(np.searchsorted(piece.step, other.step), piece.step.size - 1)
    return bool(np.all((piece.step[at] == other.step) & equal(piece.value[at], other.value)))


def _join(first: Piece, second: Piece) -> Piece:
    wall = None
    if first.wall_time is not None and second.wall_time is not None:
        wall = np.concatenate((first.wall_time, second.wall_time))
    elif not first.step.size:
        wall = second.wall_time
    step = np.concatenate((first.step, second.step))
    return Piece(step, np.concatenate((first.value, second.value)), wall)


def starts_anew(before: Piece, after: Piece) -> bool:
    """Whether `after` begins where `before` began instead of going on from somewhere within it."""
    first, last = int(before.step[0]), int(before.step[-1])
    return int(after.step[0]) - first <= _NEAR_START * (last - first)


def chained(pieces: Sequence[Piece]) -> tuple[Piece, list[Replaced | None]]:
    """The pieces of one file, each resuming the one before it, and what each of them replaced."""
    whole = pieces[0]
    replaced: list[Replaced | None] = [None]
    for piece in pieces[1:]:
        whole, gone = resume(whole, piece)
        replaced.append(gone)
    return whole, replaced


def join_histograms(tag: str, parts: Sequence[Histograms]) -> Histograms:
    """The histograms of one tag, in time order of their files: from where a later one begins, it counts."""
    arrays = []
    for index, part in enumerate(parts):
        later = [int(other.step.min()) for other in parts[index + 1 :] if other.step.size]
        order = np.argsort(part.step, kind="stable")
        order = order[np.append(np.diff(part.step[order]) > 0, True)] if order.size else order
        if later:
            order = order[part.step[order] < min(later)]
        arrays.append([getattr(part, name)[order] for name in _HISTOGRAM_ARRAYS])
    return Histograms(tag, *(np.concatenate(column) for column in zip(*arrays, strict=True)))


_HISTOGRAM_ARRAYS = ("step", "min", "max", "mean", "std", "zero_share", "quantiles")
