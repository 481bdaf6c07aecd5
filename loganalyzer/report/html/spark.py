"""A curve as a tiny picture in a row of the table."""

from __future__ import annotations

from dataclasses import dataclass
from math import log

from loganalyzer.model.diagnosis import Diagnosis, Sparkline

WIDTH, HEIGHT = 96, 24
_COLUMNS = 48
_PAD = 2
_LOG_RANGE = 100.0
# A curve that moves by less than this share of itself looks flat: noise is not to fill the picture.
_LEAST_SPAN = 0.05


@dataclass(frozen=True, slots=True)
class Spark:
    """The outline of a curve in a box of `WIDTH` by `HEIGHT`; `onset` is where a finding begins, or None."""

    tag: str
    path: str
    onset: int | None


def spark_of(diagnosis: Diagnosis, tags: tuple[str, ...], onset: int | None) -> Spark | None:
    """The first of `tags` that can be drawn, else the first curve there is; None where there is none."""
    known = diagnosis.sparklines
    judged = sorted(known, key=lambda tag: (_rank(diagnosis, tag), tag))
    tag = next((tag for tag in (*tags, *judged) if tag in known and known[tag].step), None)
    if tag is None:
        return None
    line = known[tag]
    mark = None if onset is None else min(max(_across(line, onset), 0), WIDTH)
    return Spark(tag, path_of(line), mark)


def _rank(diagnosis: Diagnosis, tag: str) -> tuple[bool, bool]:
    role = diagnosis.roles.get(tag)
    return role is None or role.quantity != "loss", role is None or role.split != "train"


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
