"""What one whole curve looks like, free of units and of length."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from loganalyzer.features.flat import frozen_share, repeats_share
from loganalyzer.features.shape import change_share, giveback, rise_factor, spread_share, way_back
from loganalyzer.features.swings import coherence
from loganalyzer.features.vector.shape import Shape
from loganalyzer.model.run import Floats
from loganalyzer.signal.correlation import autocorrelation
from loganalyzer.signal.robust import mean_smooth

_CONSTANT = 1e-9


def _levels(shape: Shape) -> dict[str, float]:
    """Where the curve starts, is best, is worst and ends."""
    low, high = float(shape.smooth.min()), float(shape.smooth.max())
    last = max(1, shape.size - 1)
    half = shape.start + 0.5 * (low - shape.start)
    return {
        "total_change": (shape.end - shape.start) / shape.scale,
        "best_at": shape.best / last,
        "worst_at": int(shape.smooth.argmax()) / last,
        "half_at": int((shape.smooth <= half).argmax()) / last,
        "regret": (shape.end - low) / shape.scale,
        "peak_over_start": (high - shape.start) / shape.scale,
        "late_gain": (float(shape.smooth[(2 * last) // 3]) - shape.end) / shape.scale,
    }


def _trend(shape: Shape) -> dict[str, float]:
    """How straight, steady and steep its way is, and which simple law it follows."""
    step = np.diff(shape.smooth)
    travel = float(np.abs(step).sum())
    time, *laws = _laws(shape.size)
    rest = shape.smooth - shape.smooth.mean()
    line, log, decay = (_explained(law, rest) for law in laws)
    tail = slice(-max(3, shape.size // 5), None)
    return {
        "monotone": float(step.sum()) / (travel + 1e-12),
        "travel": float(np.log1p(travel / shape.scale)),
        "end_slope": _slope(time[tail], shape.smooth[tail]) / shape.scale,
        "largest_rise": float(step.max(initial=0.0)) / shape.scale,
        "largest_fall": float(step.min(initial=0.0)) / shape.scale,
        "r2_line": line,
        "r2_log": log,
        "r2_decay": decay,
    }


def _slope(time: Floats, value: Floats) -> float:
    centred = time - time.mean()
    power = float(centred @ centred)
    return float(centred @ value) / power if power > 0.0 else 0.0


@lru_cache(maxsize=64)
def _laws(size: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Moments of a curve in (0, 1), shape (size,), and a line, a logarithm and a decay there, centred."""
    time = (np.arange(size) + 0.5) / size
    laws = (time, np.log(np.arange(size) + 1.0), np.exp(-time / 0.1))
    line, log, decay = (law - law.mean() for law in laws)
    return time, line, log, decay


def _explained(law: Floats, rest: Floats) -> float:
    """The share of the variance of a curve that a law explains, both centred."""
    power = float(law @ law) * float(rest @ rest)
    return float(law @ rest) ** 2 / power if power > 0.0 else 0.0


def _noise(shape: Shape) -> dict[str, float]:
    """How large its noise is, how it changes, and whether it is noise or waves."""
    step = np.diff(shape.value)
    quarter = max(2, shape.size // 4)
    least = 0.002 * shape.scale
    early, late = (float(np.abs(part - part.mean()).mean()) for part in (step[:quarter], step[-quarter:]))
    rest = (shape.value - shape.smooth)[-max(4, shape.size // 3) :]
    rest = rest - rest.mean()
    deviation = float(rest.std())
    found = {
        "noise_share": float(np.log10(1e-4 + shape.noise / shape.scale)),
        "noise_growth": float(np.log((late + least) / (early + least))),
        "wiggle": float(np.log10(1e-4 + deviation / shape.scale)),
        "crossings": 0.0,
        "memory": 0.0,
        "repetition": 0.0,
        "tails": 0.0,
    }
    if deviation > _CONSTANT * shape.scale:
        lags = autocorrelation(rest, max(3, rest.size // 2))
        found["crossings"] = float(np.mean(rest[1:] * rest[:-1] < 0.0))
        found["memory"] = float(lags[1])
        found["repetition"] = float(lags[2:].max(initial=0.0))
        found["tails"] = float(np.abs(rest).max()) / deviation
    return found


def _waves(shape: Shape) -> dict[str, float]:
    """What comes and goes around the trend over a quarter of the run: how large, how regular, how fast."""
    size = shape.size
    rest = shape.value - mean_smooth(shape.value, max(5, size // 4))
    rest = rest - rest.mean()
    deviation = float(rest.std())
    found = {
        "wave_size": float(np.log10(1e-4 + deviation / shape.scale)),
        "wave_peak": 0.0,
        "wave_length": 0.0,
    }
    if deviation > _CONSTANT * shape.scale:
        lags = autocorrelation(rest, max(4, size // 2))
        turned = int((lags < 0.0).argmax()) or 1
        peak = float(lags[turned:].max())
        # of a period and its multiples, which repeat as well, the first
        found["wave_peak"] = peak
        found["wave_length"] = (turned + int((lags[turned:] >= 0.95 * peak).argmax())) / size
    return found


def _flats(shape: Shape) -> dict[str, float]:
    """Where the trend hardly moves: the share of the run, of its end, and how far down the flat end lies."""
    size = shape.size
    trend = mean_smooth(shape.value, max(3, size // 10))
    near = np.abs(trend - shape.end) <= 0.1 * shape.span + 0.5 * shape.noise
    away = np.flatnonzero(~near)
    steady = np.abs(np.diff(trend)) * size <= 0.2 * shape.span
    return {
        "flat_end": 1.0 - (int(away[-1]) + 1) / size if away.size else 1.0,
        "flat_share": float(steady.mean()),
        "first_tenth": (shape.start - float(trend[size // 10])) / shape.scale,
    }


def _own_units(shape: Shape) -> dict[str, float]:
    """What rules measure on the values as logged: ratios, so that units do not matter."""
    curve = shape.curve
    return {
        "change_share": change_share(curve),
        "spread_share": spread_share(curve),
        "rise_factor": rise_factor(curve),
        "giveback": giveback(curve),
        "way_back": way_back(curve),
        "frozen_share": frozen_share(curve, 0.02),
        "repeats": repeats_share(curve),
        "coherence": coherence(curve),
    }


def whole(shape: Shape) -> dict[str, float]:
    """The measurements of one curve by name; none is NaN for a curve of three samples."""
    return {
        **_levels(shape),
        **_trend(shape),
        **_noise(shape),
        **_waves(shape),
        **_flats(shape),
        **_own_units(shape),
    }
