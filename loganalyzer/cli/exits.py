"""Exit codes: what a script may rely on."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from loganalyzer.errors import LogAnalyzerError, ReadError
from loganalyzer.report.problems import is_damage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loganalyzer.model.diagnosis import Diagnosis, Verdict
    from loganalyzer.report.archive import Archive

CLEAN, FINDINGS, REFUSED, DAMAGED, UNREADABLE, BUG = 0, 1, 2, 3, 4, 70
BROKEN_PIPE = 141


class FailOn(StrEnum):
    """The mildest finding that makes a scan fail."""

    CRITICAL = "critical"
    WARNING = "warning"
    NEVER = "never"


class AuditFailOn(StrEnum):
    """What makes an audit fail: a verdict as in a scan, or a run that is worse than those of the baseline."""

    CRITICAL = "critical"
    WARNING = "warning"
    NEVER = "never"
    NEW_CRITICAL = "new-critical"
    WORSE = "worse"


_FAILING: dict[str, frozenset[Verdict]] = {
    FailOn.CRITICAL: frozenset({"sick"}),
    FailOn.WARNING: frozenset({"sick", "suspect"}),
    FailOn.NEVER: frozenset(),
}


def scan_code(diagnoses: Sequence[Diagnosis], fail_on: FailOn, *, skipped: bool = False) -> int:
    """The exit code of a finished scan; findings win over damage, `skipped` says that a path was left out."""
    if all(diagnosis.verdict == "unreadable" for diagnosis in diagnoses):
        return UNREADABLE
    if any(diagnosis.verdict in _FAILING[fail_on] for diagnosis in diagnoses):
        return FINDINGS
    is_damaged = any(is_damage(problem) for diagnosis in diagnoses for problem in diagnosis.run.problems)
    return DAMAGED if skipped or is_damaged else CLEAN


def audit_code(archive: Archive, fail_on: AuditFailOn, *, skipped: bool = False) -> int:
    """As `scan_code`, of an audit; where worse runs make it fail, so do those with a new critical finding."""
    if archive.verdicts["unreadable"] == archive.runs:
        return UNREADABLE
    if archive.gate is not None and fail_on in (AuditFailOn.NEW_CRITICAL, AuditFailOn.WORSE):
        is_failing = archive.gate.new_critical or (fail_on == AuditFailOn.WORSE and archive.gate.worse)
    else:
        is_failing = any(archive.verdicts[verdict] for verdict in _FAILING.get(fail_on, ()))
    if is_failing:
        return FINDINGS
    return DAMAGED if skipped or archive.damaged else CLEAN


def code_of_error(error: LogAnalyzerError) -> int:
    """The exit code of what ended a command: nothing to read, or something refused."""
    return UNREADABLE if isinstance(error, ReadError) else REFUSED
