"""Findings as a table of pandas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from loganalyzer.model.diagnosis import Diagnosis
from loganalyzer.model.finding import Finding, Place

if TYPE_CHECKING:
    import pandas as pd

DTYPES = {
    "run": "string",
    "verdict": "string",
    "pathology": "string",
    "severity": "string",
    "confidence": "Float64",
    "origin": "string",
    "onset_step": "Int64",
    "onset_fraction": "Float64",
    "end_step": "Int64",
    "decidable_step": "Int64",
    "tags": "string",
    "message": "string",
    "try_first": "string",
}
"""The columns of the table, those of `--format csv`, each with its dtype."""


def frame_of(diagnoses: Sequence[Diagnosis]) -> pd.DataFrame:
    """A row for each finding that nothing explains, and one for each run without any."""
    import pandas as pd

    rows = [row for diagnosis in diagnoses for row in _rows(diagnosis)]
    columns = {name: [row.get(name) for row in rows] for name in DTYPES}
    return pd.DataFrame(columns, dtype=object).astype(DTYPES)


def _rows(diagnosis: Diagnosis) -> Iterator[dict[str, Any]]:
    of_run = {"run": diagnosis.run.name, "verdict": diagnosis.verdict}
    shown = [finding for finding in diagnosis.findings if not finding.hidden_by]
    for finding in shown:
        yield of_run | _row(finding)
    if not shown:
        yield of_run | {"message": diagnosis.reason or None}


def _row(finding: Finding) -> dict[str, Any]:
    return {
        "pathology": finding.pathology,
        "severity": finding.severity,
        "confidence": finding.confidence,
        "origin": finding.origin,
        "onset_step": _step(finding.onset),
        "onset_fraction": None if finding.onset is None else finding.onset.fraction,
        "end_step": _step(finding.end),
        "decidable_step": _step(finding.decidable),
        "tags": " ".join(finding.tags),
        "message": finding.message,
        "try_first": finding.remedies[0].title if finding.remedies else None,
    }


def _step(place: Place | None) -> int | None:
    return None if place is None else place.step
