"""Isolated outliers of a curve: bad batches, not changes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from loganalyzer.model.run import Floats, Ints
from loganalyzer.signal.robust import SIGMA, median, median_smooth, medians, reflect

Bools = npt.NDArray[np.bool_]

_SPIKE_WINDOW = 7
_SPIKE_DEVIATIONS = 6.0
_RETURN_SAMPLES = 5
_RETURN_SHARE = 0.6


def find_spikes(value: Floats) -> Ints:
    """Sample indices, ascending, of isolated outliers of a finite curve of shape (n,).

    A spike stands six local deviations off the running median of seven; places where more than one sample
    in eight does so are a change of noise, not spikes. None for fewer than twelve samples.
    """
    nowhere = np.zeros(0, np.int64)
    if value.size < 12:
        return nowhere
    step = np.abs(np.diff(value))
    # A spike needs a large step: most smooth curves are done here, before any running median.
    if not bool((step > 4.0 * median(step)).any()):
        return nowhere
    off = np.abs(value - median_smooth(value, _SPIKE_WINDOW))
    blocks = max(1, min(32, value.size // 24))
    limit = _local_deviation(off, blocks, float(value.std()))
    spike = off > _SPIKE_DEVIATIONS * limit
    if int(spike.sum()) > max(4, 0.06 * value.size):
        spike = off > 2.0 * _SPIKE_DEVIATIONS * limit
    spike &= _is_steep(step, off)
    # Between two flanks, the middle of a spike three samples wide has no step of its own.
    spike[1:-1] |= spike[:-2] & spike[2:] & (off[1:-1] > _SPIKE_DEVIATIONS * limit[1:-1])
    at = np.flatnonzero(spike & ~_crowded(spike, blocks))
    return at[_returns(value, at)]


def _returns(value: Floats, at: Ints) -> Bools:
    """Whether the curve comes back from these samples as far as it went to them: what stays is a jump."""
    around = reflect(value, _RETURN_SAMPLES)[at[:, None] + np.arange(2 * _RETURN_SAMPLES + 1)]
    before = value[at] - medians(around[:, :_RETURN_SAMPLES], 1)
    after = value[at] - medians(around[:, -_RETURN_SAMPLES:], 1)
    nearer, farther = np.minimum(np.abs(before), np.abs(after)), np.maximum(np.abs(before), np.abs(after))
    return np.asarray((before * after > 0.0) & (nearer >= _RETURN_SHARE * farther))


def _is_steep(step: Floats, off: Floats) -> Bools:
    """Whether a sample gets where it is in one step, at least half the way: the crest of a swing does not."""
    steepest = np.maximum(np.append(step, 0.0), np.concatenate(([0.0], step)))
    return np.asarray(steepest >= 0.5 * off)


def _bounds(n: int, blocks: int) -> list[int]:
    """Starts of `blocks` blocks of equal length, the last with the remainder, and n."""
    return [*(block * (n // blocks) for block in range(blocks)), n]


def _local_deviation(off: Floats, blocks: int, spread: float) -> Floats:
    """Deviation expected at each sample: the largest of its block's and the neighbouring blocks', floored."""
    bounds = _bounds(off.size, blocks)
    own = np.array([_deviation(off[a:b]) for a, b in pairwise(bounds)])
    sides = np.concatenate((own[:1], own, own[-1:]))
    local = np.maximum(np.maximum(sides[:-2], sides[2:]), own)
    floor = max(0.3 * float(local.mean()), 0.01 * spread)
    return np.repeat(np.maximum(local, floor), np.diff(bounds))


def _deviation(off: Floats) -> float:
    """Standard deviation behind distances from a running median: by their median or, if larger, quintile.

    Both distances are a quarter smaller than from the truth; on swings the median sees the flanks
    only, the fourth quintile the crests too.
    """
    half, most = off.size // 2, off.size * 4 // 5
    part = np.partition(off, (half, most))
    return 1.25 * max(SIGMA * float(part[half]), float(part[most]) / 1.2816)


def _crowded(spike: Bools, blocks: int) -> Bools:
    """Samples of blocks in which more than one sample in eight is set."""
    bounds = _bounds(spike.size, blocks)
    count = np.add.reduceat(spike.astype(np.int64), bounds[:-1])
    return np.repeat(count > np.maximum(4, 0.12 * np.diff(bounds)), np.diff(bounds))
