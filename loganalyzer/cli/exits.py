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


_FAILING: dict[FailOn, frozenset[Verdict]] = {
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


def audit_code(archive: Archive, fail_on: FailOn, *, skipped: bool = False) -> int:
    """As `scan_code`, of an audit."""
    if archive.verdicts["unreadable"] == archive.runs:
        return UNREADABLE
    if any(archive.verdicts[verdict] for verdict in _FAILING[fail_on]):
        return FINDINGS
    return DAMAGED if skipped or archive.damaged else CLEAN


def code_of_error(error: LogAnalyzerError) -> int:
    """The exit code of what ended a command: nothing to read, or something refused."""
    return UNREADABLE if isinstance(error, ReadError) else REFUSED
