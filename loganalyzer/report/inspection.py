"""What is in log files, without a verdict: the document of `inspect`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from loganalyzer.model.role import Role
from loganalyzer.model.run import Axis, Hyperparameter, ReadProblem, Source

SCHEMA: Literal["loganalyzer.inspect/1"] = "loganalyzer.inspect/1"


@dataclass(frozen=True, slots=True)
class TagEntry:
    """One curve: its points, of which some are not finite, its steps, and what it was taken for."""

    tag: str
    points: int
    non_finite: int
    superseded: int
    first_step: int
    last_step: int
    axis: Axis
    has_clock: bool
    role: Role


@dataclass(frozen=True, slots=True)
class HistogramEntry:
    """One histogram tag: how many, and at which steps."""

    tag: str
    count: int
    first_step: int
    last_step: int


@dataclass(frozen=True, slots=True)
class RunEntry:
    """One run; `seconds` is the time it took to read all files of the place it lies in.

    Hyper-parameters that are not finite are null in JSON.
    """

    name: str
    framework: str
    seconds: float
    files: tuple[Source, ...]
    tags: tuple[TagEntry, ...]
    histograms: tuple[HistogramEntry, ...]
    hparams: Mapping[str, Hyperparameter | None]
    problems: tuple[ReadProblem, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over all runs; `bytes` counts each file once, `seconds` includes the walk."""

    runs: int
    files: int
    bytes: int
    records: int
    points: int
    problems: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Inspection:
    """All that was found below `root`, the paths as they were given; runs are sorted by name."""

    schema: Literal["loganalyzer.inspect/1"]
    version: str
    root: str
    totals: Totals
    runs: tuple[RunEntry, ...]
