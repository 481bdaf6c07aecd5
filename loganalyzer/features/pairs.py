"""Two curves side by side: does one stay calm where the other is not, and does one follow the other?"""

from __future__ import annotations

from math import inf, isfinite, nan, sqrt

import numpy as np
import numpy.typing as npt

from loganalyzer.features.curve import Curve, quantile
from loganalyzer.features.shape import best_index, points_after_best, rise_after_best
from loganalyzer.model.run import Floats, Ints
from loganalyzer.signal.robust import median

# samples before a rise that it is compared with
BEFORE = 5
# slopes are taken between that many points at most
FITTED = 60
# samples after the best that do not make a level yet
SHORT = 8
# points of which even the clearest order is little more than chance
FEW = 6


def level_jitter(of: Curve) -> float:
    """How far a point lies from the middle of its neighbours, as a share of the median level.

    The first tenth of the run is left out.
    """
    level = abs(median(_settled(of)))
    return _jitter(of) / level if level else nan


def progress_jitter(of: Curve) -> float:
    """How far a point lies from its neighbours, as a share of all gained from first three points to best."""
    value = of.outline.value
    gained = median(value[:3]) - float(value.min())
    return _jitter(of) / gained if gained > 0 else inf


def jitter_ratio(of: Curve, other: Curve) -> float:
    """The jitter as a multiple of that of `other`; NaN where one of the two has single batches."""
    if not 1.0 / 1.5 <= len(other.series) / len(of.series) <= 1.5:
        return nan
    calm = _jitter(other)
    return _jitter(of) / calm if calm else inf


