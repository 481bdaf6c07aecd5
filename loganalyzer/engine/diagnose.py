"""A run and a rulebook to a diagnosis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import numpy as np

import loganalyzer
from loganalyzer.engine.bind import curves_of
from loganalyzer.engine.classify import Opinion, classify
from loganalyzer.engine.evaluate import Judgement, evaluate
from loganalyzer.engine.facts import facts_of
from loganalyzer.engine.fuse import fuse
from loganalyzer.engine.merge import merge, strongest
from loganalyzer.engine.plan import plan
from loganalyzer.engine.replay import decidable
from loganalyzer.engine.summary import JUDGED, sparklines, summarise
from loganalyzer.engine.values import Bound
from loganalyzer.features import Curve, Facts
from loganalyzer.model.diagnosis import Card, Diagnosis, Verdict
from loganalyzer.model.finding import SEVERITY_RANK, Finding, Outcome
from loganalyzer.model.role import Role
from loganalyzer.model.rule import Rule, Rulebook
from loganalyzer.model.run import Run
from loganalyzer.roles.resolve import resolve
from loganalyzer.rulebook.load import default_directory, load_rulebook

# outputs of one model have their own; terms of a loss, scores and errors are told apart by other names
HEADS = frozenset({"accuracy", "loss"})
WEIGHT = ("fires", "broken", "silent", "not_applicable")
"""What is told of a rule that judged several curves: the first of these."""
MIN_POINTS = 3
UNREADABLE = frozenset({"unreadable", "skipped"})
# What a run that has just begun leaves: nothing yet, or a part of its first record.
JUST_BEGUN = frozenset({"empty", "truncated"})


@cache
def default_rulebook() -> Rulebook:
    """The rules that come with the package."""
    return load_rulebook((default_directory(),), tests=False)


def diagnose(
    run: Run,
    rulebook: Rulebook | None = None,
    *,
    classes: int | None = None,
    mapping: Mapping[str, Role] | None = None,
) -> Diagnosis:
    """Judge one run by every rule; `classes` is the number of classes where the user names it."""
    book = rulebook or default_rulebook()
    roles = resolve(run, mapping or {})
    curves = curves_of(run, roles)
    facts = facts_of(run, classes, roles)
    outcomes, findings = judge(book, curves, facts, run.framework)
    merged = merge(fuse(findings, _opinion(curves, facts, findings)))
    verdict, reason = _verdict(run, curves, merged)
    return Diagnosis(
        run=summarise(run),
        verdict=verdict,
        reason=reason,
        roles=roles,
        outcomes=outcomes,
        findings=merged,
        sparklines=sparklines(curves, merged),
        cards={f.pathology: card for f in merged if (card := _card(book, f)) is not None},
        remedies={one.id: book.remedies[one.id] for f in merged for one in f.remedies},
        rules_digest=book.digest,
        version=loganalyzer.__version__,
    )


def judge(
    book: Rulebook, curves: tuple[Curve, ...], facts: Facts, framework: str
) -> tuple[tuple[Outcome, ...], tuple[Finding, ...]]:
    """What became of every rule, and what the rules found, before the classifier is asked."""
    outcomes: list[Outcome] = []
    findings: list[Finding] = []
    with np.errstate(all="ignore"):
        for rule, bindings in plan(book, curves):
            judged = [guarded(rule, bound, facts, book, framework) for bound in bindings]
            outcome, found = _together(rule, judged)
            outcomes.append(outcome)
            findings.extend(found)
    return tuple(outcomes), tuple(findings)


def _opinion(curves: tuple[Curve, ...], facts: Facts, findings: tuple[Finding, ...]) -> Opinion | None:
    """The classifier's; a curve it breaks on has none, as a rule that breaks is silent."""
    try:
        return classify(curves, facts, is_suspect=any(finding.severity != "info" for finding in findings))
    except (ArithmeticError, IndexError, KeyError, TypeError, ValueError):
        return None


