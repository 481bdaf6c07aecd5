"""What a learning-rate schedule does: rests at zero, runs out, is raised, or warms up a second time."""

from __future__ import annotations

from math import isfinite, nan

import numpy as np

from loganalyzer.features.curve import Curve
from loganalyzer.model.run import Floats, Ints

# a restart falls and a warm-up climbs; what happens within two points of the outline is a step
STEP_POINTS = 2


def _zeros(of: Curve) -> tuple[int, int]:
    """The longest half-open range of samples that are zero; (0, 0) if none is."""
    edges: Ints = np.flatnonzero(np.diff(np.concatenate(([False], of.finite <= 0.0, [False])).astype(int)))
    if not edges.size:
        return 0, 0
    starts, stops = edges[::2], edges[1::2]
    longest = int((stops - starts).argmax())
    return int(starts[longest]), int(stops[longest])


def zero_points(of: Curve) -> float:
    """How many samples in a row are zero at most."""
    first, stop = _zeros(of)
    return float(stop - first)


def zero_share(of: Curve) -> float:
    """The share of the samples in the longest stretch of zeros."""
    return zero_points(of) / of.finite.size


def zero_index(of: Curve) -> float:
    """The first sample of the longest stretch of zeros; NaN if there is none."""
    first, stop = _zeros(of)
    return float(first) if stop > first else nan


def zero_end_index(of: Curve) -> float:
    """The last sample of the longest stretch of zeros; NaN if there is none."""
    first, stop = _zeros(of)
    return float(stop - 1) if stop > first else nan


def zero_rest(of: Curve) -> float:
    """The share of the samples that follow the longest stretch of zeros: 0 if it lasts to the end."""
    return 1.0 - _zeros(of)[1] / of.finite.size


def ran_out_index(of: Curve, share: float) -> float:
    """The first sample from which on the curve stays below `share` of its peak, to the end; NaN if none."""
    peak = float(of.finite.max())
    above = np.flatnonzero(of.finite >= share * peak)
    after = int(above[-1]) + 1 if peak > 0.0 and above.size else of.finite.size
    return float(after) if after < of.finite.size else nan


def ran_out_share(of: Curve, share: float) -> float:
    """The share of the run, in steps, from that sample to the end; 0 if there is none."""
    since = ran_out_index(of, share)
    return 1.0 - of.series.fraction_at(int(since)) if isfinite(since) else 0.0


def last_index(of: Curve) -> float:
    """The last sample."""
    return float(len(of.series) - 1)


def _until(of: Curve, since: float, other: Curve) -> tuple[Floats, int]:
    """The outline, and its point one thirtieth of the run past the moment of sample `since` of `other`."""
    value = of.outline.value
    fraction = other.series.fraction_at(int(since)) + 1.0 / 30.0
    return value, min(round(fraction * (value.size - 1)), value.size - 1)


def raised_until(of: Curve, since: float, other: Curve) -> float:
    """How many times its lowest value before it the curve's peak up to the moment of `since` of `other` is.

    The first twentieth of the run is left out: a warm-up starts near zero.
    """
    if not isfinite(since):
        return nan
    value, stop = _until(of, since, other)
    seen = value[value.size // 20 : stop + 1]
    if seen.size < 2 or float(seen.min()) <= 0.0:
        return nan
    return float((seen / np.minimum.accumulate(seen)).max())


def _rewarmed(of: Curve, least: float) -> list[int]:
    """Outline points where the curve dropped at once below `least` of its level and then climbed back.

    It climbs over more points than it took to fall, in small steps, to nine tenths of what it had.
    """
    value = of.outline.value
    found = []
    for low in _drops_at_once(value, least):
        before = float(value[max(0, low - STEP_POINTS) : low].max())
        back = np.flatnonzero(value[low:] >= 0.9 * before)
        if back.size and back[0] > STEP_POINTS and bool(np.all(np.diff(value[low : low + back[0]]) >= 0.0)):
            found.append(low)
    return found


def _drops_at_once(value: Floats, least: float) -> list[int]:
    """Points, no higher than their neighbours, to which a positive curve fell below `least` of its level."""
    last = value.size - STEP_POINTS - 1
    if last < 2:
        return []
    padded = np.concatenate((np.full(STEP_POINTS - 1, -np.inf), value))
    before = np.max([padded[at : at + last - 1] for at in range(STEP_POINTS)], axis=0)
    low = value[1:last]
    is_low = (
        (low >= 0.0) & (low <= least * before) & (low <= value[: last - 1]) & (low <= value[2 : last + 1])
    )
    return [int(at) + 1 for at in np.flatnonzero(is_low)]


def rewarm_count(of: Curve, least: float) -> float:
    """How often the curve drops at once below `least` of its level and climbs back in steps."""
    return float(len(_rewarmed(of, least)))


def rewarm_index(of: Curve, least: float) -> float:
    """The first sample at which it does; NaN if it never does."""
    found = _rewarmed(of, least)
    return float(of.outline.start[found[0]]) if found else nan


def dropped_between(of: Curve, since: float, until: float, other: Curve) -> float:
    """How many times lower the curve is after the moments of samples `since` .. `until` of `other`.

    From its highest value around the first moment to its lowest around the second.
    """
    if not (isfinite(since) and isfinite(until)):
        return nan
    value, stop = _until(of, until, other)
    first = max(0, round((other.series.fraction_at(int(since)) - 1.0 / 30.0) * (value.size - 1)))
    seen = value[first : stop + 1]
    peak, low = float(seen[: max(1, seen.size // 2)].max()), float(seen[seen.size // 2 :].min())
    return peak / low if low > 0.0 else nan


SCHEDULE = (
    dropped_between,
    last_index,
    ran_out_index,
    ran_out_share,
    raised_until,
    rewarm_count,
    rewarm_index,
    zero_end_index,
    zero_index,
    zero_points,
    zero_rest,
    zero_share,
)
