"""A curve as a tiny picture in a row of the table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import log

from loganalyzer.model.diagnosis import Diagnosis, Sparkline
from loganalyzer.model.role import SPLITS

WIDTH, HEIGHT = 96, 24
_COLUMNS = 48
_PAD = 2
_LOG_RANGE = 100.0
# A curve that moves by less than this share of itself looks flat: noise is not to fill the picture.
_LEAST_SPAN = 0.05
# Reward comes first: the losses of a policy are no measure of it.
_TELLING = (
    "reward",
    "loss",
    "generator_loss",
    "discriminator_loss",
    "perplexity",
    "accuracy",
    "score",
    "error",
)
_SETTINGS = frozenset({"lr", "epoch", "time", "count"})


@dataclass(frozen=True, slots=True)
class Spark:
    """The outline of a curve in a box of `WIDTH` by `HEIGHT`; `onset` is where a finding begins, or None."""

    tag: str
    path: str
    onset: int | None


def spark_of(diagnosis: Diagnosis, tags: Iterable[str], onset: int | None) -> Spark | None:
    """The first of `tags` that tells how the run went, else the curve that tells most; None without any."""
    known = sorted(tag for tag, line in diagnosis.sparklines.items() if line.step)
    blamed = (tag for tag in tags if tag in known and _quantity(diagnosis, tag) not in _SETTINGS)
    tag = next(blamed, None) or min(known, key=lambda tag: _worth(diagnosis, tag), default=None)
    if tag is None:
        return None
    line = diagnosis.sparklines[tag]
    mark = None if onset is None else min(max(_across(line, onset), 0), WIDTH)
    return Spark(tag, path_of(line), mark)


def _worth(diagnosis: Diagnosis, tag: str) -> tuple[int, int]:
    """Where a curve stands among those that tell how well a run went, the best first, training before all."""
    quantity = _quantity(diagnosis, tag)
    split = diagnosis.roles[tag].split if tag in diagnosis.roles else "none"
    last = len(_TELLING) + (quantity in _SETTINGS)
    return _TELLING.index(quantity) if quantity in _TELLING else last, SPLITS.index(split)


def _quantity(diagnosis: Diagnosis, tag: str) -> str:
    return diagnosis.roles[tag].quantity if tag in diagnosis.roles else "unknown"


def path_of(line: Sparkline) -> str:
    """The curve as the path of an SVG: lowest and highest value of each column, gaps where not finite."""
    finite = [value for value in line.value if value is not None]
    if not finite:
        return ""
    low, high = min(finite), max(finite)
    columns: dict[int, list[float | None]] = {}
    for step, value in zip(line.step, line.value, strict=True):
        columns.setdefault(min(_across(line, step) * _COLUMNS // WIDTH, _COLUMNS - 1), []).append(value)
    drawn: list[str] = []
    pen = "M"
    for column, values in columns.items():
        x = column * WIDTH // (_COLUMNS - 1)
        for y in _ends([_down(value, low, high) for value in values if value is not None]):
            drawn.append(f"{pen}{x} {y}")
            pen = "L"
        if values[-1] is None:
            pen = "M"
    if len(drawn) == 1:
        drawn.append("h1")
    return "".join(drawn)


def _ends(heights: list[int]) -> list[int]:
    """The lowest and highest of a column, in the order in which they came."""
    ends = {min(heights), max(heights)} if heights else set()
    return sorted(ends, key=heights.index)


def _across(line: Sparkline, step: int) -> int:
    first, last = line.step[0], line.step[-1]
    return (step - first) * WIDTH // (last - first) if last > first else 0


def _down(value: float, low: float, high: float) -> int:
    """How far below the upper edge, with curves over more than two decades in logarithms."""
    if low > 0 and high / low > _LOG_RANGE:
        share = (log(value) - log(low)) / (log(high) - log(low))
    else:
        largest = max(abs(low), abs(high)) or 1.0
        span = max(high / largest - low / largest, _LEAST_SPAN)
        middle = high / largest / 2 + low / largest / 2
        share = 0.5 + (value / largest - middle) / span
    return round(HEIGHT - _PAD - share * (HEIGHT - 2 * _PAD))