def _settled(of: Curve) -> Floats:
    value = of.outline.value
    return value[value.size // 10 :]


def _jitter(of: Curve) -> float:
    value = _settled(of)
    return 0.5 * median(np.abs(np.diff(value, 2))) if value.size > 2 else 0.0


def alone_count(of: Curve, other: Curve, factor: float, calm: float, share: float) -> float:
    """How many samples stand `factor` above the five before them while `other` rises by less than `calm`.

    And by `share` of the curve's span, from its lowest point to where it started, so that nothing on the
    floor counts. `other` is looked at from one sample before to two after, each sample for the moment it
    has in the run; the first tenth, and at least three samples, are left out. None where values are not
    positive.
    """
    return float(_alone(of, other, factor, calm, share)[0].size)


def alone_index(of: Curve, other: Curve, factor: float, calm: float, share: float) -> float:
    """The first sample that stands `factor` above the five before it while `other` stays calm."""
    found = _alone(of, other, factor, calm, share)[0]
    return float(found[0]) if found.size else nan


def lasting_factor(of: Curve, other: Curve, factor: float, calm: float, share: float) -> float:
    """How far the highest of those stands above the five before it that are no single points.

    That is, whose neighbour is `factor` above those five as well, or after which nothing comes.
    """
    at, ratio = _alone(of, other, factor, calm, share)
    after = of.finite[np.minimum(at + 1, of.finite.size - 1)]
    lasting = ratio[(after * ratio >= factor * of.finite[at]) | _follows(at)]
    return float(lasting.max()) if lasting.size else nan


def _follows(at: Ints) -> npt.NDArray[np.bool_]:
    """Whether the index before it is among the ascending indices as well, for each of them."""
    return np.concatenate(([False], at[1:] - at[:-1] == 1))[: at.size]


def _alone(of: Curve, other: Curve, factor: float, calm: float, share: float) -> tuple[Ints, Floats]:
    value, n = of.finite, of.finite.size
    if n < BEFORE or not float(value.min()) > 0.0 or not other.outline.is_positive:
        return np.zeros(0, np.int64), np.zeros(0)
    # most curves never stand that far above even the lowest of those samples, which is seen sooner
    lowest = np.minimum.reduce([value[k : n - BEFORE + k] for k in range(BEFORE)])
    if n >= 10 * BEFORE and not bool((value[BEFORE:] / lowest >= factor).any()):
        return np.zeros(0, np.int64), np.zeros(0)
    before = np.array(
        [median(value[max(0, i - BEFORE) : i]) if i else value[0] for i in range(min(n, BEFORE))]
    )
    windows = np.lib.stride_tricks.sliding_window_view(value, BEFORE)[: n - BEFORE]
    before = np.concatenate((before, np.partition(windows, BEFORE // 2, axis=1)[:, BEFORE // 2]))
    ratio = value / before
    span = median(value[:3]) - float(value.min())
    at = np.flatnonzero((ratio >= factor) & (value - before >= share * span))
    at = at[at >= max(3, n // 10)]
    alone = np.array([_is_calm(other, int(i), n, calm) for i in at], dtype=bool)
    return at[alone], ratio[at[alone]]


def _is_calm(other: Curve, at: int, n: int, calm: float) -> bool:
    """Whether `other` rises by less than the factor `calm` around the moment of sample `at` of `n`."""
    value = other.outline.value
    each = max(value.size / n, 1.0)
    middle = at / max(n - 1, 1) * (value.size - 1)
    before = value[max(0, round(middle - BEFORE * each)) : max(1, round(middle - each))]
    near = value[max(0, round(middle - each)) : round(middle + 2 * each) + 1]
    if not before.size or not near.size:
        return False
    # of single batches the median counts, of epochs the highest; what comes down from a spike is not calm
    top = median(near) if each > 3.0 else float(near.max())
    return top < calm * min(median(before), quantile(before, 0.25) * calm)


def fall_after(of: Curve, since: float, other: Curve) -> float:
    """By which share the curve fell from the moment of sample `since` of `other` to its end.

    Both levels are medians over at least the time between two samples of `other`, so that single batches
    do not decide.
    """
    return _fall(of, since, other, lead=0)


def fall_across(of: Curve, since: float, other: Curve) -> float:
    """The share by which the curve fell from just before sample `since` of `other` to its end."""
    return _fall(of, since, other, lead=2)


def _fall(of: Curve, since: float, other: Curve, lead: int) -> float:
    if not isfinite(since):
        return nan
    value = of.outline.value
    m = value.size
    each = max(1, m // 20, round(m / max(len(other.series), 1)))
    at = max(0, round(since / max(len(other.series) - 1, 1) * (m - 1)) - lead * each)
    before = median(value[max(0, at - each) : at + each + 1])
    end = median(value[-max(3, m // 10, each) :])
    return (before - end) / abs(before) if before else 0.0


def rise_near(of: Curve, since: float, other: Curve) -> float:
    """How high the curve stands around sample `since` of `other`, as a multiple of its level just before.

    The highest that is held from one sample of `other` before to two after; NaN where not all is positive.
    """
    if not isfinite(since) or not of.outline.is_positive:
        return nan
    value = of.smooth
    n = len(other.series)
    each = max(value.size / n, 1.0)
    middle = since / max(n - 1, 1) * (value.size - 1)
    first = max(1, round(middle - each))
    before = value[max(0, round(middle - 5 * each)) : first]
    near = value[first : round(middle + 2 * each) + 1]
    return float(near.max()) / median(before) if near.size else nan


def turn_index(of: Curve) -> float:
    """The first sample after the best level: where what was learned begins to be lost."""
    return min(best_index(of) + 1.0, len(of.series) - 1.0)


def climb_after_best(of: Curve) -> float:
    """The rise from the best level to the end as a share of the best level.

    With fewer than eight points after the best no level has formed at the end: there it is the trend, if
    that is more.
    """
    rise = rise_after_best(of)
    return max(rise, trend_after_best(of)) if points_after_best(of) < SHORT else rise


def trend_after_best(of: Curve) -> float:
    """What the middle slope since the best level adds up to by the end, as a share of the best level.

    The slope is the median over all pairs of points (Theil and Sen), so that one odd point does not count.
    """
    value, first = of.outline.value, int(of.smooth.argmin())
    after = value[first:]
    best = abs(float(of.smooth.min()))
    if after.size < 3 or not best:
        return 0.0
    at = np.linspace(0, after.size - 1, min(FITTED, after.size)).astype(np.int64)
    i, j = np.triu_indices(at.size, 1)
    slope = median((after[at[j]] - after[at[i]]) / (at[j] - at[i]))
    return slope * (after.size - 1) / best


def order_after_best(of: Curve) -> float:
    """How clearly the points after the best rise, in standard deviations of points in random order.

    Kendall's count of rising less falling pairs. The best itself is left out, as it was chosen for being
    the lowest. Infinite for three to six points each of which is above the one before, if they are a
    quarter of the curve: so few cannot say more.
    """
    value = of.outline.value
    after = value[int(of.smooth.argmin()) + 1 :]
    n = after.size
    if n < 3:
        return 0.0
    if n <= FEW and 4 * n >= value.size and bool((np.diff(after) > 0.0).all()):
        return inf
    i, j = np.triu_indices(n, 1)
    return float(np.sign(after[j] - after[i]).sum()) / sqrt(n * (n - 1) * (2 * n + 5) / 18.0)


def climb_before_best(of: Curve) -> float:
    """The largest rise over the best so far that came back before the best, as a share of the best level.

    Of the smoothed curve, so that single points do not count; the first tenth is left out.
    """
    value = of.smooth
    before = value[value.size // 10 : int(value.argmin()) + 1]
    best = abs(float(value.min()))
    if not before.size or not best:
        return 0.0
    low = np.minimum.accumulate(before)
    if of.outline.is_positive:
        return float((before / low).max()) - 1.0
    return float((before - low).max()) / best


PAIRS = (
    alone_count,
    alone_index,
    climb_after_best,
    climb_before_best,
    fall_across,
    fall_after,
    jitter_ratio,
    lasting_factor,
    level_jitter,
    order_after_best,
    progress_jitter,
    rise_near,
    turn_index,
)
