"""The published document of a scan: diagnoses as plain sorted data, described by its own types."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Literal

from loganalyzer import __version__
from loganalyzer.model.diagnosis import Diagnosis, SeriesSummary, Verdict
from loganalyzer.model.finding import Advice, Evidence, Finding, Origin, OutcomeVerdict, Place, Severity
from loganalyzer.model.role import Role
from loganalyzer.model.run import Hyperparameter, ReadProblem, Source

SCHEMA: Literal["loganalyzer.scan/1"] = "loganalyzer.scan/1"


@dataclass(frozen=True, slots=True)
class EvidenceEntry:
    """One measured number and its threshold; null stands for a number that is not finite."""

    name: str
    value: float | None
    threshold: float | None
    unit: str
    tag: str
    first_step: int | None
    last_step: int | None
    sentence: str


@dataclass(frozen=True, slots=True)
class FindingEntry:
    """One pathology found in one run; `hidden_by` names the pathology that explains it, or is empty.

    `decidable` is the first moment at which the log told it; null where it was not looked for.
    """

    pathology: str
    rule: str
    severity: Severity
    confidence: float
    origin: Origin
    tags: tuple[str, ...]
    onset: Place | None
    end: Place | None
    decidable: Place | None
    message: str
    evidence: tuple[EvidenceEntry, ...]
    remedies: tuple[Advice, ...]
    hidden_by: str


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A rule that could not be applied to a run, and why."""

    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class RunEntry:
    """The verdict on one run; `name` is its path below the scanned root, `findings` come hardest first."""

    name: str
    verdict: Verdict
    reason: str
    framework: str
    sources: tuple[Source, ...]
    problems: tuple[ReadProblem, ...]
    hparams: Mapping[str, Hyperparameter | None]
    roles: Mapping[str, Role]
    findings: tuple[FindingEntry, ...]
    not_applicable: tuple[Unchecked, ...]
    broken: tuple[Unchecked, ...]
    series: tuple[SeriesSummary, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """Runs by verdict, and by pathology the runs in which it is found and not explained (`hidden_by`)."""

    runs: int
    healthy: int
    suspect: int
    sick: int
    unreadable: int
    insufficient: int
    findings: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Document:
    """The result of one scan of `root`."""

    schema: Literal["loganalyzer.scan/1"]
    version: str
    rules_digest: str
    root: str
    summary: Summary
    runs: tuple[RunEntry, ...]


def build_document(root: str, diagnoses: Sequence[Diagnosis]) -> Document:
    """The document of a scan, runs sorted by name."""
    ordered = sorted(diagnoses, key=lambda diagnosis: (diagnosis.run.name, diagnosis.run.run_id))
    return Document(
        schema=SCHEMA,
        version=__version__,
        rules_digest=ordered[0].rules_digest if ordered else "",
        root=root,
        summary=_summary(ordered),
        runs=tuple(_run(diagnosis) for diagnosis in ordered),
    )


def _summary(diagnoses: Sequence[Diagnosis]) -> Summary:
    verdicts = Counter(diagnosis.verdict for diagnosis in diagnoses)
    pathologies = Counter(
        pathology
        for diagnosis in diagnoses
        for pathology in {finding.pathology for finding in diagnosis.findings if not finding.hidden_by}
    )
    return Summary(
        runs=len(diagnoses),
        healthy=verdicts["healthy"],
        suspect=verdicts["suspect"],
        sick=verdicts["sick"],
        unreadable=verdicts["unreadable"],
        insufficient=verdicts["insufficient"],
        findings=dict(sorted(pathologies.items())),
    )


def _run(diagnosis: Diagnosis) -> RunEntry:
    run = diagnosis.run
    return RunEntry(
        name=run.name,
        verdict=diagnosis.verdict,
        reason=diagnosis.reason,
        framework=run.framework,
        sources=run.sources,
        problems=run.problems,
        hparams={name: _known(value) for name, value in sorted(run.hparams.items())},
        roles=dict(sorted(diagnosis.roles.items())),
        findings=tuple(finding_entry(finding) for finding in diagnosis.findings),
        not_applicable=_unchecked(diagnosis, "not_applicable"),
        broken=_unchecked(diagnosis, "broken"),
        series=run.series,
    )


def _unchecked(diagnosis: Diagnosis, verdict: OutcomeVerdict) -> tuple[Unchecked, ...]:
    matching = (outcome for outcome in diagnosis.outcomes if outcome.verdict == verdict)
    return tuple(Unchecked(*pair) for pair in sorted((outcome.rule, outcome.reason) for outcome in matching))


def _known(value: Hyperparameter) -> Hyperparameter | None:
    return None if isinstance(value, float) and not isfinite(value) else value


def _finite(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None


def finding_entry(finding: Finding) -> FindingEntry:
    """One finding as it stands in every document."""
    return FindingEntry(
        pathology=finding.pathology,
        rule=finding.rule,
        severity=finding.severity,
        confidence=finding.confidence,
        origin=finding.origin,
        tags=finding.tags,
        onset=finding.onset,
        end=finding.end,
        decidable=finding.decidable,
        message=finding.message,
        evidence=tuple(_evidence(evidence) for evidence in finding.evidence),
        remedies=finding.remedies,
        hidden_by=finding.hidden_by,
    )


def _evidence(evidence: Evidence) -> EvidenceEntry:
    return EvidenceEntry(
        name=evidence.name,
        value=_finite(evidence.value),
        threshold=_finite(evidence.threshold),
        unit=evidence.unit,
        tag=evidence.tag,
        first_step=evidence.first_step,
        last_step=evidence.last_step,
        sentence=evidence.sentence,
    )


__all__ = ["SCHEMA", "Document", "build_document", "finding_entry"]
