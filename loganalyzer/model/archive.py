"""What is known of many past runs together: a row for each run, without its curves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from loganalyzer.model.diagnosis import Verdict
from loganalyzer.model.finding import Severity
from loganalyzer.model.run import Hyperparameter


@dataclass(frozen=True, slots=True)
class Fault:
    """One finding of a past run: `onset` and `decidable` are fractions of the run in [0, 1], or None."""

    pathology: str
    severity: Severity
    confidence: float
    hidden_by: str = ""
    onset: float | None = None
    decidable: float | None = None


@dataclass(frozen=True, slots=True)
class PastRun:
    """One run as an archive remembers it.

    `steps` is the last logged step; `started` is in seconds since the epoch and `duration` in seconds, both
    None where the log has no clock. `tag` names the curve a run of this kind is judged by, `best` is its best
    value, reached at the fraction `best_at` of the run, and `trace` at most 32 values of it, evenly spaced;
    `lower_is_better` tells its direction. `content` is a digest of the values of all curves, equal for
    copies, and `opening` one of the first 32 samples of the judged curve, empty of a shorter one.
    """

    name: str
    verdict: Verdict
    headline: str = ""
    faults: tuple[Fault, ...] = ()
    hparams: Mapping[str, Hyperparameter] = field(default_factory=dict)
    steps: int = 0
    started: float | None = None
    duration: float | None = None
    tag: str = ""
    lower_is_better: bool = True
    best: float | None = None
    best_at: float | None = None
    trace: tuple[float, ...] = ()
    content: str = ""
    opening: str = ""
