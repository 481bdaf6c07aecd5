"""A curve made ready to be described: lower is better, on a scale where its noise is even, in few points."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from loganalyzer.features.curve import Curve
from loganalyzer.model.run import Floats
from loganalyzer.signal.robust import mean_smooth, median, noise
from loganalyzer.signal.transform import choose_transform, transformed

GRID = 64
"""Points of the common grid on which two curves are compared."""


@dataclass(frozen=True, eq=False)
class Shape:
    """A curve's outline of m points, transformed: `value` and its running mean `smooth`, both (m,).

    `start` and `end` are the medians of the first and last twentieth, `span` is the range of `smooth`, and
    `scale`, what every difference is divided by, is that range and three times the noise.
    """

    curve: Curve
    value: Floats
    smooth: Floats
    start: float
    end: float
    span: float
    noise: float
    scale: float

    @property
    def size(self) -> int:
        """Number of points, m."""
        return self.value.size

    @property
    def best(self) -> int:
        """The point of the lowest running mean."""
        return int(self.smooth.argmin())

    @cached_property
    def on_grid(self) -> Floats:
        """The running mean at `GRID` moments spread evenly over the curve, in units of its scale."""
        at = np.linspace(0.0, self.size - 1.0, GRID)
        return np.asarray(np.interp(at, np.arange(self.size), self.smooth) / self.scale)


def _unitless(value: Floats, curve: Curve) -> Floats:
    """The values with the largest at 2, but for metrics, whose unit says whether they are shares."""
    largest = float(np.abs(value).max())
    is_metric = curve.role.quantity in ("accuracy", "score")
    return value if is_metric or largest == 0.0 else value * (2.0 / largest)


def shape_of(curve: Curve) -> Shape:
    """The shape of a curve with at least one sample; NaN and Inf are bridged."""
    outline = curve.outline.value
    value = transformed(outline, choose_transform(_unitless(outline, curve), curve.role.direction))
    size = value.size
    reach = max(1, size // 20)
    smooth = mean_smooth(value, 2 * max(1, size // 50) + 1) if size > 4 else value
    span, scatter = float(np.ptp(smooth)), noise(value)
    return Shape(
        curve=curve,
        value=value,
        smooth=smooth,
        start=median(value[:reach]),
        end=median(value[-reach:]),
        span=span,
        noise=scatter,
        scale=span + 3.0 * scatter + 1e-12,
    )
