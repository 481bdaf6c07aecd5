"""What many past runs have in common: the results of an audit, each free of the runs it was counted from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Relation = Literal[">=", "<", "=", "!=", "is set", "is not set"]
CopyKind = Literal["copy", "same curves", "same beginning", "near copy", "not repeatable"]
GateStatus = Literal["new critical", "worse", "as before", "too few", "no siblings", "not judged"]


@dataclass(frozen=True, slots=True)
class Condition:
    """What a hyper-parameter has to satisfy; a run that does not have it satisfies `is not set` alone."""

    name: str
    relation: Relation
    value: str = ""


@dataclass(frozen=True, slots=True)
class Rate:
    """`failing` of `runs` runs, and the Wilson interval of the share, 95 %, as fractions."""

    label: str
    failing: int
    runs: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class RateTable:
    """How often one pathology came, by value or range of one hyper-parameter, in the order of the values."""

    pathology: str
    name: str
    rates: tuple[Rate, ...]


@dataclass(frozen=True, slots=True)
class Cause:
    """A pathology that comes far more often `inside` the runs that meet all `conditions` than `outside`.

    `p_value` is corrected for everything that was tried. `also` holds conditions of other hyper-parameters
    that part the runs in exactly the same way: nothing in these runs tells them apart.
    """

    pathology: str
    conditions: tuple[Condition, ...]
    inside: Rate
    outside: Rate
    p_value: float
    also: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A hyper-parameter that was not looked at, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Unexplained:
    """A pathology for which no cause is named, and why."""

    pathology: str
    failing: int
    runs: int
    reason: str


@dataclass(frozen=True, slots=True)
class Causes:
    """What failures have in common in `runs` judged runs with hyper-parameters, copies counted once.

    `causes` come by pathology, the firmest first; `settings` counts the hyper-parameters looked at.
    """

    runs: int
    settings: int
    causes: tuple[Cause, ...]
    unexplained: tuple[Unexplained, ...]
    left_out: tuple[LeftOut, ...]
    tables: tuple[RateTable, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """A remedy as past runs have tried it: pairs alike but for `name`, the first of each with the pathology.

    It is `gone` in the second without a new critical finding. `repeats` are pairs in which nothing but the
    seed was changed: what merely trying again does.
    """

    pathology: str
    remedy: str
    name: str
    gone: Rate
    repeats: Rate


@dataclass(frozen=True, slots=True)
class CostRow:
    """Steps and seconds after a fault could be told, and after the best point, summed over `runs` runs.

    `without_clock` of them have no wall time: their seconds are missing from the sums, not zero.
    """

    label: str
    runs: int
    steps_after_decidable: int
    seconds_after_decidable: float
    steps_after_best: int
    seconds_after_best: float
    without_clock: int


@dataclass(frozen=True, slots=True)
class Cost:
    """What the runs cost after they could have been stopped; rows of one table are sorted by label."""

    total: CostRow
    by_pathology: tuple[CostRow, ...]
    by_folder: tuple[CostRow, ...]
    by_month: tuple[CostRow, ...]
    assumptions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CopyGroup:
    """Runs that share their curves, or should: `names` are sorted.

    `differs` names the settings in which runs of one curve differ, or the outcomes of runs of one setting.
    """

    kind: CopyKind
    names: tuple[str, ...]
    differs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outlier:
    """A run whose best value is `z` robust deviations from its siblings', above 0 where it is worse."""

    name: str
    best: float
    z: float


@dataclass(frozen=True, slots=True)
class SiblingGroup:
    """Runs alike but for their seed; mean, standard deviation and range are of the best values, or None."""

    label: str
    tag: str
    names: tuple[str, ...]
    failed: Rate
    mean: float | None
    deviation: float | None
    best: float | None
    worst: float | None
    outliers: tuple[Outlier, ...] = ()


@dataclass(frozen=True, slots=True)
class GateLine:
    """One current run held against `siblings` runs of the baseline; `text` says what was found."""

    name: str
    status: GateStatus
    siblings: int
    text: str
    pathologies: tuple[str, ...] = ()
    p_value: float | None = None


@dataclass(frozen=True, slots=True)
class Gate:
    """A verdict for each current run, sorted by name."""

    lines: tuple[GateLine, ...]

    @property
    def new_critical(self) -> bool:
        """Whether any run has a critical finding that its siblings in the baseline did not have."""
        return any(line.status == "new critical" for line in self.lines)

    @property
    def worse(self) -> bool:
        """Whether any run is worse than its siblings beyond the noise of seeds."""
        return any(line.status == "worse" for line in self.lines)


@dataclass(frozen=True, slots=True)
class Lessons:
    """What runs have in common: sick ones of all by month, causes, remedies as tried, cost, copies, seeds."""

    months: tuple[Rate, ...] = ()
    causes: Causes | None = None
    trials: tuple[Trial, ...] = ()
    cost: Cost | None = None
    copies: tuple[CopyGroup, ...] = ()
    siblings: tuple[SiblingGroup, ...] = ()
