"""What the first batches of a run tell of the number of classes, before anything was learned."""

from __future__ import annotations

from math import isfinite, log, nan, sqrt

import numpy as np

from loganalyzer.features.curve import Curve
from loganalyzer.model.run import Floats

# accuracies of larger batches, or of whole epochs, are too fine to be told from any number
LARGEST = 512
LOOKED_AT = 60
LEAST_DISTINCT = 3
# as far as float32 or four printed decimals lead astray
ROUNDED = 0.03
# one-sided 95 percent of a normal distribution
Z = 1.645


def batch_size(of: Curve) -> float:
    """The fewest examples, up to 512, of which all accuracies at first are whole shares; NaN if none are.

    Batches of different sizes, or means of several, count as one of their common multiple.
    """
    value = _shares(of)
    if len(set(value.tolist())) < LEAST_DISTINCT:
        return nan
    sizes = np.arange(2, LARGEST + 1)
    for share in value:
        hits = share * sizes
        sizes = sizes[np.abs(hits - np.rint(hits)) <= np.minimum(ROUNDED, 1e-4 * sizes)]
        if not sizes.size:
            return nan
    return float(sizes[0])


def _shares(of: Curve) -> Floats:
    """The first accuracies as logged, as shares in [0, 1]; all alike if they are counts."""
    top, value = float(of.finite.max()), of.finite[:LOOKED_AT]
    return value if top <= 1.0 + 1e-9 else value / 100.0 if top <= 100.0 + 1e-9 else np.zeros(value.size)


def _bounds(of: Curve, batch: float) -> tuple[float, float]:
    """Between which shares the true one lies, judging by the first batch (Wilson's interval)."""
    share, n = float(_shares(of)[0]), batch
    middle = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    return middle - half, middle + half


def guessing_loss(of: Curve, classes: float, vocabulary: float) -> float:
    """The cross-entropy, in nats, of a guess over all classes, or over the vocabulary where there is one.

    NaN where neither number is known. It is the same for every curve of the run.
    """
    known = vocabulary if isfinite(vocabulary) else classes
    return log(known) if len(of.series) and isfinite(known) and known >= 2 else nan


def guess_at_most(of: Curve, batch: float, lift: float) -> float:
    """The cross-entropy of a guess over as many classes as the first accuracy allows, in nats.

    `of` is an accuracy over batches of `batch`; its first may be `lift` times that of a guess.
    """
    if not isfinite(batch):
        return nan
    low, _ = _bounds(of, batch)
    return log(lift / low) if low > 0 else nan


def guess_at_least(of: Curve, batch: float) -> float:
    """The cross-entropy, in nats, of a guess over the fewest classes, 2 or more, that its start allows."""
    if not isfinite(batch):
        return nan
    _, high = _bounds(of, batch)
    return log(max(2.0, 1.0 / high))


def points_for_one(of: Curve, other: Curve) -> float:
    """How many points the curve has for each of `other`: one where both are logged by epochs."""
    return len(of.series) / len(other.series)


OPENING = (batch_size, guess_at_least, guess_at_most, guessing_loss, points_for_one)
