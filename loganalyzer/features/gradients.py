"""Norms of gradients, and what hides in logs when they are no numbers."""

from __future__ import annotations

from bisect import insort
from itertools import pairwise
from math import log, nan

import numpy as np

from loganalyzer.features.curve import Curve, start_of
from loganalyzer.model.run import Floats, Ints
from loganalyzer.signal.robust import SIGMA, median, median_smooth

# points a curve must have behind it before it has a usual level
USUAL = 5
# outline points whose median is the level around one: bursts of up to four are not part of it
AROUND = 9


def _surge(of: Curve) -> Floats:
    """Each outline point's level, held for two points, as a multiple of the median of all before it, (m,).

    NaN where there are too few points before, or their median is zero.
    """
    value = of.outline.value
    factor = np.full(max(value.size - 1, 0), nan)
    before: list[float] = []
    for at, (level, after) in enumerate(pairwise(value.tolist())):
        usual = before[at // 2] if at >= USUAL else 0.0
        if usual > 0:
            factor[at] = min(level, after) / usual
        insort(before, level)
    return factor


def surge_factor(of: Curve) -> float:
    """The greatest multiple of its usual level, the median so far, that the curve holds for two points."""
    factor = _surge(of)
    return float(np.fmax.reduce(factor)) if factor.size else nan


def surge_index(of: Curve, factor: float) -> float:
    """The sample where it first holds `factor` times its usual level."""
    found = np.flatnonzero(_surge(of) >= factor)
    return float(of.outline.start[found[0]]) if found.size else nan


def _zeros(of: Curve) -> int:
    """The first sample of the stretch of exact zeros to the end; samples that are no numbers do not count."""
    nonzero = np.flatnonzero(of.value != 0)
    return int(nonzero[-1]) + 1 if nonzero.size else 0


def zero_tail_count(of: Curve) -> float:
    """The number of samples at the end that are exactly zero."""
    return float(len(of.series) - _zeros(of))


def zero_tail_index(of: Curve) -> float:
    """The first of the samples at the end that are exactly zero."""
    return float(_zeros(of)) if _zeros(of) < len(of.series) else nan


def level_before_zeros(of: Curve) -> float:
    """The median of the five samples before them as a share of the level at the start; NaN without any."""
    value = of.finite[: _zeros(of)]
    start = start_of(value) if value.size else 0.0
    return median(value[-5:]) / start if start else nan


def pinned_share(of: Curve, width: float) -> float:
    """The share of samples within `width` (a share) of the greatest, the first fifth of the run left out."""
    value = of.value[of.value.size // 5 :]
    finite = value[np.isfinite(value)]
    greatest = float(finite.max()) if finite.size else 0.0
    return np.count_nonzero(finite >= greatest * (1.0 - width)) / value.size if greatest > 0 else 0.0


def _bursts(of: Curve, factor: float, sigmas: float) -> Ints:
    """First samples of the stretches far above the level around them, in both a multiple and in noise."""
    around = median_smooth(of.outline.value, AROUND)
    level = np.interp(np.arange(len(of.series)), of.outline.start, around)
    if not bool(np.all(level > 0)):
        return np.empty(0, np.int64)
    height = np.log(np.maximum(of.finite, 1e-300) / level)
    noise = SIGMA * median(np.abs(height - median(height)))
    high = height > max(log(factor), sigmas * noise)
    return np.flatnonzero(high & ~np.concatenate(([False], high[:-1])))


def burst_count(of: Curve, factor: float, sigmas: float) -> float:
    """How often the curve leaves its level upwards for a moment, by `factor` and by `sigmas` of noise."""
    return float(_bursts(of, factor, sigmas).size)


def burst_index(of: Curve, factor: float, sigmas: float) -> float:
    """The first sample at which the curve leaves its level upwards for a moment."""
    found = _bursts(of, factor, sigmas)
    return float(found[0]) if found.size else nan


GRADIENTS = (
    burst_count,
    burst_index,
    level_before_zeros,
    pinned_share,
    surge_factor,
    surge_index,
    zero_tail_count,
    zero_tail_index,
)
