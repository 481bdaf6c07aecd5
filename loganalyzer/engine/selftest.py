"""The tests that rules carry, run through the evaluator that judges real runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import isnan
from zlib import crc32

from loganalyzer.engine.evaluate import Judgement, evaluate
from loganalyzer.engine.values import Bound, Values, members
from loganalyzer.features import Curve, Facts
from loganalyzer.model.finding import Outcome
from loganalyzer.model.remedy import Remedy
from loganalyzer.model.role import Direction, Role
from loganalyzer.model.rule import Input, Rule, Rulebook, RuleCase
from loganalyzer.model.run import Floats, Ints, Series
from loganalyzer.roles.vocabulary import HIGHER, LOWER
from loganalyzer.rulebook.expr import drop_clauses, parse
from loganalyzer.rulebook.notation import parse_series, parse_several


@dataclass(frozen=True, slots=True)
class TestFailure:
    """A test of a rule that did not come out as written; `case` is empty where the rule lacks a test."""

    rule: str
    case: str
    expected: str
    got: str
    text: str


def run_selftests(rulebook: Rulebook) -> tuple[TestFailure, ...]:
    """Run each rule's own tests, and the clause test on its condition, in the order of the rulebook.

    The clause test leaves out each clause of each `and` in turn: a test must then come out differently,
    or nothing shows that the rule needs the clause.
    """
    return tuple(failure for rule in rulebook.rules for failure in _test(rule, rulebook.remedies))


def _test(rule: Rule, remedies: Mapping[str, Remedy]) -> Iterator[TestFailure]:
    judgements = [judge_case(rule, case, remedies) for case in rule.tests]
    for case, judgement in zip(rule.tests, judgements, strict=True):
        yield from _compare(rule, case, judgement)
    if not any(judgement.outcome.verdict == "broken" for judgement in judgements):
        yield from _untested_clauses(rule, judgements)


def judge_case(rule: Rule, case: RuleCase, remedies: Mapping[str, Remedy]) -> Judgement:
    """The rule on the curves of a case; what raises is an outcome too."""
    try:
        curves = {name: _curves(name, wanted, case) for name, wanted in rule.inputs.items()}
        judged = evaluate(rule, curves, _facts(case, curves), remedies)
        known = judged.values
        return replace(judged, values=known.complete() if isinstance(known, Values) else known)
    except (ArithmeticError, IndexError, KeyError, TypeError, ValueError) as error:
        return Judgement(Outcome(rule.name, "broken", f"{type(error).__name__}: {error}"), None, {})


def _curves(name: str, wanted: Input, case: RuleCase) -> Bound:
    """What a case gives an input, in the role the input prefers; None where it gives no sample."""
    if name not in case.series:
        return None
    seed = crc32(name.encode())
    if not wanted.all:
        return _curve(name, wanted, *parse_series(case.series[name], seed))
    several = parse_several(case.series[name], seed)
    curves = [_curve(f"{name} {i}", wanted, *one) for i, one in enumerate(several, start=1)]
    return tuple(curve for curve in curves if curve is not None)


def _curve(name: str, wanted: Input, step: Ints, value: Floats) -> Curve | None:
    quantity = wanted.quantity[0]
    direction: Direction = "lower" if quantity in LOWER else "higher" if quantity in HIGHER else "none"
    role = Role(quantity, wanted.split[0], direction, "a test of a rule says so")
    return Curve(Series(name, step, value, axis="epoch"), role) if step.size else None


def _facts(case: RuleCase, curves: Mapping[str, Bound]) -> Facts:
    """The facts of the case; the last step is that of its curves unless it says otherwise."""
    last = [float(curve.series.step_at(-1)) for bound in curves.values() for curve in members(bound)]
    known: dict[str, float] = {"last_step": max(last)} if last else {}
    return Facts(**{**known, **case.facts})


def _compare(rule: Rule, case: RuleCase, judgement: Judgement) -> Iterator[TestFailure]:
    verdict = judgement.outcome.verdict
    if verdict != case.expect:
        text = judgement.outcome.reason or _measured(rule, judgement)
        yield TestFailure(rule.name, case.name, case.expect, verdict, text)
        return
    for name, index in case.at.items():
        value = judgement.values.get(name)
        if value != index:
            got = "not measured" if value is None else "nowhere" if isnan(value) else f"{value:g}"
            yield TestFailure(rule.name, case.name, f"{name} at {index:g}", got, _measured(rule, judgement))


def _measured(rule: Rule, judgement: Judgement) -> str:
    """The numbers the condition is about."""
    names = sorted(parse(rule.condition).names & judgement.values.keys())
    return ", ".join(f"{name} = {judgement.values[name]:.4g}" for name in names)


def _untested_clauses(rule: Rule, judgements: list[Judgement]) -> Iterator[TestFailure]:
    """A failure for each clause of the condition that no case needs."""
    whole = parse(rule.condition)
    applied = [judgement.values for judgement in judgements if judgement.outcome.verdict != "not_applicable"]
    for clause, rest in drop_clauses(rule.condition):
        if all(rest.holds(values) == whole.holds(values) for values in applied):
            text = f"clause `{clause}` is not tested; add a near miss that only this clause keeps apart"
            yield TestFailure(rule.name, "", "a test that needs each clause", "none", text)
