"""What one file says, before runs are put together of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from loganalyzer.model.run import Axis, Floats, Histograms, Hyperparameter, Ints, ReadProblem, Source


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """All points of one tag in file order, all arrays of shape (n,); steps may repeat and go back.

    `wall_time` is in seconds since the epoch, UTC, or None where the format has no clock.
    """

    tag: str
    step: Ints
    value: Floats
    wall_time: Floats | None = None
    axis: Axis = "iteration"


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """One file as read: every point it holds, and every problem met on the way."""

    source: Source
    columns: tuple[Column, ...] = ()
    histograms: tuple[Histograms, ...] = ()
    hparams: Mapping[str, Hyperparameter] = field(default_factory=dict)
    problems: tuple[ReadProblem, ...] = ()
    framework: str = ""
