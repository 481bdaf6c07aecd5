"""What the segments of one curve look like."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from loganalyzer.features.vector.shape import Shape
from loganalyzer.model.run import Floats
from loganalyzer.signal.robust import median

_COUNTED = ("jump", "kink", "turn", "scale")


def segments(shape: Shape) -> dict[str, float]:
    """Numbers of changepoints by type, the largest jumps, and the first and last segment.

    Places are fractions of the curve, levels and slopes in units of the shape's scale.
    """
    found = [part for part in shape.curve.segmentation.segments if part.change != "nonfinite"]
    n = max(1, found[-1].stop) if found else 1
    starts = [min(round(part.start / n * shape.size), shape.size - 1) for part in found] or [0]
    bounds = [*starts, shape.size]
    pieces = [shape.value[a : max(b, a + 1)] for a, b in pairwise(bounds)]
    slopes = [_gain(piece) / shape.scale for piece in pieces]
    return {
        **{f"n_{kind}": float(sum(part.change == kind for part in found)) for kind in _COUNTED},
        "spikes": float(np.log10(1e-4 + len(shape.curve.segmentation.spikes) / n)),
        "has_period": float(shape.curve.segmentation.period > 0),
        **_jumps(shape, bounds[1:-1]),
        "first_slope": slopes[0],
        "steepest_rise": max(slopes),
        "steepest_fall": min(slopes),
        **_last(shape, bounds, slopes[-1]),
    }


def _gain(piece: Floats) -> float:
    """How far the line through a piece climbs over its length."""
    time = np.arange(piece.size) - 0.5 * (piece.size - 1)
    power = float(time @ time)
    return float(time @ piece) / power * piece.size if power > 0.0 else 0.0


def _jumps(shape: Shape, places: list[int]) -> dict[str, float]:
    """The largest steps up and down between the levels around the changepoints, and where the largest is."""
    reach = max(1, shape.size // 20)
    steps = [_step(shape, at, reach) / shape.scale for at in places if 0 < at < shape.size]
    largest = max(range(len(steps)), key=lambda i: abs(steps[i]), default=-1)
    return {
        "jump_up": max([0.0, *steps]),
        "jump_down": min([0.0, *steps]),
        "jump_at": places[largest] / shape.size if steps else -1.0,
    }


def _step(shape: Shape, at: int, reach: int) -> float:
    return median(shape.value[at : at + reach]) - median(shape.value[max(0, at - reach) : at])


def _last(shape: Shape, bounds: list[int], slope: float) -> dict[str, float]:
    """The last segment: its length, level, slope, and its noise against that of the first."""
    piece = shape.value[bounds[-2] :]
    first, last = (_roughness(part) for part in (shape.value[: max(2, bounds[1])], piece))
    least = 0.002 * shape.scale
    level = float(piece.mean())
    return {
        "last_length": piece.size / shape.size,
        "last_slope": slope,
        "last_level": (level - float(shape.smooth.min())) / shape.scale,
        "last_gain": (level - shape.start) / shape.scale,
        "last_noise": float(np.log((last + least) / (first + least))),
    }


def _roughness(piece: Floats) -> float:
    return float(np.abs(np.diff(piece)).mean()) if piece.size > 1 else 0.0
