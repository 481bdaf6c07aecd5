"""What the readers make of files: runs, their curves, and what could not be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

Axis = Literal["epoch", "iteration"]
ProblemKind = Literal[
    "truncated",
    "corrupt_length",
    "corrupt_data",
    "bad_event",
    "over_limit",
    "restarted",
    "duplicate",
    "followed",
    "non_numeric",
    "ragged",
    "empty",
    "unreadable",
    "skipped",
]
Hyperparameter = str | float | bool


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One curve: strictly increasing `step`, `value` with NaN and Inf kept, all of shape (n,).

    `wall_time` is in seconds since the epoch, UTC, or None where the log has no clock.
    `superseded` counts points of abandoned branches that later points at the same steps replaced.

    Raises:
        ValueError: the arrays differ in shape, or the steps do not strictly increase.
    """

    tag: str
    step: Ints
    value: Floats
    wall_time: Floats | None = None
    axis: Axis = "iteration"
    superseded: int = 0

    def __post_init__(self) -> None:
        shape = (self.step.size,)
        for name in ("step", "value", "wall_time"):
            array = getattr(self, name)
            if array is None:
                continue
            if array.shape != shape:
                raise ValueError(f"series {self.tag!r}: {name} has shape {array.shape}, not {shape}")
            array.flags.writeable = False
        if self.step.size > 1 and not bool((self.step[1:] > self.step[:-1]).all()):
            raise ValueError(f"series {self.tag!r}: steps must strictly increase")

    def __len__(self) -> int:
        return int(self.step.size)

    def step_at(self, index: int) -> int:
        """The logged step of the sample at `index`."""
        return int(self.step[index])

    def fraction_at(self, index: int) -> float:
        """Where `index` lies in the run, 0 at the first logged step and 1 at the last."""
        span = int(self.step[-1]) - int(self.step[0])
        return (int(self.step[index]) - int(self.step[0])) / span if span else 1.0

    def wall_time_at(self, index: int) -> float | None:
        """Seconds since the epoch at `index`, or None where the log has no clock."""
        return None if self.wall_time is None else float(self.wall_time[index])


@dataclass(frozen=True, slots=True, eq=False)
class Histograms:
    """Summaries of one histogram tag over m steps; the log's buckets are not kept.

    `quantiles` has shape (m, k) at the probabilities `QUANTILES`; the other arrays have shape (m,).
    """

    tag: str
    step: Ints
    min: Floats
    max: Floats
    mean: Floats
    std: Floats
    zero_share: Floats
    quantiles: Floats


QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True)
class Source:
    """One file a run was read from: its size in bytes and the records (events or rows) found whole."""

    path: str
    format: str
    bytes: int
    records: int


@dataclass(frozen=True, slots=True)
class ReadProblem:
    """Something in the input that could not be used as it stands.

    `offset` counts bytes in event files and lines (from 1) in text files; `skipped` is in bytes and
    `lost` in records or cells. `text` is a whole sentence: what was expected, what was found, what to do.
    """

    kind: ProblemKind
    path: str
    text: str
    offset: int | None = None
    skipped: int = 0
    lost: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """One training run: `name` is its path below the scanned root; unreadable input is data too.

    `series` are sorted by tag and tags are unique. A run that could not be read has no series and
    says why in `problems`.
    """

    run_id: str
    name: str
    framework: str = ""
    sources: tuple[Source, ...] = ()
    series: tuple[Series, ...] = ()
    histograms: tuple[Histograms, ...] = ()
    hparams: Mapping[str, Hyperparameter] = field(default_factory=dict)
    problems: tuple[ReadProblem, ...] = ()
