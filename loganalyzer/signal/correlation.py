"""How alike a curve is to itself a few samples later: repetition, and noise with a memory."""

from __future__ import annotations

import numpy as np

from loganalyzer.model.run import Floats
from loganalyzer.signal.robust import mean_smooth, median

_TREND_WINDOW = 15


def autocorrelation(value: Floats, lags: int) -> Floats:
    """Autocorrelation of a finite curve at lags 0 .. lags - 1 (fewer if n is smaller), shape (lags,).

    Each lag is divided by the number of products it has, so that a long period is not damped; all zero
    for a constant.
    """
    lags = min(lags, value.size)
    centred = value - value.mean() if value.size else value
    power = float(centred @ centred)
    if power <= 0.0:
        return np.zeros(lags)
    spectrum = np.fft.rfft(centred, 1 << (2 * value.size - 1).bit_length())
    products = np.fft.irfft(spectrum * np.conj(spectrum))[:lags] / power
    return np.asarray(products / (1.0 - np.arange(lags) / value.size), np.float64)


def memory(value: Floats) -> float:
    """Coefficient 0 .. 0.95 of first-order autoregressive noise on a finite curve, whatever its trend.

    From the ratio of the median steps over two samples and over one, squared, which is 1 for white noise
    and 1 plus the coefficient otherwise.
    """
    if value.size < 8:
        return 0.0
    near, far = value[1:] - value[:-1], value[2:] - value[:-2]
    short = median(np.abs(near - mean_smooth(near, _TREND_WINDOW)))
    long = median(np.abs(far - mean_smooth(far, _TREND_WINDOW)))
    return min(max((long / short) ** 2 - 1.0, 0.0), 0.95) if short > 0.0 else 0.0
