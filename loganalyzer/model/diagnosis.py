"""The object in the middle: all that renderers and the store ever see of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from loganalyzer.model.finding import Finding, Outcome, Reference
from loganalyzer.model.remedy import Remedy
from loganalyzer.model.role import Role
from loganalyzer.model.run import Axis, Hyperparameter, ReadProblem, Source

Verdict = Literal["sick", "suspect", "healthy", "insufficient", "unreadable"]


@dataclass(frozen=True, slots=True)
class SeriesSummary:
    """One curve without its arrays; `first`, `last`, `min` and `max` are of its finite values, or None."""

    tag: str
    axis: Axis
    n: int
    first_step: int
    last_step: int
    first: float | None
    last: float | None
    min: float | None
    max: float | None
    non_finite: int
    superseded: int


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A run without arrays."""

    run_id: str
    name: str
    framework: str
    sources: tuple[Source, ...]
    problems: tuple[ReadProblem, ...]
    hparams: Mapping[str, Hyperparameter]
    series: tuple[SeriesSummary, ...]


@dataclass(frozen=True, slots=True)
class Sparkline:
    """At most 200 points of a curve: the first and last of it and the min and max of each bucket.

    `wall_time` is in seconds since the epoch, or None where the log has no clock.
    """

    step: tuple[int, ...]
    value: tuple[float | None, ...]
    wall_time: tuple[float, ...] | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """What a pathology means, printed beside a finding that names it."""

    id: str
    title: str
    description: str
    falsepositives: tuple[str, ...]
    references: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The verdict on one run with everything needed to show it; self-contained, with a JSON round trip.

    `findings` come hardest first; `outcomes` hold one line for every rule; `reason` says why a run is
    `insufficient` or `unreadable`; `remedies` are those its findings offer, in full.
    """

    run: RunSummary
    verdict: Verdict
    reason: str
    roles: Mapping[str, Role]
    outcomes: tuple[Outcome, ...]
    findings: tuple[Finding, ...]
    sparklines: Mapping[str, Sparkline] = field(default_factory=dict)
    cards: Mapping[str, Card] = field(default_factory=dict)
    remedies: Mapping[str, Remedy] = field(default_factory=dict)
    rules_digest: str = ""
    version: str = ""
