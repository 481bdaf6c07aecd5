"""The segments of a drawn curve: where one ends and the next begins, how each runs, and that in words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from loganalyzer.features.curve import quantile
from loganalyzer.model.diagnosis import Sparkline
from loganalyzer.model.role import Direction
from loganalyzer.model.run import Floats, Ints
from loganalyzer.model.segment import ChangeKind, Segment
from loganalyzer.signal.robust import median, noise
from loganalyzer.signal.segment import segment

_PIECES = (1, 2, 4, 8, 16, 32, 64)
_NEARLY_ALL, _NEAR, _CLOSE = 0.99, 3.0, 0.01
# Less of the height of a curve than this is no slope to the eye.
_FLAT = 0.03
_LOG_RANGE = 100.0


@dataclass(frozen=True, slots=True)
class Trend:
    """One segment from step `first` to step `last` inclusive, and the line through its middle.

    `step` and `value` are the corners of that line, none where the curve is not finite; `change` parts the
    segment from the one before, "start" if there is none.
    """

    first: int
    last: int
    change: ChangeKind
    step: tuple[float, ...]
    value: tuple[float, ...]
    said: str


def trends(line: Sparkline, better: Direction) -> tuple[Trend, ...]:
    """The segments of the points that are drawn: of the whole curve if it is short, else of its outline."""
    step = np.array(line.step, dtype=np.int64)
    value = np.array([np.nan if one is None else one for one in line.value])
    known = value[np.isfinite(value)]
    is_log = bool(known.size and known.min() > 0 and known.max() / _LOG_RANGE > known.min())
    # Halves, because the difference of two finite values may be none.
    height = float(np.ptp(np.log(known) if is_log else known / 2)) if known.size else 0.0
    found = segment(value, better=better).segments
    return tuple(_trend(step, value, part, height, is_log=is_log) for part in found)


def _trend(step: Ints, value: Floats, part: Segment, height: float, *, is_log: bool) -> Trend:
    own = value[part.start : part.stop]
    known = np.isfinite(own)
    own = own[known]
    at = step[part.start : part.stop][known].astype(np.float64)
    x, scaled = _line(at, np.log(own) if is_log else own / 2, height)
    y = np.clip(np.exp(scaled) if is_log else 2 * scaled, own.min(), own.max()) if own.size else own
    is_level = bool(y.size) and abs(scaled[-1] - scaled[0]) <= _FLAT * height
    first, last = int(step[part.start]), int(step[part.stop - 1])
    said = _said(y, is_level=is_level)
    return Trend(first, last, part.change, tuple(x.tolist()), tuple(y.tolist()), said)


def _line(x: Floats, y: Floats, height: float) -> tuple[Floats, Floats]:
    """The fewest corners that pass as near to nearly all points as their own noise leaves room for."""
    at, middle = x, y
    near = max(_NEAR * noise(y), _CLOSE * height)
    for pieces in _PIECES:
        if y.size < 2 * pieces:
            break
        at, middle = _corners(x, y, pieces)
        if quantile(np.abs(y - np.interp(x, at, middle)), _NEARLY_ALL) <= near:
            break
    return at, middle


def _corners(x: Floats, y: Floats, pieces: int) -> tuple[Floats, Floats]:
    """The medians of equal pieces, drawn on to both ends within what the segment holds."""
    middle = np.array([median(piece) for piece in np.array_split(y, pieces)])
    if pieces == 1:
        return x[[0, -1]], middle[[0, 0]]
    at = np.array([float(piece.mean()) for piece in np.array_split(x, pieces)])
    ends = np.clip((_beyond(at, middle, x[0]), _beyond(at[::-1], middle[::-1], x[-1])), y.min(), y.max())
    return np.array([x[0], *at, x[-1]]), np.array([ends[0], *middle, ends[1]])


def _beyond(x: Floats, y: Floats, to: float) -> float:
    """The line through the first two corners at `to`, just outside the first of them."""
    if x[0] == x[1]:  # steps so large that floats no longer tell them apart
        return float(y[0])
    share = (x[0] - to) / (x[1] - x[0])
    with np.errstate(over="ignore"):
        return float(y[0] + share * (y[0] - y[1]))


def _said(y: Floats, *, is_level: bool) -> str:
    if not y.size:
        return "not finite"
    if is_level:
        return f"level at {median(y):.4g}"
    return f"{'rises' if y[-1] > y[0] else 'falls'} from {y[0]:.4g} to {y[-1]:.4g}"
