"""A curve in one line of block characters."""

from __future__ import annotations

from collections.abc import Sequence
from math import log

from loganalyzer.model.diagnosis import Sparkline

_LEVELS = "▁▂▃▄▅▆▇█"
_NON_FINITE = "×"


def spark(line: Sparkline, cells: int, beside: Sequence[Sparkline] = ()) -> str:
    """The curve over its steps, `cells` wide: `×` where it is not finite, blank where nothing is logged.

    A cell shows the value furthest from the middle of the curve, so that a spike survives. Positive curves
    over more than two decades are drawn in logarithms. The scale is that of all curves it is seen `beside`.
    """
    known = sorted(value for one in (line, *beside) for value in one.value if value is not None)
    if not known:
        return _NON_FINITE * min(cells, len(line.value))
    low, high, middle = known[0], known[-1], known[len(known) // 2]
    buckets: list[list[float | None]] = [[] for _ in range(cells)]
    for step, value in zip(line.step, line.value, strict=True):
        buckets[cell_of(line, step, cells, beside)].append(value)
    return "".join(_cell(bucket, low, high, middle) for bucket in buckets).rstrip()


def cell_of(line: Sparkline, step: int, cells: int, beside: Sequence[Sparkline] = ()) -> int:
    """The cell in [0, cells) in which `step` is drawn."""
    first, last = min(one.step[0] for one in (line, *beside)), max(one.step[-1] for one in (line, *beside))
    share = (step - first) / (last - first) if last > first else 0.0
    return min(max(int(share * cells), 0), cells - 1)


def _cell(bucket: list[float | None], low: float, high: float, middle: float) -> str:
    known = [value for value in bucket if value is not None]
    if not known:
        return _NON_FINITE if bucket else " "
    value = max(known, key=lambda item: abs(item - middle))
    return _LEVELS[min(int(_height(value, low, high) * len(_LEVELS)), len(_LEVELS) - 1)]


def _height(value: float, low: float, high: float) -> float:
    """The share of the way from `low` to `high`; scaled first, so that nothing overflows or vanishes."""
    if low > 0 and high / low > 100:
        return (log(value) - log(low)) / (log(high) - log(low))
    largest = max(abs(low), abs(high)) or 1.0
    span = high / largest - low / largest
    return (value / largest - low / largest) / span if span else 0.0
