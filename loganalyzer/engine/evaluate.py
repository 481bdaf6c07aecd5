"""One rule on one set of curves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

from loganalyzer.engine.values import Bound, Values, members
from loganalyzer.features import FEATURES, Curve, Facts
from loganalyzer.model.finding import Advice, Evidence, Finding, Outcome, Place
from loganalyzer.model.remedy import Remedy
from loganalyzer.model.rule import EvidenceLine, Rule
from loganalyzer.rulebook.expr import parse
from loganalyzer.rulebook.template import fields, fill

PYTORCH = frozenset(
    {
        "pytorch",
        "lightning",
        "yolo",
        "huggingface",
        "tensorboardX",
        "detectron2",
        "mmengine",
        "mmcv",
        "fastai",
    }
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a rule made of one set of curves; `values` holds every param, fact and feature by name.

    Those of a silent rule are a `Values`, which computes them when they are asked for.
    """

    outcome: Outcome
    finding: Finding | None
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class _Measured:
    """A rule that fires on some curves, and the numbers it may name of them."""

    rule: Rule
    curves: Mapping[str, Bound]
    values: Values

    def step(self, name: str) -> int | None:
        """The logged step of an index feature, or None for nowhere."""
        place = self.place(name)
        return None if place is None else place.step

    def place(self, name: str) -> Place | None:
        """The moment of the run an index feature found, or None for nowhere."""
        curve = self._anchor(name)
        if curve is None or not isfinite(self.values[name]):
            return None
        return place_at(curve, int(self.values[name]))

    def _anchor(self, name: str) -> Curve | None:
        """The curve on which an index feature lies."""
        use = self.rule.features.get(name)
        if use is None or not FEATURES[use.use].is_index:
            return None
        return next(iter(members(self.curves.get(str(use.arguments.get("of", ""))))), None)

    def say(self, template: str) -> str:
        """The template with values and steps filled in."""
        asked = {piece.name for piece in fields(template) if piece.is_step}
        steps = {name: step for name in asked if (step := self.step(name)) is not None}
        return fill(template, self.values, steps)


def place_at(curve: Curve, index: int) -> Place:
    """The moment of the run at which the sample `index` of a curve lies."""
    series = curve.series
    return Place(series.step_at(index), series.fraction_at(index), series.wall_time_at(index))


def evaluate(
    rule: Rule,
    curves: Mapping[str, Bound],
    facts: Facts,
    remedies: Mapping[str, Remedy],
    *,
    framework: str = "",
) -> Judgement:
    """Judge `curves` (by input name; None where the run has none) by one rule.

    Remedies are worded for `framework` where they have a variant for it.
    """
    reason = _why_not_applicable(rule, curves)
    if reason:
        return Judgement(Outcome(rule.name, "not_applicable", reason), None, {})
    values = Values(rule, curves, facts)
    if not parse(rule.condition).holds(values):
        return Judgement(Outcome(rule.name, "silent"), None, values)
    finding = _finding(_Measured(rule, curves, values), remedies, framework)
    return Judgement(Outcome(rule.name, "fires"), finding, values.complete())


def fires(rule: Rule, curves: Mapping[str, Bound], facts: Facts) -> bool:
    """Whether the rule applies to `curves` and its condition holds: `evaluate` without the words."""
    if _why_not_applicable(rule, curves):
        return False
    return parse(rule.condition).holds(Values(rule, curves, facts))


def _why_not_applicable(rule: Rule, curves: Mapping[str, Bound]) -> str:
    for name, wanted in rule.inputs.items():
        if wanted.optional:
            continue
        found = members(curves.get(name))
        if not found:
            return f"no {_words(wanted.split)}{_words(wanted.quantity)}curve in this run"
        for curve in found:
            if len(curve.series) < rule.needs.min_points:
                return f"{curve.series.tag} has {len(curve.series)} points, needs {rule.needs.min_points}"
            if rule.needs.finite and curve.n_finite < len(curve.series):
                return f"{curve.series.tag} has values that are not finite"
    return ""


def _words(names: tuple[str, ...]) -> str:
    """`loss or score `, or nothing where no split is asked for."""
    said = [name.replace("_", " ") for name in names if name != "none"]
    return f"{' or '.join(said)} " if said else ""


def _finding(measured: _Measured, remedies: Mapping[str, Remedy], framework: str) -> Finding:
    rule = measured.rule
    confidence = parse(rule.confidence).value(measured.values)
    return Finding(
        pathology=rule.pathology,
        rule=rule.name,
        severity=rule.severity,
        confidence=round(min(max(confidence, 0.0), 1.0), 3) if isfinite(confidence) else 0.5,
        tags=tuple(sorted({c.series.tag for bound in measured.curves.values() for c in members(bound)})),
        onset=measured.place(rule.onset),
        end=measured.place(rule.end),
        message=measured.say(rule.message),
        evidence=tuple(
            _evidence(measured, line) for line in rule.evidence if _holds(line.when, measured.values)
        ),
        remedies=_advice(measured, remedies, framework),
    )


def _holds(condition: str, values: Mapping[str, float]) -> bool:
    return not condition or parse(condition).holds(values)


def _evidence(measured: _Measured, line: EvidenceLine) -> Evidence:
    curve = next(iter(members(measured.curves.get(line.of))), None)
    return Evidence(
        name=line.value,
        value=measured.values[line.value],
        threshold=measured.values[line.threshold] if line.threshold else None,
        unit=line.unit,
        tag=curve.series.tag if curve is not None else "",
        first_step=measured.step(line.start) if line.start else _edge(curve, 0),
        last_step=measured.step(line.stop) if line.stop else _edge(curve, -1),
        sentence=measured.say(line.say),
    )


def _edge(curve: Curve | None, index: int) -> int | None:
    return None if curve is None or not len(curve.series) else curve.series.step_at(index)


def _advice(measured: _Measured, remedies: Mapping[str, Remedy], framework: str) -> tuple[Advice, ...]:
    offered = []
    for use in measured.rule.remedies:
        if not _holds(use.when, measured.values):
            continue
        cure = remedies[use.id]
        steps = (
            cure.keras if framework == "keras" else cure.pytorch if framework in PYTORCH else ()
        ) or cure.do
        because = measured.say(use.because)
        offered.append(Advice(cure.id, cure.title, because, steps, cure.cost, cure.risk, cure.references))
    return tuple(offered)
