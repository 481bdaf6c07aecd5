"""Rises that do not last: swings, spikes, and jumps that were never made good."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import inf, log, nan

import numpy as np

from loganalyzer.features.curve import OUTLINE_POINTS, Curve, end_of, quantile
from loganalyzer.model.run import Floats, Ints
from loganalyzer.signal.robust import median


@dataclass(frozen=True, slots=True)
class Swing:
    """A rise from the outline point `low` to `high`; at `back` half of it was undone.

    `back` is -1 if that never came.
    """

    low: int
    high: int
    back: int


def swings(of: Curve, factor: float, share: float) -> list[Swing]:
    """All rises by at least `factor` that are also at least `share` of the curve's span.

    The span is from the lowest point to the start or the 90th percentile, whichever is higher, so that
    ripples on the floor of a curve that fell by decades are no swings.
    """
    z, value = of.outline.scaled, of.outline.value
    if value.size < 3:
        return []
    found = rises(z, log(factor) if of.outline.is_positive else factor - 1.0)
    if not found:
        return []
    first = median(of.finite[:3]) * (-1.0 if of.role.direction == "higher" else 1.0)
    top = max(first, median(value[:3]), quantile(value, 0.9))
    least = share * (top - float(value.min()))
    return [one for one in found if value[one.high] - value[one.low] >= least]


def rises(z: Floats, step: float) -> list[Swing]:
    """Zigzag: alternate lows and highs at least `step` apart; one Swing for each low to high."""
    # most curves never climb that high, which is seen at once
    if not z.size or float((z - np.minimum.accumulate(z)).max()) < step:
        return []
    return _zigzag(z, step)


def _zigzag(z: Floats, step: float) -> list[Swing]:
    found: list[Swing] = []
    low = high = 0
    bottom = top = float(z[0])
    rising = False
    for i, x in enumerate(z.tolist()):
        if rising:
            if x > top:
                high, top = i, x
            elif top - x >= step:
                found.append(_swing(z, low, high))
                rising, low, bottom = False, i, x
        elif x < bottom:
            low, bottom = i, x
        elif x - bottom >= step:
            rising, high, top = True, i, x
    if rising:
        found.append(_swing(z, low, high))
    return found


def _swing(z: Floats, low: int, high: int) -> Swing:
    after = np.flatnonzero(z[high:] <= 0.5 * (z[low] + z[high]))
    return Swing(low, high, high + int(after[0]) if after.size else -1)


def swing_count(of: Curve, factor: float, share: float) -> float:
    """How often the curve rises by `factor` and by `share` of its span."""
    return float(len(swings(of, factor, share)))


def coherence(of: Curve) -> float:
    """Whether ups and downs are waves: lag-one autocorrelation around a moving mean, near 0 for noise."""
    z = of.outline.scaled
    low, high = _around(z.size, max(3, z.size // 10))
    total = np.concatenate(([0.0], np.cumsum(z)))
    rest = z - (total[high] - total[low]) / (high - low)
    power = float(rest @ rest)
    visible = z.size * (1e-9 * float(np.abs(z).max())) ** 2
    return float(rest[1:] @ rest[:-1]) / power if power > visible else 0.0


@lru_cache(maxsize=64)
def _around(size: int, half: int) -> tuple[Ints, Ints]:
    """Half-open ranges of `half` points on both sides of each of `size` points, as far as there are any."""
    at = np.arange(size)
    return np.maximum(at - half, 0), np.minimum(at + half + 1, size)


def first_swing_index(of: Curve, factor: float, share: float) -> float:
    """The sample at the foot of the first such rise."""
    found = swings(of, factor, share)
    return float(of.outline.start[found[0].low]) if found else nan


def last_swing_index(of: Curve, factor: float, share: float) -> float:
    """The sample at the top of the last such rise."""
    found = swings(of, factor, share)
    return float(of.outline.start[found[-1].high]) if found else nan


def swing_travel(of: Curve, factor: float, share: float) -> float:
    """All such rises together as a multiple of the curve's net improvement (in logarithms if positive)."""
    z = of.outline.scaled
    found = swings(of, factor, share)
    up = sum(float(z[one.high] - z[one.low]) for one in found)
    net = median(z[:3]) - median(z[-3:]) if z.size >= 3 else 0.0
    return up / net if net > 0 else (inf if up else 0.0)


