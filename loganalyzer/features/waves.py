"""Whether ups and downs are waves, noise or restarts, and how an accuracy swings."""

from __future__ import annotations

from itertools import pairwise
from math import nan, sqrt

import numpy as np

from loganalyzer.features.curve import Curve, quantile
from loganalyzer.features.swings import Swing, rises, swings
from loganalyzer.signal.robust import median


def swing_density(of: Curve, factor: float, share: float) -> float:
    """How many such rises there are for each point between the first foot and the last top."""
    found = swings(of, factor, share)
    return len(found) / (found[-1].high - found[0].low) if found else 0.0


def first_rise_index(of: Curve, factor: float, share: float) -> float:
    """The first sample above the foot of the first such rise: where the curve is out of order."""
    found = swings(of, factor, share)
    return float(of.outline.start[found[0].low + 1]) if found else nan


def rising_share(of: Curve, factor: float, share: float) -> float:
    """The share of the time between two feet that goes up: a half for a wave, near 0 for a restart."""
    found = swings(of, factor, share)
    if len(found) < 2:
        return nan
    return median(np.array([(a.high - a.low) / (b.low - a.low) for a, b in pairwise(found)]))


def momentum(of: Curve, factor: float, share: float) -> float:
    """Whether the curve goes on the way it went: lag-one autocorrelation of its steps, large ones cut.

    Steps of a quarter of a rise, so that small noise on a slow wave does not hide it. Near -0.5 for
    noise, near 0 for noise that was averaged, above that for waves and for smooth curves.
    """
    found = swings(of, factor, share)
    reach = max(1, int(median(np.array([one.high - one.low for one in found]))) // 4) if found else 1
    z = of.outline.scaled
    step = np.diff(z[: z.size // reach * reach].reshape(-1, reach).mean(axis=1))
    if step.size < 3:
        return 0.0
    rest = step - median(step)
    limit = quantile(np.abs(rest), 0.9)
    rest = np.clip(rest, -limit, limit)
    power = float(rest @ rest)
    return float(rest[1:] @ rest[:-1]) / power if power > 0.0 else 0.0


def moves_with(of: Curve, other: Curve) -> float:
    """Whether both get better and worse together: correlation of their changes, 1 if always.

    The highest of the same point and the two beside it, as one of the two may be measured before an update
    and the other after it. NaN where they have not the same number of points, or one never changes.
    """
    if len(of.series) != len(other.series):
        return nan
    a, b = np.diff(of.outline.scaled), np.diff(other.outline.scaled)
    if a.size < 4:
        return nan
    a, b = a - float(a.mean()), b - float(b.mean())
    power = float(a @ a) * float(b @ b)
    together = max(float(a @ b), float(a[1:] @ b[:-1]), float(a[:-1] @ b[1:]))
    return together / sqrt(power) if power > 0.0 else nan


def drop_count(of: Curve, size: float) -> float:
    """How often an accuracy falls by `size`, in shares of 1 (percent are recognised)."""
    return float(len(_drops(of, size)))


def late_drop_count(of: Curve, size: float) -> float:
    """How many such falls end in the second half of the run."""
    half = of.outline.value.size / 2
    return float(sum(1 for one in _drops(of, size) if one.high >= half))


def first_drop_index(of: Curve, size: float) -> float:
    """The sample at the top of the first such fall."""
    found = _drops(of, size)
    return float(of.outline.start[found[0].low]) if found else nan


def last_drop_index(of: Curve, size: float) -> float:
    """The sample at the bottom of the last such fall."""
    found = _drops(of, size)
    return float(of.outline.start[found[-1].high]) if found else nan


def _drops(of: Curve, size: float) -> list[Swing]:
    value = of.outline.value
    whole = 100.0 if float(np.abs(value).max()) > 1.0 + 1e-9 else 1.0
    return rises(value / whole, size)


WAVES = (
    drop_count,
    first_drop_index,
    first_rise_index,
    last_drop_index,
    late_drop_count,
    momentum,
    moves_with,
    rising_share,
    swing_density,
)
