"""A pattern that repeats with the epoch: its length, and the curve without it."""

from __future__ import annotations

import numpy as np

from loganalyzer.model.run import Floats
from loganalyzer.signal.correlation import autocorrelation
from loganalyzer.signal.robust import mean_smooth, median, medians

_FEWEST_SAMPLES = 64
_COARSE_SAMPLES = 8192
_SHORTEST = 4
_AGREEMENT = 0.35
_SECOND_AGREEMENT = 0.2
_EVENNESS = 0.4


def find_period(value: Floats) -> int:
    """Length in samples of a pattern that repeats all along a finite curve of shape (n,), 0 for none.

    It must show in the autocorrelation of both halves at the same lag, fit eight times into the run, and
    be of like size in every quarter: an oscillation that sets in or dies out is an event, not a period.
    """
    if value.size < _FEWEST_SAMPLES:
        return 0
    stride = max(1, value.size // _COARSE_SAMPLES)
    whole = value[: value.size // stride * stride]
    coarse = whole if stride == 1 else whole.reshape(-1, stride).mean(axis=1)
    detrended = _detrend(coarse)
    half = coarse.size // 2
    longest = coarse.size // 8
    first = _dominant_lag(detrended[:half], longest)
    second = _dominant_lag(detrended[half:], longest) if first else 0
    if not second or abs(first - second) > max(1.0, 0.02 * first):
        return 0
    lag = round(0.5 * (first + second))
    if not _is_even(detrended, lag):
        return 0
    return lag if stride == 1 else _sharpened(value, lag * stride, stride)


def remove_period(value: Floats, period: int) -> Floats:
    """The finite curve less the typical course of one period, shape (n,).

    The curve itself if fewer than four periods fit into it.
    """
    if period < 2 or value.size < 4 * period:
        return value
    cycles = value[: value.size // period * period].reshape(-1, period)
    centre = medians(cycles, 1)[:, None]
    # What the trend gains within a cycle is not part of the pattern.
    drift = median(np.diff(centre[:, 0]))
    ramp = np.arange(period) / period - 0.5
    pattern = medians(cycles - centre - drift * ramp, 0)
    return np.asarray(value - np.resize(pattern, value.size), np.float64)


def _detrend(value: Floats) -> Floats:
    """The curve less its running mean over a fifth of the run."""
    return value - mean_smooth(value, max(17, value.size // 5))


def _dominant_lag(value: Floats, longest: int) -> int:
    """Lag of the highest autocorrelation after the first zero crossing, 0 if it is not convincing."""
    sd = float(value.std())
    correlation = autocorrelation(np.clip(value, -3.0 * sd, 3.0 * sd), value.size // 2)
    negative = np.flatnonzero(correlation < 0.0)
    if negative.size == 0:
        return 0
    start = max(_SHORTEST, int(negative[0]))
    range_ = correlation[start : min(correlation.size - 1, longest)]
    if range_.size < 3:
        return 0
    lag = start + int(range_.argmax())
    twice = correlation[2 * lag] if 2 * lag < correlation.size else 1.0
    return lag if correlation[lag] >= _AGREEMENT and twice >= _SECOND_AGREEMENT else 0


def _is_even(value: Floats, lag: int) -> bool:
    """Whether the folded pattern has about the same height in each quarter of the run."""
    heights = []
    for quarter in np.array_split(value, 4):
        cycles = quarter.size // lag
        if cycles == 0:
            return False
        folded = medians(quarter[: cycles * lag].reshape(cycles, lag), 0)
        heights.append(float(np.ptp(folded)))
    return min(heights) >= _EVENNESS * max(heights)


def _sharpened(value: Floats, period: int, margin: int) -> int:
    """The period at full resolution, within `margin` samples of the one found on a coarser grid."""
    correlation = autocorrelation(_detrend(value), period + margin + 1)
    start = period - margin
    return start + int(correlation[start:].argmax())
