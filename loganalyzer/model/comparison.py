"""Two runs, or two folders of them, held against each other; A is what was, B what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from loganalyzer.model.diagnosis import Diagnosis
from loganalyzer.model.finding import Finding
from loganalyzer.model.role import Quantity, Split
from loganalyzer.model.run import Axis, Hyperparameter

Relation = Literal["identical", "together", "parted", "apart"]
Better = Literal["a", "b", ""]
MatchedBy = Literal["choice", "name", "hyper-parameters"]


@dataclass(frozen=True, slots=True)
class HparamDifference:
    """A hyper-parameter that is not the same; None where a run does not name it."""

    name: str
    a: Hyperparameter | None
    b: Hyperparameter | None


@dataclass(frozen=True, slots=True)
class Parting:
    """Where two curves differ by more than noise allows, and do so to the end of what they share.

    `step` is the first logged step of that, `after` the last one before it (None at the very beginning).
    `level_a` and `level_b` are medians from there on, None where a curve is not finite; `strength` is the
    median difference over what noise allows, None where one of them is not finite. `better` is the curve
    that is where its role wants it to be.
    """

    step: int
    after: int | None
    level_a: float | None
    level_b: float | None
    strength: float | None
    better: Better


@dataclass(frozen=True, slots=True)
class CurveComparison:
    """One curve of A and the one of B that plays the same role.

    `relation` is `identical` (every shared value is the same), `together` (never apart for good), `parted`,
    or `apart` (fewer than three steps lie within both). `same_until` is the last shared step up to which all
    values are the same to the last digit, None where the first ones differ already; it is exact where
    `is_thinned` is false, else one of the drawn points. Steps are shared from `first_step` to `last_step`.
    """

    quantity: Quantity
    split: Split
    part: str
    axis: Axis
    tag_a: str
    tag_b: str
    relation: Relation
    first_step: int
    last_step: int
    same_until: int | None
    parting: Parting | None
    is_thinned: bool


@dataclass(frozen=True, slots=True)
class FindingChange:
    """A pathology that heads no other in A, in B or in both; None where a run has it in no form at all.

    One that stands hidden behind its cause (`hidden_by`) counts as being there.
    """

    pathology: str
    a: Finding | None
    b: Finding | None


@dataclass(frozen=True, slots=True)
class RunComparison:
    """What became of A's run in B.

    `hparams` are those that differ, sorted by name, and `same_hparams` counts the others. `unpaired_a` and
    `unpaired_b` are tags of judged curves without a partner.
    """

    a: Diagnosis
    b: Diagnosis
    matched_by: MatchedBy
    hparams: tuple[HparamDifference, ...]
    same_hparams: int
    curves: tuple[CurveComparison, ...]
    unpaired_a: tuple[str, ...]
    unpaired_b: tuple[str, ...]
    findings: tuple[FindingChange, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All pairs sorted by the name in A, and the runs of either side that have no partner."""

    root_a: str
    root_b: str
    pairs: tuple[RunComparison, ...]
    only_a: tuple[Diagnosis, ...] = ()
    only_b: tuple[Diagnosis, ...] = ()