def _together(rule: Rule, judged: list[Judgement]) -> tuple[Outcome, tuple[Finding, ...]]:
    """The rule's one outcome on a run: it fires if it fires on any curve that leads it.

    Of the heads of one model most must agree: one of them tells of itself, not of the run.
    """
    if len(judged) == 1:
        (one,) = judged
        return one.outcome, () if one.finding is None else (one.finding,)
    if _asks_heads(rule):
        judged = _without_minority(judged)
    found = strongest(one.finding for one in judged if one.finding is not None)
    return min((one.outcome for one in judged), key=_by_weight), found


def _by_weight(outcome: Outcome) -> int:
    return WEIGHT.index(outcome.verdict)


def _asks_heads(rule: Rule) -> bool:
    """Whether the several curves that lead a rule are heads of one model, and not metrics or layers."""
    lead = next((wanted for wanted in rule.inputs.values() if not wanted.optional), None)
    return lead is not None and not lead.every and HEADS.issuperset(lead.quantity)


def _without_minority(judged: list[Judgement]) -> list[Judgement]:
    """The same, silent where the rule fires on fewer than half of the curves it can judge."""
    verdicts = [one.outcome.verdict for one in judged]
    fired = verdicts.count("fires")
    if 2 * fired >= fired + verdicts.count("silent"):
        return judged
    reason = f"on {fired} of {len(judged)} outputs only"
    return [
        Judgement(replace(one.outcome, verdict="silent", reason=reason), None, one.values)
        if one.finding is not None
        else one
        for one in judged
    ]


def guarded(
    rule: Rule, bound: Mapping[str, Bound], facts: Facts, book: Rulebook, framework: str
) -> Judgement:
    """A rule that breaks on a run is a line of its report, never the end of the scan."""
    try:
        judged = evaluate(rule, bound, facts, book.remedies, framework=framework)
        if judged.finding is None:
            return judged
        known = decidable(judged.finding, rule, bound, facts)
        return replace(judged, finding=replace(judged.finding, decidable=known))
    except (ArithmeticError, IndexError, KeyError, RecursionError, TypeError, ValueError) as error:
        return Judgement(Outcome(rule.name, "broken", f"{type(error).__name__}: {error}"), None, {})


def _verdict(run: Run, curves: tuple[Curve, ...], findings: tuple[Finding, ...]) -> tuple[Verdict, str]:
    if not run.series:
        return _without_curves(run)
    worst = max((SEVERITY_RANK[f.severity] for f in findings if not f.hidden_by), default=0)
    if worst:
        return ("sick" if worst == SEVERITY_RANK["critical"] else "suspect"), ""
    judged = [curve for curve in curves if curve.role.quantity in JUDGED]
    if not judged:
        tags = ", ".join(sorted(curve.series.tag for curve in curves)[:3])
        return "insufficient", f"no loss, accuracy or reward among its tags ({tags}); name one with --map"
    longest = max(len(curve.series) for curve in judged)
    if longest < MIN_POINTS:
        count = "1 point" if longest == 1 else f"{longest} points"
        return "insufficient", f"{count} in its longest curve, at least {MIN_POINTS} are needed"
    return "healthy", ""


def _without_curves(run: Run) -> tuple[Verdict, str]:
    problems = sorted(run.problems, key=lambda problem: problem.kind not in UNREADABLE)
    if all(problem.kind in JUST_BEGUN for problem in problems):
        return "insufficient", problems[0].text if problems else "its files hold no scalars"
    return "unreadable", problems[0].text


def _card(book: Rulebook, finding: Finding) -> Card | None:
    """What the rulebook says of a pathology: by the rule that found it, else by the first that could."""
    rules = [rule for rule in book.rules if rule.pathology == finding.pathology]
    rule = min(rules, key=lambda rule: rule.name != finding.rule, default=None)
    if rule is None:
        return None
    return Card(rule.pathology, rule.title, rule.description, rule.falsepositives, rule.references)
