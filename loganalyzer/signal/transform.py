"""The scale on which a curve's noise is even: logarithm, inverse hyperbolic sine, or as it is."""

from __future__ import annotations

import numpy as np

from loganalyzer.model.role import Direction
from loganalyzer.model.run import Floats
from loganalyzer.model.segment import Transform
from loganalyzer.signal.robust import median

_SAMPLED = 10_000
_WIDE_RATIO = 2.5
_LATE_RATIO = 50.0
_SIGNED_RATIO = 200.0


def choose_transform(value: Floats, better: Direction) -> Transform:
    """The transform for a finite curve of shape (n,), n at least 1.

    "log" for positive values that span a wide range, unless they look like a share (at most 1, and higher
    is better or most of them are well above 0); "asinh" for signed values whose extremes dwarf the median.
    """
    low, high = float(value.min()), float(value.max())
    sample = np.sort(value[:: max(1, value.size // _SAMPLED)])
    if low > 0.0:
        margin = sample.size // 50
        bottom, top = float(sample[margin]), float(sample[-1 - margin])
        is_share = high <= 1.0 + 1e-9 and (better == "higher" or median(sample) > 0.3)
        is_wide = bottom < top / _WIDE_RATIO or top < high / _LATE_RATIO
        return "log" if is_wide and not is_share else "identity"
    typical = median(np.abs(sample))
    return "asinh" if 0.0 < typical < max(-low, high) / _SIGNED_RATIO else "identity"


def transformed(value: Floats, transform: Transform) -> Floats:
    """The finite curve on that scale, shape (n,), free of overflow and of a large common offset."""
    if transform == "log":
        out = np.log(value)
    elif transform == "asinh":
        with np.errstate(over="ignore"):
            ratio = value / median(np.abs(value[:: max(1, value.size // _SAMPLED)]))
        out = np.arcsinh(np.clip(ratio, -1e300, 1e300))
    else:
        largest = float(np.abs(value).max())
        # A power of two changes no digit and keeps sums of squares of huge or tiny values in range.
        out = np.ldexp(value, -int(np.frexp(largest)[1]))
    return np.asarray(out - median(out), np.float64)
