"""Thresholds learned from runs that are known to be healthy: whatever fires on them asks too little.

Healthy runs can only tell what is no fault, so thresholds only ever move towards silence.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import floor, inf, isfinite, log10

import numpy as np

from loganalyzer.engine.bind import bindings, curves_of
from loganalyzer.engine.diagnose import guarded
from loganalyzer.engine.facts import facts_of
from loganalyzer.model.role import Role
from loganalyzer.model.rule import Rule, Rulebook
from loganalyzer.model.run import Run
from loganalyzer.roles.resolve import resolve
from loganalyzer.rulebook.clauses import Clause, threshold_clauses
from loganalyzer.rulebook.expr import parse

MARGIN = 0.05
"""A new threshold stands this share beyond the healthiest run's worst value."""
MOST = 2.0
"""No threshold is moved by more than this factor: what needs more is no matter of taste."""
FOLDS = 5

Values = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Alarm:
    """A rule that fired on a run, and every number it measured there."""

    run: str
    rule: str
    values: Values


@dataclass(frozen=True, slots=True)
class Change:
    """A threshold moved from `was` to `now`; `runs` are those on which the rule no longer fires, sorted."""

    rule: str
    param: str
    was: float
    now: float
    runs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was learned from `runs` runs.

    `before` and `after` count runs with an alarm under the old and the new thresholds, `unseen` those under
    thresholds learned without the run itself (5 folds). `left` are the alarms that no threshold may silence.
    """

    runs: int
    changes: tuple[Change, ...]
    before: int
    after: int
    unseen: int
    left: tuple[Alarm, ...]


def alarms_of(
    run: Run, rulebook: Rulebook, *, classes: int | None = None, mapping: Mapping[str, Role] | None = None
) -> tuple[Alarm, ...]:
    """Every warning or critical finding a run raises, hidden or not, as the numbers behind it."""
    curves, facts = curves_of(run, resolve(run, mapping or {})), facts_of(run, classes)
    found = []
    for rule in rulebook.rules:
        if rule.severity == "info":
            continue
        for bound in bindings(rule, curves):
            with np.errstate(all="ignore"):
                judged = guarded(rule, bound, facts, rulebook, run.framework)
            if judged.outcome.verdict == "fires":
                found.append(Alarm(run.name, rule.name, judged.values))
    return tuple(found)


def calibrate(names: Sequence[str], alarms: Sequence[Alarm], rulebook: Rulebook) -> Calibration:
    """The smallest moves of thresholds that silence the rules on healthy runs of these names."""
    rules = {rule.name: rule for rule in rulebook.rules}
    changes = _learn(alarms, rules)
    left = tuple(alarm for alarm in alarms if _still_fires(alarm, changes, rules))
    unseen: set[str] = set()
    for fold in range(FOLDS):
        out = set(sorted(names)[fold::FOLDS])
        learned = _learn([alarm for alarm in alarms if alarm.run not in out], rules)
        unseen |= {a.run for a in alarms if a.run in out and _still_fires(a, learned, rules)}
    return Calibration(
        runs=len(names),
        changes=changes,
        before=len({alarm.run for alarm in alarms}),
        after=len({alarm.run for alarm in left}),
        unseen=len(unseen),
        left=left,
    )


def _still_fires(alarm: Alarm, changes: Collection[Change], rules: Mapping[str, Rule]) -> bool:
    moved = {change.param: change.now for change in changes if change.rule == alarm.rule}
    return parse(rules[alarm.rule].condition).holds({**alarm.values, **moved})


def _learn(alarms: Sequence[Alarm], rules: Mapping[str, Rule]) -> tuple[Change, ...]:
    by_rule: dict[str, list[Alarm]] = {}
    for alarm in alarms:
        by_rule.setdefault(alarm.rule, []).append(alarm)
    best = (_best_change(rules[name], found) for name, found in sorted(by_rule.items()))
    return tuple(change for change in best if change is not None)


def _best_change(rule: Rule, alarms: Sequence[Alarm]) -> Change | None:
    """Of the moves of one threshold within bounds the one that silences most, the smallest of equals."""
    moves = []
    for clause in _movable(rule):
        values = sorted(
            (clause.measured.value(alarm.values) for alarm in alarms), reverse=not clause.at_least
        )
        was = rule.params[clause.threshold].default
        reached = [v for v in values if _factor(was, _beyond(v, at_least=clause.at_least)) <= MOST]
        if reached:
            now = _beyond(reached[-1], at_least=clause.at_least)
            moves.append((-len(reached), _factor(was, now), clause.threshold, was, now))
    if not moves:
        return None
    _, _, param, was, now = min(moves)
    silenced = {a.run for a in alarms if not parse(rule.condition).holds({**a.values, param: now})}
    return Change(rule.name, param, was, now, tuple(sorted(silenced)))


def _movable(rule: Rule) -> tuple[Clause, ...]:
    """Clauses whose threshold no feature takes: moving it changes nothing but the comparison."""
    taken = {str(argument) for use in rule.features.values() for argument in use.arguments.values()}
    return threshold_clauses(rule.condition, frozenset(rule.params.keys() - taken))


def _beyond(value: float, *, at_least: bool) -> float:
    """The threshold just beyond a measured value, to three digits, rounded towards silence."""
    if not isfinite(value) or value == 0:
        return inf
    target = value + (MARGIN if at_least else -MARGIN) * abs(value)
    unit = 10.0 ** (floor(log10(abs(target))) - 2)
    steps = target / unit
    rounded = (floor(steps) + 1 if at_least else floor(steps)) * unit
    return float(f"{rounded:.6g}")


def _factor(was: float, now: float) -> float:
    """By how much a threshold moves, as a factor of at least 1; infinite where that means nothing."""
    if not isfinite(now) or was * now <= 0:
        return inf
    return max(now / was, was / now)
