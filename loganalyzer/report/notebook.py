"""Short tables for notebooks: no script, no style beyond them, and no sign of a log is markup."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from loganalyzer.model.diagnosis import Diagnosis
from loganalyzer.model.finding import Finding
from loganalyzer.report.terminal.escape import shorten, show
from loganalyzer.report.terminal.table import hardest_first
from loganalyzer.report.terminal.words import headline, named, percent, place, sign, summary

MAX_ROWS = 20
_MAX_TEXT = 160
_HEAD = ("run", "verdict", "finding", "since", "sure", "try first")


def scan_html(diagnoses: Sequence[Diagnosis]) -> str:
    """A row for each run, the sick ones first, at most `MAX_ROWS` of them, and the sums below."""
    ordered = hardest_first(diagnoses)
    rows = [(one.run.name, _verdict(one), *_cells(headline(one), one.reason)) for one in ordered[:MAX_ROWS]]
    more = [f"... and {len(ordered) - MAX_ROWS:,} more"] if len(ordered) > MAX_ROWS else []
    return _page(_HEAD, rows, [*more, summary(diagnoses)])


def run_html(diagnosis: Diagnosis) -> str:
    """A row for each finding that nothing explains, at most `MAX_ROWS` of them, below the verdict."""
    shown = [finding for finding in diagnosis.findings if not finding.hidden_by]
    rows = [(*_cells(finding, ""), finding.message) for finding in shown[:MAX_ROWS]]
    said = f"{diagnosis.run.name}: {_verdict(diagnosis)}"
    return _page((*_HEAD[2:], "says"), rows, [f"{said}, {diagnosis.reason}" if diagnosis.reason else said])


def _verdict(diagnosis: Diagnosis) -> str:
    return f"{sign(diagnosis.verdict, unicode=True)} {diagnosis.verdict}"


def _cells(finding: Finding | None, reason: str) -> tuple[str, str, str, str]:
    if finding is None:
        return "", "", "", reason
    is_note = finding.severity == "info" or not finding.remedies
    first = "" if is_note else finding.remedies[0].title
    return named(finding), place(finding.onset), percent(finding.confidence), first


def _page(head: Sequence[str], rows: Sequence[Sequence[str]], below: Sequence[str]) -> str:
    table = [_row("th", head), *(_row("td", row) for row in rows)] if rows else []
    lines = [f"<p>{_safe(text)}</p>" for text in below]
    return "\n".join(["<div>", *(["<table>", *table, "</table>"] if table else []), *lines, "</div>"])


def _row(kind: str, cells: Sequence[str]) -> str:
    left = ' style="text-align: left"'
    return f"<tr>{''.join(f'<{kind}{left}>{_safe(cell)}</{kind}>' for cell in cells)}</tr>"


def _safe(text: str) -> str:
    return escape(shorten(show(text), _MAX_TEXT, ellipsis="…"))
