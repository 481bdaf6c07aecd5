"""Values that are no numbers."""

from __future__ import annotations

from math import nan

import numpy as np

from loganalyzer.features.curve import Curve


def nonfinite_count(of: Curve) -> float:
    """How many values are NaN or Inf, those before the first finite value left out."""
    return float(np.count_nonzero(_bad(of)))


def nonfinite_index(of: Curve) -> float:
    """The first sample that is NaN or Inf after a finite one (or sample 0 if none is finite)."""
    bad = np.flatnonzero(_bad(of))
    return float(bad[0]) if bad.size else nan


def nonfinite_tail(of: Curve) -> float:
    """The share of the samples from the last finite one to the end."""
    finite = np.flatnonzero(np.isfinite(of.value))
    return 1.0 - (int(finite[-1]) + 1) / of.value.size if finite.size else 1.0


def _bad(of: Curve) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    bad = ~np.isfinite(of.value)
    if bool(bad.all()):
        return bad
    bad[: int(bad.argmin())] = False
    return bad


FINITE = (nonfinite_count, nonfinite_index, nonfinite_tail)
