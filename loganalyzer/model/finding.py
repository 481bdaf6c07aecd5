"""What the engine says of a run, and the points each number came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["info", "warning", "critical"]
Origin = Literal["rule", "classifier", "both"]
OutcomeVerdict = Literal["fires", "silent", "not_applicable", "broken"]

SEVERITY_RANK: dict[str, int] = {"info": 0, "warning": 1, "critical": 2}


@dataclass(frozen=True, slots=True)
class Reference:
    """A document that stands behind a rule or a remedy."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Place:
    """A moment of a run: logged step, fraction of the run in [0, 1], seconds since the epoch or None."""

    step: int
    fraction: float
    wall_time: float | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One measured number and its threshold, over the logged steps `first_step` to `last_step` inclusive."""

    name: str
    value: float
    threshold: float | None
    unit: str
    tag: str
    first_step: int | None
    last_step: int | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Advice:
    """One remedy as offered to one run: `because` is the reason this run gives, `do` 1-3 imperative steps."""

    id: str
    title: str
    because: str
    do: tuple[str, ...]
    cost: str
    risk: str
    references: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One pathology found in one run; the same type for rules and classifier.

    `confidence` is in [0, 1]; `hidden_by` names the pathology that explains this one, or is empty.
    `decidable` is the first moment at which the log told it, None where it was not looked for.
    """

    pathology: str
    rule: str
    severity: Severity
    confidence: float
    tags: tuple[str, ...]
    onset: Place | None
    end: Place | None
    message: str
    evidence: tuple[Evidence, ...]
    remedies: tuple[Advice, ...]
    origin: Origin = "rule"
    hidden_by: str = ""
    decidable: Place | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one rule on one run; there is one for every rule."""

    rule: str
    verdict: OutcomeVerdict
    reason: str = ""
