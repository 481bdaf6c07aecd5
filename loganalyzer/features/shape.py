"""Where a curve starts, what its best is, where it ends, and how far it gave its progress back."""

from __future__ import annotations

from math import inf, isfinite, log, nan

import numpy as np

from loganalyzer.features.curve import Curve, end_of, quantile, start_of
from loganalyzer.signal.robust import median


def _sign(of: Curve) -> float:
    return -1.0 if of.role.direction == "higher" else 1.0


def _best_at(of: Curve) -> int:
    """The outline point of the best level: the lowest point around the lowest of the smoothed curve."""
    lowest = int(of.smooth.argmin())
    first = max(0, lowest - 1)
    return first + int(of.outline.value[first : lowest + 2].argmin())


def count(of: Curve) -> float:
    """The number of samples."""
    return float(len(of.series))


def start_level(of: Curve) -> float:
    """The level the curve starts at: median of its first fortieth, in its own units."""
    return _sign(of) * start_of(of.outline.value)


def end_level(of: Curve) -> float:
    """The level the curve ends at: median of its last tenth, at least three points, in its own units."""
    return _sign(of) * end_of(of.outline.value)


def best_level(of: Curve) -> float:
    """The best level the curve holds for more than one point of its outline, in its own units."""
    return _sign(of) * float(of.smooth.min())


def worst_level(of: Curve) -> float:
    """The worst level the curve holds for more than one point of its outline, in its own units."""
    return _sign(of) * float(of.smooth.max())


def first_value(of: Curve) -> float:
    """The first finite value, in its own units; 0 if none is."""
    known = np.flatnonzero(np.isfinite(of.value))
    return float(of.value[known[0]]) if known.size else 0.0


def start_index(of: Curve) -> float:
    """The first sample: for what was wrong from the beginning."""
    return 0.0 if len(of.series) else nan


def best_index(of: Curve) -> float:
    """The sample at which the best level is first held."""
    return float(of.outline.start[_best_at(of)])


def change_share(of: Curve) -> float:
    """By which share of its start the level has changed in the end: 0 not at all, -1 gone to zero."""
    start, end = start_of(of.outline.value), end_of(of.outline.value)
    return (end - start) / abs(start) if start else (0.0 if end == start else inf)


def spread_share(of: Curve) -> float:
    """The spread of the smoothed curve (5th to 95th percentile) as a share of its median level."""
    low, middle, high = (quantile(of.smooth, share) for share in (0.05, 0.5, 0.95))
    return (high - low) / abs(middle) if middle else (0.0 if high == low else inf)


def rise_factor(of: Curve) -> float:
    """How many times its best level the curve ends at; 1 is no rise.

    Where values are not all positive a ratio means nothing: then 1 plus the rise as a share of the
    improvement made before the best.
    """
    best, end = float(of.smooth.min()), end_of(of.outline.value)
    if of.outline.is_positive:
        return end / best
    improved = float(of.smooth[: int(of.smooth.argmin()) + 1].max()) - best
    return 1.0 + (end - best) / improved if improved > 0 else (inf if end > best else 1.0)


def giveback(of: Curve) -> float:
    """The share of its progress the curve lost again by its end: 0 none, 1 all, above 1 worse than the start.

    Progress of a positive loss is counted in its logarithm, so that jitter on the floor of a loss that
    fell by decades is no loss of progress.
    """
    start, best, end = start_of(of.outline.value), float(of.smooth.min()), end_of(of.outline.value)
    if of.outline.is_positive:
        start, best, end = log(start), log(best), log(end)
        least = 0.05
    else:
        least = 0.05 * float(np.ptp(of.smooth))
    lost = end - best
    return lost / max(start - best, least) if lost > 0 else 0.0


def departure_index(of: Curve, share: float = 1.0 / 3.0, clear: float = 3.0) -> float:
    """The sample after which the curve stays away from its best by `share` of its final rise.

    Where it is all positive the rise is counted in logarithms, and `clear` times the best is away in any
    case: a loss that grows without end has left long before it has come a share of its way.
    """
    value = np.log(of.smooth) if of.outline.is_positive else of.smooth
    best, end = float(value.min()), end_of(value)
    if end <= best:
        return nan
    away = share * (end - best)
    near = np.flatnonzero(value <= best + (min(away, log(clear)) if of.outline.is_positive else away))
    after = int(near[-1]) + 1
    return float(of.outline.start[after]) if after < value.size else nan


