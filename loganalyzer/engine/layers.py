"""Histograms of a run as curves: one number of each, layer by layer."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from loganalyzer.features import Curve
from loganalyzer.model.role import Quantity, Role
from loganalyzer.model.run import Axis, Floats, Histograms, Run, Series
from loganalyzer.roles.layers import layer_of

# a function that rectifies leaves at least that share of exact zeros; a sigmoid none
RECTIFIED = 0.02


def layer_curves(run: Run) -> tuple[Curve, ...]:
    """Curves of what the histograms hold, in the layer as part, under the tag of the histogram.

    Weights and gradients give their root mean square, gradients and activations their share of zeros,
    activations of bounded functions their mean slope (1 in the middle, 0 at the bounds), logits their size
    and their spread.
    """
    axis = _axis(run)
    return tuple(
        curve
        for histograms in run.histograms
        if histograms.step.size and (layer := layer_of(histograms.tag)) is not None
        for curve in _curves(histograms, layer.content, layer.name, axis)
    )


def _axis(run: Run) -> Axis:
    """Keras writes its histograms with its epochs; of others it is not known what they count."""
    return "epoch" if run.framework == "keras" else "iteration"


def _curves(histograms: Histograms, content: str, layer: str, axis: Axis) -> Iterator[Curve]:
    for quantity, value in _numbers(histograms, content):
        series = Series(histograms.tag, histograms.step.copy(), value, axis=axis)
        why = f"{quantity.replace('_', ' ')} of the histograms {histograms.tag!r}"
        yield Curve(series, Role(quantity, "none", "none", why, layer))


def _numbers(histograms: Histograms, content: str) -> Iterator[tuple[Quantity, Floats]]:
    size = np.hypot(histograms.mean, histograms.std)
    match content:
        case "weights":
            yield "layer_weights", size
        case "gradients":
            yield "layer_gradients", size
            yield "layer_zero_gradients", histograms.zero_share.copy()
        case "logits":
            yield "logit_size", size
            yield "logit_spread", histograms.std.copy()
        case _:
            yield from _of_activations(histograms)


def _of_activations(histograms: Histograms) -> Iterator[tuple[Quantity, Floats]]:
    """The share of zeros where the function rectifies, the mean slope where it has bounds as a tanh does.

    A tanh y has the slope 1 - y * y; a sigmoid, stretched to the same bounds, a quarter of that.
    """
    if float(np.fmax.reduce(histograms.zero_share)) >= RECTIFIED:
        yield "layer_zeros", histograms.zero_share.copy()
        return
    low, high = float(np.fmin.reduce(histograms.min)), float(np.fmax.reduce(histograms.max))
    if low >= -1.0 and high <= 1.0:
        middle, half = (0.0, 1.0) if low < 0 else (0.5, 0.5)
        yield "layer_slope", 1.0 - ((histograms.mean - middle) ** 2 + histograms.std**2) / half**2
