"""What an audit says of many past runs together: its document, and that in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from loganalyzer.model.diagnosis import Verdict
from loganalyzer.model.finding import Severity
from loganalyzer.model.lessons import Gate, Lessons
from loganalyzer.report.archive_words import (
    causes_lines,
    copies_lines,
    cost_lines,
    gate_lines,
    siblings_lines,
    trials_lines,
)
from loganalyzer.report.renderers import Screen
from loganalyzer.report.terminal.lines import Line, lay_out, to_string
from loganalyzer.report.terminal.words import VERDICTS, percent, plural

SCHEMA: Literal["loganalyzer.audit/1"] = "loganalyzer.audit/1"

_STYLES: dict[Severity, str] = {"critical": "red", "warning": "yellow", "info": "dim"}


@dataclass(frozen=True, slots=True)
class Prevalence:
    """How many runs have a pathology that nothing else explains, and how grave it is at its gravest."""

    pathology: str
    severity: Severity
    runs: int


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A run that could not be read, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Archive:
    """All runs below `root` as of an audit; `pathologies` come most common first.

    `gate` is what was found against a baseline, None where none was given.
    `verdicts` counts runs by verdict, `damaged` those of whose input something was lost or left out. Of the
    unreadable ones only the first by name are listed.
    """

    schema: Literal["loganalyzer.audit/1"]
    version: str
    rules_digest: str
    root: str
    runs: int
    verdicts: dict[Verdict, int]
    damaged: int
    pathologies: tuple[Prevalence, ...]
    unreadable: tuple[Unreadable, ...]
    lessons: Lessons = field(default_factory=Lessons)
    gate: Gate | None = None


def render(archive: Archive, screen: Screen) -> str:
    """The audit as lines of text, coloured where the screen has colour."""
    lines = [
        Line(_summary(archive), style="bold"),
        *_pathologies(archive),
        *_gate(archive.gate),
        *_lessons(archive.lessons),
        *_problems(archive),
    ]
    return to_string(lay_out(lines, screen), screen)


def _summary(archive: Archive) -> str:
    counts = ", ".join(f"{n:,} {one}" for one in VERDICTS if (n := archive.verdicts[one]))
    return f"{plural(archive.runs, 'run')}: {counts}" if archive.runs else "no runs found"


def _pathologies(archive: Archive) -> Iterator[Line]:
    if not archive.pathologies:
        return
    width = max(len(one.pathology) for one in archive.pathologies)
    yield Line("")
    yield Line("most common", style="bold")
    for one in archive.pathologies:
        share = percent(one.runs / archive.runs)
        text = f"{one.pathology:{width}}  {one.severity:8}  {one.runs:8,}  {share:>5}"
        yield Line(text, "  ", _STYLES[one.severity], fixed=True)


def _gate(gate: Gate | None) -> Iterator[Line]:
    if gate is not None:
        yield from (Line(""), Line("against the baseline", style="bold"))
        yield from (Line(text, "  ") for text in gate_lines(gate))


def _lessons(lessons: Lessons) -> Iterator[Line]:
    """What the runs have in common, a section for each kind of thing that there is something to say of."""
    sections = (
        ("what failures have in common", causes_lines(lessons.causes) if lessons.causes else ()),
        ("remedies in these runs", trials_lines(lessons.trials)),
        ("what it cost", cost_lines(lessons.cost) if lessons.cost else ()),
        ("copies", copies_lines(lessons.copies)),
        ("runs alike but for their seed", siblings_lines(lessons.siblings)),
    )
    for title, said in sections:
        lines = [Line(text, "  ") for text in said]
        if lines:
            yield from (Line(""), Line(title, style="bold"), *lines)


def _problems(archive: Archive) -> Iterator[Line]:
    n_unreadable = archive.verdicts["unreadable"]
    if archive.damaged or n_unreadable:
        yield Line("")
        yield Line("input problems", style="bold")
    if archive.damaged:
        lost = f"{plural(archive.damaged, 'run')} with damaged or skipped input"
        yield Line(f"{lost}; `loganalyzer scan` names each place", "  ", "magenta")
    for one in archive.unreadable:
        text = one.reason if one.reason.startswith(one.name) else f"{one.name}: {one.reason}"
        yield Line(text, "  ", "magenta")
    if n_unreadable > len(archive.unreadable):
        yield Line(
            f"... and {n_unreadable - len(archive.unreadable):,} more that cannot be read", "  ", "dim"
        )
