"""Points of one tag as they come out of a store, one by one."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

import numpy as np

from loganalyzer.readers.reading import Column

_MILLISECONDS_FROM = 10**11
_SECONDS_FROM = 10**8


@dataclass(slots=True)
class Samples:
    """Growing arrays of steps, values and wall times (s since the epoch; NaN where there is none)."""

    step: array[int] = field(default_factory=lambda: array("q"))
    value: array[float] = field(default_factory=lambda: array("d"))
    wall_time: array[float] = field(default_factory=lambda: array("d"))

    def add(self, step: int, value: float, wall_time: float) -> None:
        """Append one point; `step` must fit into 64 bits."""
        self.step.append(step)
        self.value.append(value)
        self.wall_time.append(wall_time)

    def column(self, tag: str) -> Column:
        """All points so far; without a clock if no point has a time."""
        wall = np.array(self.wall_time, np.float64)
        step, value = np.array(self.step, np.int64), np.array(self.value, np.float64)
        return Column(tag, step, value, None if bool(np.isnan(wall).all()) else wall)


def fits(step: object) -> bool:
    """Whether a step is a whole number of 64 bits."""
    return isinstance(step, int) and -(2**63) <= step < 2**63


def seconds(stamp: int) -> float:
    """A time stamp, in milliseconds or as older trackers wrote it in seconds, in seconds; NaN for no time."""
    if stamp >= _MILLISECONDS_FROM:
        return stamp / 1000.0
    return float(stamp) if stamp >= _SECONDS_FROM else float("nan")
