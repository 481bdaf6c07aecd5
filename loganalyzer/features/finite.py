"""Values that are no numbers."""

from __future__ import annotations

from math import nan

import numpy as np

from loganalyzer.features.curve import Curve

# a tenth of the run: what a logger may write before there is anything to average
NOTHING_YET = 0.1


def nonfinite_count(of: Curve) -> float:
    """How many values are NaN or Inf; a few NaN at the very start do not count."""
    return float(np.count_nonzero(_bad(of)))


def nonfinite_index(of: Curve) -> float:
    """The first value that is NaN or Inf; a few NaN at the very start do not count."""
    bad = np.flatnonzero(_bad(of))
    return float(bad[0]) if bad.size else nan


def nonfinite_tail(of: Curve) -> float:
    """The share of the samples from the last finite one to the end."""
    finite = np.flatnonzero(np.isfinite(of.value))
    return 1.0 - (int(finite[-1]) + 1) / of.value.size if finite.size else 1.0


def _bad(of: Curve) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    bad = ~np.isfinite(of.value)
    leading = int(np.isnan(of.value).argmin())
    if 0 < leading <= max(2, round(NOTHING_YET * bad.size)):
        bad[:leading] = False
    return bad


FINITE = (nonfinite_count, nonfinite_index, nonfinite_tail)
