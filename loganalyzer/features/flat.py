"""Stretches over which nothing changes."""

from __future__ import annotations

from math import isfinite, nan

import numpy as np

from loganalyzer.features.chance import constant_entropy, final_accuracy
from loganalyzer.features.curve import Curve, end_of, start_of
from loganalyzer.signal.robust import median


def _tail(of: Curve, band: float) -> int:
    """First point of the outline from which on the smoothed curve stays within `band` of its end level."""
    value = of.smooth
    end = end_of(value)
    outside = np.flatnonzero(np.abs(value - end) > band * abs(end))
    return int(outside[-1]) + 1 if outside.size else 0


def frozen_share(of: Curve, band: float) -> float:
    """The share of the run, up to its end, that stays within `band` (a share) of the end level."""
    return 1.0 - _tail(of, band) / of.smooth.size


def frozen_points(of: Curve, band: float) -> float:
    """How many samples at the end stay within `band` (a share) of the end level."""
    tail = _tail(of, band)
    return float(len(of.series) - int(of.outline.start[tail])) if tail < of.smooth.size else 0.0


def frozen_index(of: Curve, band: float) -> float:
    """The first of the samples at the end that stay within `band` (a share) of the end level."""
    tail = _tail(of, band)
    return float(of.outline.start[tail]) if tail < of.smooth.size else nan


def frozen_level(of: Curve, band: float) -> float:
    """Its level as a share of the level the curve started at (1 = as bad as an untrained model)."""
    value = of.outline.value
    start = start_of(value)
    level = median(value[_tail(of, band) :]) if _tail(of, band) < value.size else nan
    return level / start if start else nan


def frozen_above_best(of: Curve, band: float) -> float:
    """Its level as a multiple of the best level the curve held before."""
    best, tail = float(of.smooth.min()), _tail(of, band)
    if tail >= of.smooth.size or best <= 0:
        return nan
    return median(of.outline.value[tail:]) / best


def frozen_abruptly(of: Curve, band: float) -> float:
    """The last move before it froze, or the largest rise before, as a share of all that was gained.

    What converges comes down ever more slowly and never rises; NaN where nothing was gained.
    """
    value = -of.finite if of.role.direction == "higher" else of.finite
    end = end_of(value)
    outside = np.flatnonzero(np.abs(value - end) > band * abs(end))
    if not outside.size or start_of(value) <= end:
        return nan
    before = value[: int(outside[-1]) + 1]
    rise = float(np.diff(before).max()) if before.size > 1 else 0.0
    return max(abs(float(before[-1]) - end), rise) / (start_of(value) - end)


def level_when(of: Curve, since: float, other: Curve) -> float:
    """Its level at the moment of sample `since` of `other`, as a share of the level it started at.

    NaN where it is not all positive, or has no sample up to that moment.
    """
    if not isfinite(since) or not of.outline.is_positive:
        return nan
    until = int(np.searchsorted(of.series.step, other.series.step[int(since)], side="right"))
    return median(of.finite[max(0, until - 3) : until]) / start_of(of.finite) if until else nan


def repeats_share(of: Curve) -> float:
    """The share of samples that equal the one before to six digits, the first tenth of the run left out."""
    value = of.value[max(1, of.value.size // 10) :]
    if value.size < 2:
        return 0.0
    this, last = value[1:], value[:-1]
    repeats = (this == last) | ((np.abs(this - last) <= 1e-6 * np.abs(last)) & np.isfinite(last))
    return float(np.count_nonzero(repeats) / repeats.size)


def sureness(of: Curve, loss: float) -> float:
    """The cross-entropy `loss`, in nats, as a multiple of the least that a constant answer as good can have.

    Well below 1 the answers differ, whatever the class shares; NaN where either is unknown.
    """
    level = final_accuracy(of)
    return loss / constant_entropy(level) if isfinite(loss) and 0.0 < level < 1.0 else nan


FLAT = (
    frozen_above_best,
    frozen_abruptly,
    frozen_index,
    frozen_level,
    frozen_points,
    frozen_share,
    level_when,
    repeats_share,
    sureness,
)
