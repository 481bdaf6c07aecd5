"""Points of one tag, logged by one file or several, to one curve whose steps strictly increase."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from loganalyzer.model.run import Floats, Histograms, Ints
from loganalyzer.readers.reading import Column

Mask = npt.NDArray[np.bool_]

# Steps that go back: few long stretches are restarts, many short ones are how the program counts.
_FEW = 2
_LONG = 8.0
_SHORT = 3.0
_NEAR_START = 0.01
_MIN_UNNUMBERED = 3
_HISTOGRAM_ARRAYS = ("step", "min", "max", "mean", "std", "zero_share", "quantiles")


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Points at strictly increasing steps, arrays of shape (n,); `wall_time` is None without a clock."""

    step: Ints
    value: Floats
    wall_time: Floats | None

    def cut(self, keep: Mask | slice | Ints) -> Piece:
        """The points selected by a mask (n,), a slice or indices (k,)."""
        wall = None if self.wall_time is None else self.wall_time[keep]
        return Piece(self.step[keep], self.value[keep], wall)


@dataclass(frozen=True, slots=True)
class Replaced:
    """What one restart replaced of one curve: `n` points at the steps `first` to `last`, both included.

    The restarted branch logs them again up to the step `until` only; what lay behind was abandoned.
    """

    first: int
    last: int
    n: int
    until: int


@dataclass(frozen=True, slots=True, eq=False)
class Unfolded:
    """One column as a curve: what each restart in it replaced, in order, and what else was no plain growth.

    `repeated` counts points dropped because their step came again with another value; `numbered` says that
    the log gave all points one step, so that they were numbered in the order of the log. `copied` counts
    points that came again with step, value and time: the file holds a part of itself twice.
    """

    piece: Piece
    replaced: tuple[Replaced | None, ...] = ()
    repeated: int = 0
    numbered: bool = False
    copied: int = 0


def unfold(column: Column) -> Unfolded:
    """One curve of the points of one file.

    Steps that go back to the start, or seldom, are restarts: the later points win from there on. Steps that
    go back or repeat all the time are minibatches or several writers under one tag: they are sorted, and the
    last point of each step is kept. A lone point whose step is out of line stays at its step.
    """
    whole = Piece(column.step, column.value, column.wall_time)
    step = whole.step
    if bool((step[1:] > step[:-1]).all()):
        return Unfolded(whole)
    if step.size >= _MIN_UNNUMBERED and bool(np.all(step == step[0])) and not _is_constant(whole.value):
        return Unfolded(Piece(np.arange(step.size), whole.value, whole.wall_time), numbered=True)
    once = whole.cut(_first_of_copies(whole))
    return replace(_unfolded(once), copied=step.size - once.step.size)


def _first_of_copies(piece: Piece) -> Ints:
    """The indices (k,) of points without those that came before with the very same value and time."""
    wall = piece.wall_time
    if wall is None or np.all(wall == wall[0]) or np.all(piece.step[1:] >= piece.step[:-1]):
        return np.arange(piece.step.size)
    bits = np.column_stack((piece.step, piece.value.view(np.int64), wall.view(np.int64)))
    return np.sort(np.unique(bits, axis=0, return_index=True)[1])


def _unfolded(whole: Piece) -> Unfolded:
    step = whole.step
    stray = _strays(step)
    line = whole.cut(~stray)
    back = np.flatnonzero(line.step[1:] < line.step[:-1]) + 1
    if back.size and not _is_restarted(line.step, back):
        piece, repeated = _last_of_each(_sorted(whole))
        return Unfolded(piece, repeated=repeated)
    piece, replaced, repeated = _chain(line, back)
    if stray.any():
        strays, more = _last_of_each(_sorted(whole.cut(stray)))
        piece, gone = overlay(piece, strays)
        repeated += more + (gone.n if gone else 0)
    return Unfolded(piece, replaced, repeated)


def _is_constant(value: Floats) -> bool:
    return bool(np.all(equal(value, np.broadcast_to(value[0], value.shape))))


def _strays(step: Ints) -> Mask:
    """Points that go back alone: the next one, if any, is already past all that came before."""
    highest = np.maximum.accumulate(step)
    back = np.zeros(step.size, bool)
    back[1:] = step[1:] < highest[:-1]
    alone = np.zeros(step.size, bool)
    alone[1:-1] = back[1:-1] & ~back[:-2] & (step[2:] > highest[1:-1])
    alone[-1] = back[-1] and not back[-2]
    return alone


