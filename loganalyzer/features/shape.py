"""Where a curve starts, what its best is, where it ends."""

from __future__ import annotations

import numpy as np

from loganalyzer.features.curve import Curve


def count(of: Curve) -> float:
    """The number of samples.

    >>> from loganalyzer.features.examples import loss_curve
    >>> count(loss_curve([3.0, 2.0, 1.0]))
    3.0
    """
    return float(len(of.series))


def nonfinite_count(of: Curve) -> float:
    """How many values are NaN or Inf."""
    return float(np.count_nonzero(~np.isfinite(of.value)))


SHAPE = (count, nonfinite_count)
