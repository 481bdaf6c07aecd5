"""One run as one row of numbers, the same for a run of thirty epochs and one of a million steps.

The training loss is described in full, with its segments; validation loss and the metrics as whole curves;
gradient norm and learning rate only beside the loss. What a run did not log is NaN: that too is
information, and trees take it as such. All numbers are free of units and of length.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from math import nan

import numpy as np

from loganalyzer.features.chance import final_accuracy, first_accuracy, peak_accuracy
from loganalyzer.features.curve import Curve
from loganalyzer.features.vector.pairs import gradient_pair, metric_pair, rate_pair, validation_pair
from loganalyzer.features.vector.segments import segments
from loganalyzer.features.vector.shape import Shape, shape_of
from loganalyzer.features.vector.whole import whole
from loganalyzer.model.run import Floats

LARGEST = 1e6


@dataclass(frozen=True, slots=True)
class Slots:
    """The curves of a run that are described, None where it has none; `loss` leads, or else `metric`."""

    loss: Curve | None = None
    validation: Curve | None = None
    metric: Curve | None = None
    validation_metric: Curve | None = None
    gradient: Curve | None = None
    rate: Curve | None = None

    @property
    def lead(self) -> Curve | None:
        """The curve whose segments count."""
        return self.loss or self.metric


def describe(slots: Slots) -> dict[str, float]:
    """The measurements of a run by name, only those its curves allow; those of segments come apart."""
    shapes = {
        field.name: shape_of(curve)
        for field in fields(Slots)
        if (curve := getattr(slots, field.name)) is not None and field.name != "rate"
    }
    found: dict[str, float] = {}
    for name in ("loss", "validation", "metric"):
        if name in shapes:
            _put(found, name, whole(shapes[name]))
    for name in ("metric", "validation_metric"):
        if name in shapes:
            _put(found, name, _shares(shapes[name].curve))
    if "loss" in shapes:
        _beside_the_loss(found, shapes, slots.rate)
    return found


def describe_segments(slots: Slots) -> dict[str, float]:
    """The measurements of the leading curve's segments by name: they cost more than all others together."""
    found: dict[str, float] = {}
    if slots.lead is not None:
        _put(found, "segments", segments(shape_of(slots.lead)))
    return found


def _beside_the_loss(found: dict[str, float], shapes: dict[str, Shape], rate: Curve | None) -> None:
    loss = shapes["loss"]
    if "validation" in shapes:
        _put(found, "pair", validation_pair(loss, shapes["validation"]))
    for name in ("metric", "validation_metric"):
        if name in shapes:
            _put(found, f"{name}_pair", metric_pair(loss, shapes[name]))
    if "gradient" in shapes:
        _put(found, "gradient", gradient_pair(loss, shapes["gradient"]))
    if rate is not None:
        _put(found, "rate", rate_pair(loss, rate))


def _put(found: dict[str, float], name: str, values: dict[str, float]) -> None:
    found.update({f"{name}.{key}": value for key, value in values.items()})


def _shares(metric: Curve) -> dict[str, float]:
    """An accuracy as a share in [0, 1]; NaN for what is none."""
    if metric.role.quantity != "accuracy":
        return {}
    return {
        "first": first_accuracy(metric),
        "peak": peak_accuracy(metric),
        "final": final_accuracy(metric),
    }


def as_row(found: Mapping[str, float], names: Sequence[str]) -> Floats:
    """The named measurements, shape (len(names),): NaN where there is none, those over a million cut."""
    row = np.array([found.get(name, nan) for name in names])
    return np.asarray(np.clip(row, -LARGEST, LARGEST))


__all__ = ["LARGEST", "Slots", "as_row", "describe", "describe_segments"]
