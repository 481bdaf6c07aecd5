"""CSV: one row for each finding that nothing explains, one for each run without any."""

from __future__ import annotations

from collections.abc import Iterator

from loganalyzer.model.diagnosis import Diagnosis
from loganalyzer.model.finding import Finding, Place
from loganalyzer.report.cells import cell
from loganalyzer.report.renderers import Report
from loganalyzer.report.terminal.table import hardest_first

COLUMNS = (
    "run",
    "verdict",
    "pathology",
    "severity",
    "confidence",
    "origin",
    "onset_step",
    "onset_fraction",
    "end_step",
    "decidable_step",
    "tags",
    "message",
    "try_first",
)


def render(report: Report) -> str:
    """The table with its header, the sick runs first; names quoted and guarded, what is not known empty."""
    rows = (row for diagnosis in hardest_first(report.diagnoses) for row in _rows(diagnosis))
    return "".join(f"{','.join(row)}\n" for row in (COLUMNS, *rows))


def _rows(diagnosis: Diagnosis) -> Iterator[tuple[str, ...]]:
    shown = [finding for finding in diagnosis.findings if not finding.hidden_by]
    for finding in shown:
        yield cell(diagnosis.run.name), diagnosis.verdict, *_cells(finding)
    if not shown:
        blank = ("",) * (len(COLUMNS) - 4)
        yield cell(diagnosis.run.name), diagnosis.verdict, *blank, cell(diagnosis.reason), ""


def _cells(finding: Finding) -> tuple[str, ...]:
    return (
        cell(finding.pathology),
        finding.severity,
        repr(finding.confidence),
        finding.origin,
        _step(finding.onset),
        "" if finding.onset is None else repr(round(finding.onset.fraction, 6)),
        _step(finding.end),
        _step(finding.decidable),
        cell(" ".join(finding.tags)),
        cell(finding.message),
        cell(finding.remedies[0].title if finding.remedies else ""),
    )


def _step(place: Place | None) -> str:
    return "" if place is None else str(place.step)
