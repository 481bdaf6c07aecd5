"""How a policy changes: its entropy, and how far one update moves it."""

from __future__ import annotations

from math import inf, nan

import numpy as np

from loganalyzer.features.curve import Curve, start_of
from loganalyzer.model.run import Floats
from loganalyzer.signal.robust import median


def _entropy(of: Curve) -> Floats | None:
    """The smoothed entropy, at least zero; None for densities of continuous actions, which may be below.

    Minus the entropy, as some loggers write it, is turned round.
    """
    value = -of.smooth if of.role.direction in ("lower", "higher") and of.value[0] < 0 else of.smooth
    return value if value.size and float(value.min()) >= 0.0 else None


def entropy_left(of: Curve) -> float:
    """The highest entropy of the last tenth as a share of that at the start; NaN for continuous actions."""
    value = _entropy(of)
    if value is None or not start_of(value) > 0.0:
        return nan
    return float(value[-max(3, value.size // 10) :].max()) / start_of(value)


def entropy_low_index(of: Curve, share: float) -> float:
    """The sample from which on the entropy stays below `share` of its start."""
    value = _entropy(of)
    if value is None:
        return nan
    above = np.flatnonzero(value >= share * start_of(value))
    at = int(above[-1]) + 1 if above.size else 0
    return float(of.outline.start[at]) if at < value.size else nan


def entropy_range(of: Curve) -> float:
    """The spread of the entropy over the run as a share of its start; NaN for densities."""
    value = _entropy(of)
    return float(np.ptp(value)) / start_of(value) if value is not None and start_of(value) > 0.0 else nan


def peak_value(of: Curve) -> float:
    """The largest value as logged; infinite if one is."""
    known = of.value[~np.isnan(of.value)]
    return float(known.max()) if known.size else nan


def peak_index(of: Curve) -> float:
    """The sample of the largest value."""
    return float(np.nanargmax(of.value)) if not bool(np.isnan(of.value).all()) else nan


def surprise_index(of: Curve, least: float, factor: float) -> float:
    """The first sample of at least `least`, and of `factor` times the median if any sample is."""
    known = np.nan_to_num(of.value, nan=-inf, posinf=inf)
    usual = max(least, factor * typical_value(of))
    found = np.flatnonzero(known >= (usual if float(known.max()) >= usual else least))
    return float(found[0]) if found.size else nan


def typical_value(of: Curve) -> float:
    """The median of all finite values as logged."""
    finite = of.value[np.isfinite(of.value)]
    return median(finite) if finite.size else nan


def late_value(of: Curve) -> float:
    """The median of the finite values in the second half of the run, as logged."""
    late = of.value[of.value.size // 2 :]
    finite = late[np.isfinite(late)]
    return median(finite) if finite.size else nan


def late_share_below(of: Curve, limit: float) -> float:
    """The share of the second half of the run whose values are not above `limit`; NaN values are left out."""
    late = of.value[of.value.size // 2 :]
    known = late[~np.isnan(late)]
    return float(np.mean(known <= limit)) if known.size else 0.0


def mostly_below_index(of: Curve, limit: float, share: float) -> float:
    """The first low sample from which on at least `share` of all are: not above `limit`, which NaN is not."""
    low = of.value <= limit
    left = np.arange(low.size, 0, -1)
    found = np.flatnonzero(low & (np.cumsum(low[::-1])[::-1] >= share * left))
    return float(found[0]) if found.size else nan


def late_surge(of: Curve) -> float:
    """How many times the median before it the lowest level is that the curve keeps from a jump to its end.

    0 if there is no jump within a few points that multiplies the level, or less than a twentieth follows it.
    """
    at = _surge(of)
    value = of.smooth
    if at is None:
        return 0.0
    before = median(value[:at])
    return float(value[at:].min()) / before if before > 0 else inf


def late_surge_index(of: Curve) -> float:
    """The sample at which the curve jumps to a level that it keeps to its end."""
    at = _surge(of)
    return float(of.outline.start[at]) if at is not None else nan


def _surge(of: Curve) -> int | None:
    """The outline point, of positive values, that parts them best into a low and a lasting high level."""
    value = of.smooth
    size = value.size
    least = max(3, size // 20)
    if size < 4 * least or not of.outline.is_positive:
        return None
    lowest_after = np.minimum.accumulate(value[::-1])[::-1]
    highest_before = np.maximum.accumulate(value)
    at = np.arange(size // 4, size - least)
    lift = lowest_after[at] / highest_before[at - 1]
    best = int(lift.argmax())
    return int(at[best]) if float(lift[best]) > 1.0 else None


POLICY = (
    entropy_left,
    entropy_low_index,
    entropy_range,
    late_share_below,
    late_surge,
    late_surge_index,
    late_value,
    mostly_below_index,
    peak_index,
    peak_value,
    surprise_index,
    typical_value,
)
"""Features of what is logged beside a reward."""
