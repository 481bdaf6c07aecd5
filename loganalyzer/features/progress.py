"""How a curve spends the run: how fast it still moves, where it stood still, and what came of it."""

from __future__ import annotations

from math import inf, isfinite, nan, sqrt

import numpy as np
import numpy.typing as npt

from loganalyzer.features.curve import Curve, end_of, start_of
from loganalyzer.model.run import Floats
from loganalyzer.signal.robust import median

LAST_THIRD = 2.0 / 3.0


def _window(of: Curve, share: float) -> tuple[float, float]:
    """The level around a moment (0 the first, 1 the last point) and the middle of the points it is made of.

    A tenth of the outline is looked at, at least one and, of ten points or more, at least three.
    """
    value = of.smooth
    m = value.size
    width = max(3 if m >= 10 else 1, m // 10)
    first = min(max(round(share * (m - 1)) - width // 2, 0), m - width)
    return median(value[first : first + width]), first + 0.5 * (width - 1)


def _ratio(numerator: float, denominator: float) -> float:
    return numerator / denominator if denominator else nan


def tail_pace(of: Curve) -> float:
    """The pace of the last third of the run as a multiple of the mean pace: 1 for a straight line.

    Negative for a curve that rises there. An exponential decay that has covered one of its time constants
    has 0.7, two of them 0.45, four 0.15.
    """
    (start, t0), (late, t1), (end, t2) = (_window(of, at) for at in (0.0, LAST_THIRD, 1.0))
    return _ratio(_ratio(late - end, t2 - t1), abs(_ratio(start - end, t2 - t0)))


def tail_in_noise(of: Curve) -> float:
    """The improvement over the last third of the run in units of the noise of a level.

    That is the jitter from point to point of a level made of three points, and less by the root of their
    number where there are more. Infinite for a short curve that falls at every point: it has no noise, but
    it bends.
    """
    value = of.outline.value
    gained = _window(of, LAST_THIRD)[0] - _window(of, 1.0)[0]
    jitter = 0.5 * median(np.abs(np.diff(value, 2))) if value.size > 2 else 0.0
    noise = jitter / sqrt(max(1.0, value.size // 10 / 3.0))
    if noise == 0.0 or (5 <= value.size < 10 and bool((np.diff(value) < 0.0).all())):
        return inf if gained > 0.0 else 0.0
    return gained / noise


def late_fall(of: Curve, share: float) -> float:
    """The improvement over the last `share` of the run, as a share of the level at the end."""
    end = _window(of, 1.0)[0]
    return _ratio(_window(of, 1.0 - share)[0] - end, abs(end))


def early_share(of: Curve, share: float) -> float:
    """Which share of all that was gained by the end had been gained after the first `share` of the run."""
    start, end = float(of.outline.value[0]), _window(of, 1.0)[0]
    return _ratio(start - _window(of, share)[0], start - end)


def end_ratio(of: Curve, other: Curve) -> float:
    """The level the curve ends at as a multiple of the level at which `other` ends."""
    return _ratio(end_of(of.outline.value), end_of(other.outline.value))


def _best_reached(of: Curve, band: float) -> int:
    """The first outline point whose smoothed level is within `band` of all that was gained of the best."""
    value = of.smooth
    best = float(value.min())
    near = np.flatnonzero(value <= best + band * max(start_of(of.outline.value) - best, 0.0))
    return int(near[0])


def reached_index(of: Curve, band: float) -> float:
    """The first sample that is as good as the best, but for the share `band` of all that was gained."""
    return float(of.outline.start[_best_reached(of, band)])


def reached_share(of: Curve, band: float) -> float:
    """Where that sample lies in the run, 0 at the first logged step and 1 at the last."""
    return of.series.fraction_at(int(of.outline.start[_best_reached(of, band)]))


def _moment(since: float, other: Curve, of: Curve) -> int:
    """The outline point of `of` at the moment of sample `since` of `other`."""
    fraction = other.series.fraction_at(int(since))
    return min(round(fraction * (of.smooth.size - 1)), of.smooth.size - 1)


def fall_between(of: Curve, since: float, until: float, other: Curve) -> float:
    """By which share the curve fell between the moments of samples `since` and `until` of `other`."""
    if not (isfinite(since) and isfinite(until)):
        return nan
    value = of.smooth
    first, last = _moment(since, other, of), _moment(until, other, of)
    reach = max(1, (last - first) // 10)
    before, after = median(value[first : first + reach]), median(value[max(0, last - reach + 1) : last + 1])
    return _ratio(before - after, abs(before))


def _rests(of: Curve, band: float) -> tuple[int, int]:
    """The longest half-open range of the outline over which the smoothed curve stays within `band`.

    The band is a share of the level at the range's first point; the earliest of equals.
    """
    value = of.smooth
    extremes = _doubled(value)
    shortest, longest = 1, value.size
    # what holds for a range holds for its beginning, so its length can be halved
    while shortest < longest:
        middle = (shortest + longest + 1) // 2
        if bool(_within(value, extremes, middle, band).any()):
            shortest = middle
        else:
            longest = middle - 1
    first = int(_within(value, extremes, shortest, band).argmax())
    return first, first + shortest


def _doubled(value: Floats) -> list[tuple[Floats, Floats]]:
    """The highest and lowest values of all ranges of 1, 2, 4, 8 ... points, shape (n - length + 1,) each."""
    found = [(value, value)]
    length = 1
    while 2 * length <= value.size:
        high, low = found[-1]
        found.append((np.maximum(high[:-length], high[length:]), np.minimum(low[:-length], low[length:])))
        length *= 2
    return found


def _within(
    value: Floats, extremes: list[tuple[Floats, Floats]], length: int, band: float
) -> npt.NDArray[np.bool_]:
    """Whether each range of that length spreads over no more than the band, shape (n - length + 1,)."""
    level = length.bit_length() - 1
    high, low = extremes[level]
    n, later = value.size - length + 1, length - (1 << level)
    spread = np.maximum(high[:n], high[later:]) - np.minimum(low[:n], low[later:])
    inside: npt.NDArray[np.bool_] = spread <= band * np.abs(value[:n])
    return inside


def rest_share(of: Curve, band: float) -> float:
    """The share of the run over which the curve longest stays within `band` (a share) of one level."""
    first, stop = _rests(of, band)
    return (stop - first) / of.smooth.size


def rest_index(of: Curve, band: float) -> float:
    """The first sample of the longest stretch within `band` (a share) of one level."""
    return float(of.outline.start[_rests(of, band)[0]])


def rest_end_index(of: Curve, band: float) -> float:
    """The first sample after the longest stretch on one level; NaN if it lasts to the end."""
    stop = _rests(of, band)[1]
    return float(of.outline.start[stop]) if stop < of.smooth.size else nan


def gain_before_rest(of: Curve, band: float) -> float:
    """The improvement from the start to the longest stretch on one level, as a share of the start."""
    first, stop = _rests(of, band)
    start = start_of(of.outline.value)
    return _ratio(start - median(of.smooth[first:stop]), abs(start))


def gain_after_rest(of: Curve, band: float) -> float:
    """The improvement from the longest stretch on one level to the end, as a share of that level."""
    first, stop = _rests(of, band)
    level = median(of.smooth[first:stop])
    return _ratio(level - end_of(of.smooth), abs(level)) if stop < of.smooth.size else 0.0


PROGRESS = (
    early_share,
    end_ratio,
    fall_between,
    gain_after_rest,
    gain_before_rest,
    late_fall,
    reached_index,
    reached_share,
    rest_end_index,
    rest_index,
    rest_share,
    tail_in_noise,
    tail_pace,
)
