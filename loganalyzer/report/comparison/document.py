"""The published document of a comparison: plain sorted data, described by its own types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from loganalyzer import __version__
from loganalyzer.model.comparison import (
    Comparison,
    CurveComparison,
    FindingChange,
    HparamDifference,
    MatchedBy,
    RunComparison,
)
from loganalyzer.model.diagnosis import Diagnosis, Verdict
from loganalyzer.model.finding import Finding, Place, Severity
from loganalyzer.report.comparison.words import caution, fate

SCHEMA: Literal["loganalyzer.compare/1"] = "loganalyzer.compare/1"


@dataclass(frozen=True, slots=True)
class RunEntry:
    """A run by its name below the root of its side, its verdict, and the findings that nothing explains."""

    name: str
    verdict: Verdict
    reason: str
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FindingEntry:
    """A finding of one side; `hidden_by` names the pathology that explains it, or is empty."""

    severity: Severity
    confidence: float
    onset: Place | None
    end: Place | None
    message: str
    hidden_by: str


@dataclass(frozen=True, slots=True)
class ChangeEntry:
    """What became of a pathology: `a` and `b` are null where that run has it in no form."""

    pathology: str
    fate: Literal["new", "gone", "still"]
    a: FindingEntry | None
    b: FindingEntry | None


@dataclass(frozen=True, slots=True)
class PairEntry:
    """A run of A and what became of it in B; hyper-parameters are those that differ, null where not named."""

    a: RunEntry
    b: RunEntry
    matched_by: MatchedBy
    hparams: tuple[HparamDifference, ...]
    same_hparams: int
    curves: tuple[CurveComparison, ...]
    unpaired_a: tuple[str, ...]
    unpaired_b: tuple[str, ...]
    findings: tuple[ChangeEntry, ...]
    caution: str


@dataclass(frozen=True, slots=True)
class Document:
    """The runs below `root_a` held against those below `root_b`; pairs are sorted by the name in A."""

    schema: Literal["loganalyzer.compare/1"]
    version: str
    root_a: str
    root_b: str
    pairs: tuple[PairEntry, ...]
    only_a: tuple[RunEntry, ...]
    only_b: tuple[RunEntry, ...]


def build_document(comparison: Comparison) -> Document:
    """The document of a comparison."""
    return Document(
        schema=SCHEMA,
        version=__version__,
        root_a=comparison.root_a,
        root_b=comparison.root_b,
        pairs=tuple(map(_pair, comparison.pairs)),
        only_a=tuple(map(_run, comparison.only_a)),
        only_b=tuple(map(_run, comparison.only_b)),
    )


def _pair(pair: RunComparison) -> PairEntry:
    return PairEntry(
        a=_run(pair.a),
        b=_run(pair.b),
        matched_by=pair.matched_by,
        hparams=pair.hparams,
        same_hparams=pair.same_hparams,
        curves=pair.curves,
        unpaired_a=pair.unpaired_a,
        unpaired_b=pair.unpaired_b,
        findings=tuple(map(_change, pair.findings)),
        caution=caution(pair),
    )


def _run(diagnosis: Diagnosis) -> RunEntry:
    visible = dict.fromkeys(finding.pathology for finding in diagnosis.findings if not finding.hidden_by)
    return RunEntry(diagnosis.run.name, diagnosis.verdict, diagnosis.reason, tuple(visible))


def _change(change: FindingChange) -> ChangeEntry:
    a, b = (None if one is None else _finding(one) for one in (change.a, change.b))
    return ChangeEntry(change.pathology, fate(change), a, b)


def _finding(finding: Finding) -> FindingEntry:
    return FindingEntry(
        severity=finding.severity,
        confidence=finding.confidence,
        onset=finding.onset,
        end=finding.end,
        message=finding.message,
        hidden_by=finding.hidden_by,
    )
