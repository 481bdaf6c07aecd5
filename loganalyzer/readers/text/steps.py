"""Counts printed on lines to one step number a line."""

from __future__ import annotations

import numpy as np

from loganalyzer.model.run import Floats, Ints

NONE = -1
_EXACT = 2.0**53
# An epoch printed with two digits is right to half a hundredth.
_ROUNDED = 0.006
_PARTS = 10_000


def are_whole(epoch: Floats) -> bool:
    """Whether epochs (n,) that are there are whole numbers."""
    named = epoch[np.isfinite(epoch)]
    return bool(np.all(named == np.floor(named)))


def running(epoch: Floats, at: Ints, of: int, *, in_epoch: bool) -> Ints:
    """Steps since the run began, of epochs (n,), NaN where none is named, and positions `at` (n,) in order.

    Positions in the epoch, or that begin anew with it, are those of its batches: the epochs before are added,
    `of` long each, or as long as the furthest position seen. Positions that grow on are steps of the run.
    """
    named = np.isfinite(epoch)
    in_epoch = in_epoch and 0 < int(at.max()) <= of
    if not named.any() or not are_whole(epoch) or not (in_epoch or _begins_anew(epoch, at, of)):
        return at.copy()
    length = max(of, int(at.max()) + int(at.min() == 0 and of == 0))
    first = 0.0 if float(epoch[named].min()) == 0.0 else 1.0
    before = np.where(named, epoch - first, 0.0)
    if float(before.max()) * length > _EXACT:
        return at.copy()
    return before.astype(np.int64) * length + at


def _begins_anew(epoch: Floats, at: Ints, of: int) -> bool:
    onward = np.flatnonzero(epoch[1:] > epoch[:-1])
    if not onward.size:
        return 0 < int(at.max()) <= of
    return bool(np.count_nonzero(at[onward + 1] <= at[onward]) * 2 > onward.size)


def of_fractions(epoch: Floats, at: Ints, kind: Ints) -> Ints:
    """Steps of epochs (n,) that are printed as fractions, where `at` (n,) tells few of them or none.

    Known steps (not `NONE`) give the length of an epoch. With none of them a step is a ten-thousandth of an
    epoch, one more for each further line of the same `kind` (n,) at the same printed epoch.
    """
    known = (at != NONE) & (epoch > 0)
    if known.any():
        length = float(np.median(at[known] / epoch[known]))
        fits = known & (np.abs(at - epoch * length) <= _ROUNDED * length + 1)
        if np.count_nonzero(fits) * 5 >= np.count_nonzero(known) * 4:
            step: Ints = np.rint(np.minimum(epoch * length, _EXACT)).astype(np.int64)
            step[fits] = at[fits]
            return step
    step = np.rint(np.minimum(epoch, _EXACT / _PARTS) * _PARTS).astype(np.int64)
    for one in np.unique(kind):
        rows = np.flatnonzero(kind == one)
        step[rows] += _repeats(step[rows])
    return step


def _repeats(step: Ints) -> Ints:
    """How many equal numbers stand right before each of (n,)."""
    index = np.arange(step.size)
    begins = np.append(True, step[1:] != step[:-1])[: step.size]
    repeats: Ints = index - index[begins][np.cumsum(begins) - 1]
    return repeats