def _is_restarted(step: Ints, back: Ints) -> bool:
    length = step.size / (back.size + 1)
    if back.size <= _FEW or length >= _LONG:
        return True
    low, high = float(step.min()), float(step.max())
    to_start = np.count_nonzero(step[back].astype(float) - low <= _NEAR_START * (high - low))
    return length >= _SHORT and bool(to_start * 2 > back.size)


def _chain(line: Piece, back: Ints) -> tuple[Piece, tuple[Replaced | None, ...], int]:
    whole = line.cut(slice(0, 0))
    replaced: list[Replaced | None] = []
    repeated = 0
    for start, stop in pairwise([0, *back.tolist(), line.step.size]):
        piece, more = _last_of_each(line.cut(slice(start, stop)))
        # a deterministic resume logs the same values again: the log goes back all the same
        again = whole.cut(whole.step >= piece.step[0])
        whole, gone = resume(whole, piece)
        replaced.append(gone or _all_of(again, piece))
        repeated += more
    return whole, tuple(replaced[1:]), repeated


def _sorted(piece: Piece) -> Piece:
    return piece.cut(np.argsort(piece.step, kind="stable"))


def _last_of_each(piece: Piece) -> tuple[Piece, int]:
    """Keep the last of equal neighbouring steps; count those that said something else."""
    last = np.append(piece.step[1:] != piece.step[:-1], True)
    if last.all():
        return piece, 0
    kept = np.flatnonzero(last)
    stays = piece.value[kept[np.searchsorted(kept, np.arange(piece.step.size))]]
    return piece.cut(kept), int(np.count_nonzero(~equal(stays, piece.value)))


def equal(a: Floats, b: Floats) -> Mask:
    """Whether values (n,) are the same, NaN being the same as NaN."""
    same: Mask = (a == b) | (np.isnan(a) & np.isnan(b))
    return same


def holds(piece: Piece, other: Piece) -> bool:
    """Whether every point of `other` is in `piece`, which is not empty, with the same value."""
    at = np.minimum(np.searchsorted(piece.step, other.step), piece.step.size - 1)
    return bool(np.all((piece.step[at] == other.step) & equal(piece.value[at], other.value)))


def starts_anew(before: Piece, after: Piece) -> bool:
    """Whether `after` begins where `before` began instead of going on from somewhere within it."""
    first, last = int(before.step[0]), int(before.step[-1])
    return int(after.step[0]) - first <= _NEAR_START * (last - first)


def resume(before: Piece, after: Piece) -> tuple[Piece, Replaced | None]:
    """Go on with `after`: all points of `before` at or past its first step belong to an abandoned branch.

    None is replaced where there is no overlap, or where `after` only repeats what is there.
    """
    at = int(np.searchsorted(before.step, after.step[0]))
    return _join(before.cut(slice(0, at)), after), _judge(before.cut(slice(at, None)), after)


def overlay(before: Piece, after: Piece) -> tuple[Piece, Replaced | None]:
    """Both, with `after` winning where the steps are equal."""
    same = np.isin(before.step, after.step)
    return _sorted(_join(before.cut(~same), after)), _judge(before.cut(same), after)


def _judge(gone: Piece, after: Piece) -> Replaced | None:
    if not gone.step.size or holds(after, gone):
        return None
    return _all_of(gone, after)


def _all_of(gone: Piece, after: Piece) -> Replaced | None:
    n = int(gone.step.size)
    return Replaced(int(gone.step[0]), int(gone.step[-1]), n, int(after.step[-1])) if n else None


def _join(first: Piece, second: Piece) -> Piece:
    wall = None
    if not first.step.size:
        wall = second.wall_time
    elif first.wall_time is not None and second.wall_time is not None:
        wall = np.concatenate((first.wall_time, second.wall_time))
    step = np.concatenate((first.step, second.step))
    return Piece(step, np.concatenate((first.value, second.value)), wall)


def join_histograms(tag: str, parts: Sequence[Histograms]) -> Histograms:
    """The histograms of one tag, in time order of their files: from where a later one begins, it counts."""
    arrays = []
    for index, part in enumerate(parts):
        order = np.argsort(part.step, kind="stable")
        order = order[np.append(part.step[order][1:] > part.step[order][:-1], True)[: order.size]]
        later = [int(other.step.min()) for other in parts[index + 1 :] if other.step.size]
        if later:
            order = order[part.step[order] < min(later)]
        arrays.append([getattr(part, name)[order] for name in _HISTOGRAM_ARRAYS])
    return Histograms(tag, *(np.concatenate(column) for column in zip(*arrays, strict=True)))
