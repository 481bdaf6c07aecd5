"""Everything the card of one run shows, in the order in which it is shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from loganalyzer.model.diagnosis import Card, Diagnosis
from loganalyzer.model.finding import Finding, OutcomeVerdict
from loganalyzer.report.html.chart import chart_of
from loganalyzer.report.html.spark import Spark, spark_of
from loganalyzer.report.panels import blamed_tags
from loganalyzer.report.terminal.table import hardest_first
from loganalyzer.report.terminal.words import headline


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding by its number in the card, what its pathology means, and the symptoms it explains.

    `known` are the remedies that findings before it have told in full.
    """

    number: int
    finding: Finding
    card: Card | None
    explains: tuple[Finding, ...]
    known: frozenset[str]


@dataclass(frozen=True, slots=True)
class RunView:
    """A run with where it is shown; `unchecked` are rules by the reason why they could not be applied."""

    slug: str
    href: str
    diagnosis: Diagnosis
    headline: Finding | None
    spark: Spark | None


@dataclass(frozen=True, slots=True)
class CardView:
    """The body of a run's card."""

    run: RunView
    findings: tuple[FindingView, ...]
    chart: dict[str, Any] | None
    unchecked: tuple[tuple[str, tuple[str, ...]], ...]
    broken: tuple[tuple[str, tuple[str, ...]], ...]
    silent: tuple[str, ...]


def views_of(diagnoses: Sequence[Diagnosis], slugs: Sequence[str], hrefs: Sequence[str]) -> list[RunView]:
    """The rows of the table, in the order of `diagnoses`."""
    return [
        _view(diagnosis, slug, href) for diagnosis, slug, href in zip(diagnoses, slugs, hrefs, strict=True)
    ]


def _view(diagnosis: Diagnosis, slug: str, href: str) -> RunView:
    head = headline(diagnosis)
    onset = head.onset.step if head is not None and head.onset is not None else None
    return RunView(slug, href, diagnosis, head, spark_of(diagnosis, _told_by(head), onset))


def _told_by(finding: Finding | None) -> tuple[str, ...]:
    """The curves a finding speaks of, that with its first number first."""
    if finding is None:
        return ()
    return (*(one.tag for one in finding.evidence), *sorted(blamed_tags(finding)))


def card_of(run: RunView) -> CardView:
    """All there is to say of a run."""
    diagnosis = run.diagnosis
    shown = [finding for finding in diagnosis.findings if not finding.hidden_by]
    return CardView(
        run=run,
        findings=tuple(_finding_views(shown, diagnosis)),
        chart=chart_of(diagnosis, shown),
        unchecked=_by_reason(diagnosis, "not_applicable"),
        broken=_by_reason(diagnosis, "broken"),
        silent=tuple(sorted(one.rule for one in diagnosis.outcomes if one.verdict == "silent")),
    )


def _finding_views(shown: Sequence[Finding], diagnosis: Diagnosis) -> Iterator[FindingView]:
    known: set[str] = set()
    for number, finding in enumerate(shown, 1):
        card = diagnosis.cards.get(finding.pathology)
        yield FindingView(number, finding, card, _explained(finding, diagnosis), frozenset(known))
        known |= {advice.id for advice in finding.remedies}


def _explained(cause: Finding, diagnosis: Diagnosis) -> tuple[Finding, ...]:
    return tuple(finding for finding in diagnosis.findings if finding.hidden_by == cause.pathology)


def _by_reason(diagnosis: Diagnosis, verdict: OutcomeVerdict) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Rules that share a reason stand in one line."""
    groups: dict[str, list[str]] = defaultdict(list)
    for outcome in diagnosis.outcomes:
        if outcome.verdict == verdict:
            groups[outcome.reason].append(outcome.rule)
    return tuple((reason, tuple(sorted(rules))) for reason, rules in sorted(groups.items()))


__all__ = ["CardView", "FindingView", "RunView", "card_of", "hardest_first", "views_of"]
