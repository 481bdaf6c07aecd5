"""Markdown in GitHub's dialect, for issues and pull requests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from loganalyzer.model.diagnosis import Diagnosis
from loganalyzer.model.finding import Finding
from loganalyzer.model.run import ReadProblem
from loganalyzer.report.problems import is_damage, problem_line
from loganalyzer.report.renderers import Report
from loganalyzer.report.terminal.escape import shorten, show
from loganalyzer.report.terminal.table import hardest_first
from loganalyzer.report.terminal.words import headline, percent, place, summary

_MAX_RUNS = 100
_MAX_PROBLEMS = 20
_PROBLEM_WIDTH = 500
# GitHub takes 65,536 characters for a comment, and nothing at all of a longer one.
_MOST = 65_000
_TABLE = ("", "| | run | finding | since | sure | try first |", "|---|---|---|---|---|---|")
_MARKS = {"sick": "❌", "suspect": "⚠️", "unreadable": "❓", "insufficient": "➖", "healthy": "✅"}
_SPECIAL = re.compile(r"([\\`*_\[\]|~])")
# Where GitHub sees a mention, a reference or a link begin; what follows may be any letter to it.
_LINKS = re.compile(r"([@#]|(?=://)|(?<=www)(?=\.))", re.IGNORECASE)


def render(report: Report) -> str:
    """A table of the runs that need care, their findings folded below it, and what could not be read.

    What would make it too long for a comment is left out, and counted.
    """
    ordered = hardest_first(report.diagnoses)
    shown = [one for one in ordered if headline(one) is not None or one.reason]
    title, problems = f"### loganalyzer: {_plain(summary(report.diagnoses))}", list(_problems(ordered))
    room = _MOST - _length((title, *_TABLE, *problems))
    rows = _fitting(map(_row, shown[:_MAX_RUNS]), room)
    care = [one for one in shown[:_MAX_RUNS] if one.verdict in ("sick", "suspect")]
    details = _fitting(("\n".join(_details(one)) for one in care), room - _length(rows))
    lines = [title, *(_TABLE if rows else ()), *rows]
    if len(shown) > len(rows):
        lines += ["", f"... and {len(shown) - len(rows):,} more"]
    lines += details
    if len(care) > len(details):
        lines += ["", f"... and the details of {len(care) - len(details):,} more, too long for a comment"]
    return "\n".join([*lines, *problems]) + "\n"


def _length(blocks: Iterable[str]) -> int:
    return sum(len(block) + 1 for block in blocks)


def _fitting(blocks: Iterable[str], room: int) -> list[str]:
    """The blocks that `room` characters have place for, one after the other."""
    kept: list[str] = []
    for block in blocks:
        if len(block) < room:
            kept.append(block)
            room -= len(block) + 1
    return kept


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
    yield from (f"- {code(_line(problem))}" for problem in found[:_MAX_PROBLEMS])
    if len(found) > _MAX_PROBLEMS:
        yield f"- ... and {len(found) - _MAX_PROBLEMS:,} more"


def _line(problem: ReadProblem) -> str:
    return shorten(show(problem_line(problem)), _PROBLEM_WIDTH, ellipsis="…")


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