def returned_factor(of: Curve) -> float:
    """The lowest point of the last tenth (at least three points) as a multiple of the best level."""
    best = float(of.smooth.min())
    lowest = float(of.outline.value[-max(3, of.outline.value.size // 10) :].min())
    if of.outline.is_positive:
        return lowest / best
    improved = float(of.smooth[: int(of.smooth.argmin()) + 1].max()) - best
    return 1.0 + (lowest - best) / improved if improved > 0 else (inf if lowest > best else 1.0)


def start_factor(of: Curve) -> float:
    """How many times the level it started at the curve ends at; NaN where it is not all positive."""
    return end_of(of.outline.value) / start_of(of.outline.value) if of.outline.is_positive else nan


def way_back(of: Curve) -> float:
    """The share of the rise from the best to the peak after it that was undone by the end."""
    value = np.log(of.smooth) if of.outline.is_positive else of.smooth
    best = int(value.argmin())
    peak, end = float(value[best:].max()), end_of(value)
    rise = peak - float(value[best])
    return (peak - end) / rise if rise > 0 else 1.0


def per_point_of(of: Curve, other: Curve) -> float:
    """How many samples the curve has for each sample of `other`."""
    return len(of.series) / len(other.series)


def _scale(of: Curve) -> float:
    """What a change is measured against: the best level, or a tenth of all that was gained if that is more.

    A loss that ends near zero has no level to speak of.
    """
    best = float(of.smooth.min())
    return max(abs(best), 0.1 * (start_of(of.outline.value) - best))


def rise_after_best(of: Curve) -> float:
    """The rise from the best level to the end, which lies after it, as a share of the best level.

    Of a loss that ends near zero, as a share of a tenth of all it gained.
    """
    after = of.outline.value[_best_at(of) + 1 :]
    if not after.size:
        return 0.0
    end = median(after[-max(3, of.outline.value.size // 10) :])
    scale = _scale(of)
    return (end - float(of.smooth.min())) / scale if scale > 0 else nan


def points_after_best(of: Curve) -> float:
    """How many samples follow the best level."""
    return float(len(of.series) - 1 - int(of.outline.start[_best_at(of)]))


def fall_since(of: Curve, since: float, other: Curve) -> float:
    """By which share the curve fell from the moment of sample `since` of `other` to its end."""
    if not isfinite(since):
        return nan
    fraction = other.series.fraction_at(int(since))
    m = of.outline.value.size
    at = min(round(fraction * (m - 1)), m - 1)
    reach = max(1, m // 20)
    before = median(of.outline.value[max(0, at - reach) : at + reach + 1])
    end = end_of(of.outline.value)
    return (before - end) / abs(before) if before else 0.0


def jitter_share(of: Curve) -> float:
    """How far a point of the outline lies from the middle of its neighbours, measured as `rise_after_best`.

    A steady rise or fall has no jitter.
    """
    value = of.outline.value
    scale = _scale(of)
    if value.size < 3 or not scale > 0:
        return 0.0
    return 0.5 * median(np.abs(np.diff(value, 2))) / scale


def decimals(of: Curve) -> float:
    """With how many decimals the values were written; 7 for more than six, as floats in event files have."""
    value = of.finite
    for places in range(7):
        if bool(np.all(np.abs(value - np.round(value, places)) <= 1e-12 * np.abs(value))):
            return float(places)
    return 7.0


SHAPE = (
    best_index,
    best_level,
    change_share,
    count,
    decimals,
    departure_index,
    end_level,
    fall_since,
    first_value,
    giveback,
    jitter_share,
    per_point_of,
    points_after_best,
    returned_factor,
    rise_after_best,
    rise_factor,
    spread_share,
    start_factor,
    start_index,
    start_level,
    way_back,
    worst_level,
)
