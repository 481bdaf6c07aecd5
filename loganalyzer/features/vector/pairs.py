"""What two curves of one run say together."""

from __future__ import annotations

import numpy as np

from loganalyzer.features.curve import Curve
from loganalyzer.features.vector.shape import GRID, Shape
from loganalyzer.model.run import Floats
from loganalyzer.signal.robust import median


def validation_pair(train: Shape, validation: Shape) -> dict[str, float]:
    """Training against validation loss: the gap, both since validation's best, how alike they are."""
    one, other = train.on_grid, validation.on_grid
    best = int(other.argmin())
    return {
        "gap": _gap(train.curve, validation.curve),
        "rise_since_best": float(other[-1] - other[best]),
        "train_since_best": float(one[-1] - one[best]),
        "together": _correlation(one, other),
        "steps_together": _correlation(np.diff(one), np.diff(other)),
        "relative_noise": float(np.log10((validation.noise + 1e-9) / (train.noise + 1e-9))),
        "relative_span": float(np.log10((validation.span + 1e-9) / (train.span + 1e-9))),
    }


def metric_pair(loss: Shape, metric: Shape) -> dict[str, float]:
    """A loss against a metric, both with lower better: whether they agree, and at the largest rise."""
    one, other = loss.on_grid, metric.on_grid
    rise = int(np.diff(one).argmax())
    around = slice(max(0, rise - 3), min(GRID, rise + 5))
    return {
        "agreement": _correlation(one, other),
        "rises_together": float(other[around].max() - other[around.start]),
        "best_apart": (int(other.argmin()) - int(one.argmin())) / GRID,
    }


def gradient_pair(loss: Shape, gradient: Shape) -> dict[str, float]:
    """A gradient norm beside the loss: its ends and extremes in decades, and whether it moved first."""
    decades = np.log10(np.maximum(np.abs(gradient.curve.outline.value), 1e-30))
    middle = median(decades)
    tenth = max(1, decades.size // 10)
    one, other = loss.on_grid, gradient.on_grid
    return {
        "decades_start": median(decades[:tenth]) - middle,
        "decades_end": median(decades[-tenth:]) - middle,
        "decades_peak": float(decades.max()) - middle,
        "bursts": float(np.mean(decades > middle + 1.5)),
        "trend": _correlation(np.arange(decades.size, dtype=np.float64), decades) * float(decades.std()),
        "steps_with_loss": _correlation(np.diff(one), np.diff(other)),
    }


def rate_pair(loss: Shape, rate: Curve) -> dict[str, float]:
    """A learning rate beside the loss: what it did where the loss moved most, and in all."""
    at = np.linspace(0.0, rate.finite.size - 1.0, GRID)
    level = np.log10(np.maximum(np.interp(at, np.arange(rate.finite.size), rate.finite), 1e-12))
    step = np.diff(loss.on_grid)

    def change(place: int) -> float:
        return float(level[min(GRID - 1, place + 2)] - level[max(0, place - 2)])

    return {
        "at_largest_rise": change(int(step.argmax())),
        "at_largest_fall": change(int(step.argmin())),
        "total": float(level[-1] - level.max()),
    }


def _gap(train: Curve, validation: Curve) -> float:
    """By how much validation ends above training, as a share of the larger of them."""
    ends = [median(c.outline.value[-max(1, c.outline.value.size // 10) :]) for c in (train, validation)]
    largest = max(abs(end) for end in ends)
    return (ends[1] - ends[0]) / largest if largest > 0.0 else 0.0


def _correlation(one: Floats, other: Floats) -> float:
    """Pearson's coefficient, 0 where one of the two does not change."""
    one, other = one - one.mean(), other - other.mean()
    power = float(one @ one) * float(other @ other)
    return float(one @ other) / float(np.sqrt(power)) if power > 0.0 else 0.0
