"""Histograms of a run as curves: one number of each, layer by layer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import nan

import numpy as np

from loganalyzer.features import Curve
from loganalyzer.model.role import Quantity, Role
from loganalyzer.model.run import Axis, Floats, Histograms, Run, Series
from loganalyzer.roles.layers import Content, layer_of

# a function that rectifies leaves at least that share of exact zeros; a sigmoid none that is not underflow
RECTIFIED = 0.02
# outputs that get that near to a bound and never beyond have one, zeros or not
AT_BOUND = 0.99
# what a sigmoid gives for a sum of zero: no layer of one stays below
MIDDLE = 0.5


def layer_curves(run: Run) -> tuple[Curve, ...]:
    """Curves of what the histograms hold, in the layer as part, under the tag of the histogram.

    Weights and gradients give their root mean square, gradients and activations their share of zeros,
    activations of bounded functions their mean slope (1 in the middle, 0 at the bounds), logits their size
    and their spread.
    """
    known = [
        (histograms, layer)
        for histograms in run.histograms
        if histograms.step.size and (layer := layer_of(histograms.tag)) is not None
    ]
    if not known:
        return ()
    bounds = _bounds([histograms for histograms, layer in known if layer.content == "activations"])
    axis: Axis = "epoch" if run.framework == "keras" else "iteration"
    with np.errstate(over="ignore", invalid="ignore"):
        return tuple(
            _curve(histograms, quantity, value, layer.name, axis)
            for histograms, layer in known
            for quantity, value in _numbers(histograms, layer.content, bounds)
        )


def _curve(histograms: Histograms, quantity: Quantity, value: Floats, layer: str, axis: Axis) -> Curve:
    series = Series(histograms.tag, histograms.step.copy(), value, axis=axis)
    why = f"{quantity.replace('_', ' ')} of the histograms {histograms.tag!r}"
    return Curve(series, Role(quantity, "none", "none", why, layer))


def _bounds(activations: Sequence[Histograms]) -> tuple[float, float] | None:
    """The bounds of a tanh or sigmoid if all activations of the run keep within them, else None."""
    low = min((float(np.fmin.reduce(one.min)) for one in activations), default=nan)
    high = max((float(np.fmax.reduce(one.max)) for one in activations), default=nan)
    zeros = max((float(np.fmax.reduce(one.zero_share)) for one in activations), default=nan)
    if not (low >= -1.0 and high <= 1.0) or (zeros >= RECTIFIED and high < AT_BOUND):
        return None
    if low < 0:
        return -1.0, 1.0
    return (0.0, 1.0) if high >= MIDDLE else None


def _is_tanh(one: Histograms) -> bool:
    """Whether a layer's outputs have either sign, come near to a bound of 1 and never beyond."""
    low, high = float(np.fmin.reduce(one.min)), float(np.fmax.reduce(one.max))
    return -1.0 <= low < 0.0 and high <= 1.0 and max(-low, high) >= AT_BOUND


def _numbers(
    histograms: Histograms, content: Content, bounds: tuple[float, float] | None
) -> Iterator[tuple[Quantity, Floats]]:
    size = np.hypot(histograms.mean, histograms.std)
    if content == "weights":
        yield "layer_weights", size
    elif content == "biases":
        yield "layer_biases", size
    elif content == "gradients":
        yield "layer_gradients", size
        yield "layer_zero_gradients", histograms.zero_share.copy()
    elif content == "logits":
        yield "logit_size", size
        yield "logit_spread", histograms.std.copy()
    elif _is_tanh(histograms):
        yield "layer_slope", _slope(histograms, -1.0, 1.0)
    elif bounds is not None:
        yield "layer_slope", _slope(histograms, *bounds)
    elif float(np.fmax.reduce(histograms.zero_share)) >= RECTIFIED:
        yield "layer_zeros", histograms.zero_share.copy()


def _slope(histograms: Histograms, low: float, high: float) -> Floats:
    """The mean of 1 - y * y: the slope of a tanh y, or of a sigmoid that is stretched to its bounds."""
    middle, half = (low + high) / 2, (high - low) / 2
    slope: Floats = 1.0 - ((histograms.mean - middle) ** 2 + histograms.std**2) / half**2
    return slope
