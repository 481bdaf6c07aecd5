"""What the segmentation makes of one curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ChangeKind = Literal["start", "jump", "kink", "turn", "scale", "nonfinite"]
Transform = Literal["identity", "log", "asinh"]


@dataclass(frozen=True, slots=True)
class Segment:
    """Half-open sample indices [start, stop) over which a curve follows one law.

    `level` is the median value, `slope` the value gained per sample, `noise` the robust standard
    deviation around the trend (all in the curve's own units; NaN in a non-finite segment);
    `change` is the type of the changepoint on the left, "start" for the first segment.
    """

    start: int
    stop: int
    level: float
    slope: float
    noise: float
    change: ChangeKind


@dataclass(frozen=True, slots=True)
class Segmentation:
    """Segments that tile [0, n), isolated spikes set aside, and how the curve was looked at.

    `spikes` are the sample indices of isolated outliers; `period` is the length in samples of a
    repeating pattern that was removed (0 for none); `noise` is the curve's robust noise in its own units.
    """

    segments: tuple[Segment, ...]
    spikes: tuple[int, ...]
    transform: Transform
    period: int
    noise: float
