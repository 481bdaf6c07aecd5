"""What the table of runs is searched, sorted and filtered by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from loganalyzer.model.run import Hyperparameter
from loganalyzer.report.html.card import RunView
from loganalyzer.report.html.data import brief
from loganalyzer.report.terminal.words import VERDICTS

_LONGEST = 200


def table_data(views: Sequence[RunView]) -> dict[str, Any]:
    """One line of JSON for each row of the table; names that many rows share are written once."""
    tags = sorted({series.tag for view in views for series in view.diagnosis.run.series})
    hparams = sorted({name for view in views for name in view.diagnosis.run.hparams})
    tag_number = {tag: number for number, tag in enumerate(tags)}
    hparam_number = {name: number for number, name in enumerate(hparams)}
    return {
        "tags": [tag[:_LONGEST] for tag in tags],
        "hparams": [name[:_LONGEST] for name in hparams],
        "rows": [_row(view, tag_number, hparam_number) for view in views],
    }


def _row(view: RunView, tag_number: dict[str, int], hparam_number: dict[str, int]) -> dict[str, Any]:
    diagnosis, head = view.diagnosis, view.headline
    shown = [finding for finding in diagnosis.findings if not finding.hidden_by]
    return {
        "verdict": VERDICTS.index(diagnosis.verdict),
        "sure": None if head is None else head.confidence,
        "since": None if head is None or head.onset is None else brief(head.onset.fraction),
        "found": sorted({finding.pathology for finding in shown}),
        "tags": [tag_number[series.tag] for series in diagnosis.run.series],
        "hparams": [
            [hparam_number[name], _value(value)] for name, value in sorted(diagnosis.run.hparams.items())
        ],
    }


def _value(value: Hyperparameter) -> Hyperparameter:
    """Text is cut, numbers are those that JSON has."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value[:_LONGEST]
    return value if abs(value) < float("inf") else str(value)


def found_in(views: Sequence[RunView]) -> list[tuple[str, int]]:
    """The pathologies of all rows with how many rows have each, most common first."""
    counts: dict[str, int] = {}
    for view in views:
        shown = {finding.pathology for finding in view.diagnosis.findings if not finding.hidden_by}
        for pathology in shown:
            counts[pathology] = counts.get(pathology, 0) + 1
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
