"""Markdown in GitHub's dialect, for issues and pull requests."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from loganalyzer.model.diagnosis import Diagnosis
from loganalyzer.model.finding import Finding
from loganalyzer.report.problems import is_damage, problem_line
from loganalyzer.report.renderers import Report
from loganalyzer.report.terminal.escape import show
from loganalyzer.report.terminal.table import hardest_first
from loganalyzer.report.terminal.words import headline, percent, place, summary

_MAX_RUNS = 100
_MAX_PROBLEMS = 20
_MARKS = {"sick": "❌", "suspect": "⚠️", "unreadable": "❓", "insufficient": "➖", "healthy": "✅"}
_SPECIAL = re.compile(r"([\\`*_\[\]|~])")
# Where GitHub sees a mention, a reference or a link begin; what follows may be any letter to it.
_LINKS = re.compile(r"([@#]|(?=://)|(?<=www)(?=\.))", re.IGNORECASE)


def render(report: Report) -> str:
    """A table of the runs that need care, their findings folded below it, and what could not be read."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield f"### loganalyzer: {_plain(summary(report.diagnoses))}"
    ordered = hardest_first(report.diagnoses)
    shown = [one for one in ordered if headline(one) is not None or one.reason]
    if shown:
        yield from ("", "| | run | finding | since | sure | try first |", "|---|---|---|---|---|---|")
    yield from (_row(one) for one in shown[:_MAX_RUNS])
    if len(shown) > _MAX_RUNS:
        yield from ("", f"... and {len(shown) - _MAX_RUNS:,} more")
    for one in shown[:_MAX_RUNS]:
        if one.verdict in ("sick", "suspect"):
            yield from _details(one)
    yield from _problems(ordered)


def _row(diagnosis: Diagnosis) -> str:
    first = headline(diagnosis)
    note = diagnosis.reason
    cells = [_MARKS[diagnosis.verdict], code(diagnosis.run.name), "", "", "", _plain(note)]
    if first is not None:
        advice = first.remedies[0].title if first.remedies else ""
        cells[2:] = [_plain(first.pathology), place(first.onset), percent(first.confidence), _plain(advice)]
    return f"| {' | '.join(cells)} |"


def _details(diagnosis: Diagnosis) -> Iterator[str]:
    yield from ("", f"<details><summary>{_unlinked(_html(diagnosis.run.name))}</summary>", "")
    for finding in diagnosis.findings:
        if not finding.hidden_by:
            yield from _finding(finding)
    yield from ("", "</details>")


def _finding(finding: Finding) -> Iterator[str]:
    since = f" since {place(finding.onset)}" if finding.onset else ""
    claim = f"**{_plain(finding.pathology)}**{since}, {percent(finding.confidence)} sure"
    yield f"- {claim}: {_plain(finding.message)}"
    for evidence in finding.evidence:
        yield f"  - {_plain(evidence.sentence)}"
    for advice in finding.remedies[:1]:
        yield f"  - try: {_plain(advice.title)}, because {_plain(advice.because)}"
        for step in advice.do:
            yield f"    - {_plain(step)}"


def _problems(diagnoses: Sequence[Diagnosis]) -> Iterator[str]:
    found = [one for diagnosis in diagnoses for one in diagnosis.run.problems if is_damage(one)]
    if found:
        yield from ("", "**Input problems**", "")
    yield from (f"- {code(problem_line(problem))}" for problem in found[:_MAX_PROBLEMS])
    if len(found) > _MAX_PROBLEMS:
        yield f"- ... and {len(found) - _MAX_PROBLEMS:,} more"


def code(text: str) -> str:
    """A text in a code span, in which nothing is markup; bars are escaped for the cell of a table."""
    safe = show(text).replace("|", "\\|")
    fence = "`" * (max(map(len, re.findall("`+", safe)), default=0) + 1)
    space = " " if safe[:1] in ("`", " ") or safe[-1:] in ("`", " ") or not safe else ""
    return f"{fence}{space}{safe}{space}{fence}"


def _plain(text: str) -> str:
    """A text in which no character is markup, a tag, a mention or a reference."""
    return _unlinked(_SPECIAL.sub(r"\\\1", _html(text)))


def _unlinked(text: str) -> str:
    return _LINKS.sub("\\1\u200b", text)


def _html(text: str) -> str:
    return show(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
