"""Two networks against each other: who is winning, and whether it stays so.

Losses of two players do not fall: between equals they hover around constants. What tells is a loss that
goes to zero and stays there while the other one's does not recover. Values are taken as they were logged.
"""

from __future__ import annotations

from math import nan

import numpy as np

from loganalyzer.features.curve import Curve
from loganalyzer.model.run import Floats


def _levels(of: Curve) -> Floats:
    """The smoothed outline as logged, whatever direction is better."""
    return -of.smooth if of.role.direction == "higher" else of.smooth


def _lasting_low(of: Curve, limit: float) -> int:
    """The outline point from which on the smoothed curve stays below `limit`."""
    above = np.flatnonzero(_levels(of) >= limit)
    return int(above[-1]) + 1 if above.size else 0


def lowest_value(of: Curve) -> float:
    """The lowest of all finite values as logged: a critic's loss is below zero, a cross-entropy never."""
    finite = of.value[np.isfinite(of.value)]
    return float(finite.min()) if finite.size else nan


def low_share(of: Curve, limit: float) -> float:
    """The share of the run, up to its end, over which the curve stays below `limit`."""
    return 1.0 - _lasting_low(of, limit) / of.smooth.size


def low_index(of: Curve, limit: float) -> float:
    """The sample from which on the curve stays below `limit`."""
    at = _lasting_low(of, limit)
    return float(of.outline.start[at]) if at < of.smooth.size else nan


ADVERSARIAL = (low_index, low_share, lowest_value)
"""Features of the losses of two players."""