def returned_count(of: Curve, factor: float, share: float) -> float:
    """How many such rises led out of the better half, between best and end level, and back into it."""
    z = of.outline.scaled
    if z.size < 3:
        return 0.0
    middle = 0.5 * (float(z.min()) + end_of(z))
    return float(sum(1 for one in swings(of, factor, share) if _returned(z, one, middle)))


def _returned(z: Floats, one: Swing, middle: float) -> bool:
    return float(z[one.low]) <= middle < float(z[one.high]) and float(z[one.high :].min()) <= middle


def recovered_count(of: Curve, factor: float, share: float, width: float, jitters: float = 0.0) -> float:
    """How many such rises were half undone within `width` of the run, steep on the way up.

    Each `jitters` times as high as the median step between neighbours, in logarithms if positive.
    """
    return float(len(_recovered(of, factor, share, width, jitters)))


def recovered_index(of: Curve, factor: float, share: float, width: float, jitters: float = 0.0) -> float:
    """The first sample above the foot of the first such rise that was undone."""
    found = _recovered(of, factor, share, width, jitters)
    return float(of.outline.start[found[0].low + 1]) if found else nan


def _recovered(of: Curve, factor: float, share: float, width: float, jitters: float) -> list[Swing]:
    z = of.outline.scaled
    limit = max(3.0, width * z.size)
    least = jitters * median(np.abs(np.diff(z))) if z.size > 1 else 0.0
    return [
        one
        for one in swings(of, factor, share)
        if one.back >= 0 and one.back - one.low <= limit and one.high - one.low <= max(2.0, limit / 2)
        if float(z[one.high] - z[one.low]) >= least
    ]


def spike_count(of: Curve) -> float:
    """How many isolated samples stand out upward from a long curve, which its outline would not show."""
    return float(sum(1 for a, b in pairwise([-10, *_lone(of)]) if b - a > 3))


def spike_index(of: Curve) -> float:
    """The first isolated sample that stands out upward from a long curve."""
    return float(next(iter(_lone(of)), nan))


def _lone(of: Curve) -> list[int]:
    """Single samples that stand out upward; none where the outline shows every sample anyway."""
    if len(of.series) <= OUTLINE_POINTS:
        return []
    return [i for i in of.segmentation.spikes if _is_up(of, i)]


def _is_up(of: Curve, index: int, least: float = 1.5) -> bool:
    """Whether the sample lies above both sides by at least the factor `least`."""
    near = np.concatenate((of.finite[max(0, index - 5) : index], of.finite[index + 1 : index + 6]))
    if not near.size:
        return False
    level = median(near)
    return level > 0 and float(of.finite[index]) >= least * level


def jump_index(of: Curve, factor: float) -> float:
    """The first sample of the steepest rise by `factor` that was never made good again."""
    found = _lasting_jump(of, factor)
    return float(of.outline.start[found + 1]) if found is not None else nan


def jump_factor(of: Curve, factor: float) -> float:
    """How many times the old level the best level after that rise is; NaN if there is none."""
    found = _lasting_jump(of, factor)
    if found is None:
        return nan
    before, after = float(of.smooth[: found + 1].min()), float(of.smooth[found + 2 :].min())
    return after / before if of.outline.is_positive else nan


def _lasting_jump(of: Curve, factor: float) -> int | None:
    """Foot of the steepest rise within two points after which even the best level is above the old one."""
    if not of.outline.is_positive or of.smooth.size < 8:
        return None
    z = np.log(of.smooth)
    best_before = np.minimum.accumulate(z)
    best_after = np.minimum.accumulate(z[::-1])[::-1]
    feet = np.arange(2, z.size - 4)
    size = z[feet + 2] - z[feet]
    lasting = best_after[feet + 2] - best_before[feet]
    jitter = np.abs(np.diff(np.log(of.outline.value)))
    visible = max(log(factor), 6.0 * median(jitter))
    good = (size >= visible) & (lasting > 0.0)
    if not bool(good.any()):
        return None
    first = int(feet[good][size[good].argmax()]) - 1
    return first + int(np.diff(of.outline.value[first : first + 4]).argmax())


SWINGS = (
    coherence,
    first_swing_index,
    jump_factor,
    jump_index,
    last_swing_index,
    recovered_count,
    recovered_index,
    returned_count,
    spike_count,
    spike_index,
    swing_count,
    swing_travel,
)
