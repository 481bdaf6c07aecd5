"""What an accuracy says beside another accuracy, or beside the loss on the same data."""

from __future__ import annotations

from math import isfinite, nan

import numpy as np

from loganalyzer.features.chance import accuracy_share
from loganalyzer.features.curve import Curve, end_of, start_of
from loganalyzer.model.run import Floats
from loganalyzer.signal.robust import median, quantile_between


def opening_accuracy(of: Curve) -> float:
    """The accuracy at first: median of the first three points, as a share in [0, 1]."""
    return median(accuracy_share(of)[:3])


def steepest_drop(of: Curve) -> float:
    """The largest fall of the accuracy within two points of the outline, as a share in [0, 1]."""
    value = accuracy_share(of)
    return max(0.0, float((value[:-2] - value[2:]).max())) if value.size > 2 else 0.0


def lasting_lead(of: Curve, other: Curve) -> float:
    """By how much the accuracy is above that of `other` in three of four moments of the run."""
    lead = _resampled(accuracy_share(of), other) - _resampled(accuracy_share(other), of)
    return quantile_between(lead, 0.25)


def early_ratio(of: Curve, other: Curve) -> float:
    """The curve as a multiple of `other` at the same moments: the lowest of the first half of the run."""
    one, two = _resampled(of.smooth, other), _resampled(other.smooth, of)
    half = max(1, one.size // 2)
    return float((one[:half] / two[:half]).min()) if other.outline.is_positive else nan


def gain_since(of: Curve, since: float, other: Curve) -> float:
    """By how much the accuracy ends above what it was at the moment of sample `since` of `other`."""
    if not isfinite(since):
        return nan
    value = accuracy_share(of)
    at = round(since / max(len(other.series) - 1, 1) * (value.size - 1))
    return end_of(value) - median(value[max(0, at - 1) : at + 2])


def agreement(of: Curve, other: Curve) -> float:
    """Whether both curves improve together: rank correlation from -1 to 1, each with lower for better."""
    m = min(of.outline.value.size, other.outline.value.size)
    if m < 3:
        return nan
    ranks = [_ranks(_resampled(one.smooth, two)) for one, two in ((of, other), (other, of))]
    spread = float(ranks[0].std() * ranks[1].std())
    return (
        float(np.mean((ranks[0] - ranks[0].mean()) * (ranks[1] - ranks[1].mean()))) / spread
        if spread
        else nan
    )


def _resampled(value: Floats, other: Curve) -> Floats:
    """The values at as many moments of the run as `other` has points too."""
    m = min(value.size, other.outline.value.size)
    if m == value.size:
        return value
    return value[np.round(np.linspace(0, value.size - 1, m)).astype(np.int64)]


def _ranks(value: Floats) -> Floats:
    """Ranks with ties at their mean."""
    ordered = np.sort(value)
    first, behind = (ordered.searchsorted(value, side) for side in ("left", "right"))
    return np.asarray(0.5 * (first + 1 + behind), np.float64)


def improved_share(of: Curve) -> float:
    """By which share of its start the curve has become better in the end: 1 for a loss of zero."""
    start, end = start_of(of.outline.value), end_of(of.outline.value)
    return (start - end) / abs(start) if start else 0.0


METRICS = (
    agreement,
    early_ratio,
    gain_since,
    improved_share,
    lasting_lead,
    opening_accuracy,
    steepest_drop,
)
