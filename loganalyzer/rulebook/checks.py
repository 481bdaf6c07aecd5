"""What must hold within one rule beyond its form: each check tells every place where it does not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from keyword import iskeyword
from typing import NamedTuple, get_args

from loganalyzer.features.curve import FACTS
from loganalyzer.features.registry import Feature
from loganalyzer.model.rule import Expectation, Rule
from loganalyzer.rulebook.arguments import argument_fault
from loganalyzer.rulebook.arithmetic import FUNCTIONS
from loganalyzer.rulebook.expr import parse
from loganalyzer.rulebook.inline import InlineError, shown
from loganalyzer.rulebook.notation import parse_series, parse_several
from loganalyzer.rulebook.schema import nearest
from loganalyzer.rulebook.syntax import ExpressionError
from loganalyzer.rulebook.template import TemplateError, fields

_NAME = re.compile(r"[a-z_][a-z0-9_]*", re.ASCII)


class Complaint(NamedTuple):
    """What is wrong below `keys` of a rule; `column` counts characters of the text there, 0 for all of it."""

    keys: tuple[str | int, ...]
    text: str
    column: int = 0


class _Text(NamedTuple):
    """An expression or a sentence of a rule and where it stands."""

    keys: tuple[str | int, ...]
    source: str


Check = Callable[[Rule, Mapping[str, Feature]], Iterator[Complaint]]


def check_names(rule: Rule, _: Mapping[str, Feature]) -> Iterator[Complaint]:
    """Names are lower case words, and each stands for one thing."""
    taken = dict.fromkeys(FACTS, "a fact") | dict.fromkeys(FUNCTIONS, "a function")
    for section in ("inputs", "params", "features"):
        for name in getattr(rule, section):
            if not _NAME.fullmatch(name) or iskeyword(name):
                text = f"{shown(name)} cannot be a name; expected lower case letters, digits and _"
                yield Complaint((section, name), text)
            elif name in taken:
                yield Complaint(
                    (section, name), f"{shown(name)} is {taken[name]} already; choose another name"
                )
            taken.setdefault(name, f"one of the {section}")


def check_features(rule: Rule, features: Mapping[str, Feature]) -> Iterator[Complaint]:
    """Feature functions exist, and each argument is what the function takes, known by then."""
    known = [*rule.params, *FACTS]
    for name, use in rule.features.items():
        feature = features.get(use.use)
        if feature is None:
            text = f"no feature function {shown(use.use)}; {nearest(use.use, tuple(features))}"
            yield Complaint(("features", name, "use"), text)
        else:
            missing = sorted(feature.required - use.arguments.keys())
            if missing:
                yield Complaint(("features", name), f"{use.use} needs {', '.join(missing)} as well")
            for key, value in use.arguments.items():
                text = argument_fault(feature, key, value, rule.inputs, tuple(known))
                if text:
                    yield Complaint(("features", name, key), text)
        known.append(name)


def check_expressions(rule: Rule, _: Mapping[str, Feature]) -> Iterator[Complaint]:
    """Conditions and the confidence are in the language and know all their names."""
    numbers = _numbers(rule)
    for keys, source in _expressions(rule):
        try:
            expression = parse(source)
        except ExpressionError as error:
            yield Complaint(keys, error.text, error.column)
            continue
        for name in sorted(expression.names - set(numbers)):
            at = re.search(rf"\b{name}\b", source, re.ASCII)
            text = f"{shown(name)} is no param, feature or fact; {nearest(name, numbers)}"
            yield Complaint(keys, text, at.start() + 1 if at else 0)
        if keys != ("confidence",) and not expression.is_condition:
            yield Complaint(keys, "expected a condition with a comparison, found a number; compare it")


def check_sentences(rule: Rule, features: Mapping[str, Feature]) -> Iterator[Complaint]:
    """Sentences have sound fields of known names, and only index features have steps."""
    numbers, indices = _numbers(rule), _indices(rule, features)
    for keys, template in _sentences(rule):
        try:
            found = fields(template)
        except TemplateError as error:
            yield Complaint(keys, error.text, error.column)
            continue
        for field in found:
            known, what = (indices, "index feature") if field.is_step else (numbers, "param, feature or fact")
            if field.name not in known:
                text = f"{shown(field.name)} is no {what}; {nearest(field.name, known)}"
                yield Complaint(keys, text, field.column)


def check_places(rule: Rule, features: Mapping[str, Feature]) -> Iterator[Complaint]:
    """Onset, end and evidence name what they are meant to name."""
    numbers, indices, inputs = _numbers(rule), _indices(rule, features), tuple(rule.inputs)
    named: list[tuple[tuple[str | int, ...], str, str, tuple[str, ...]]] = [
        (("onset",), rule.onset, "index feature", indices),
        (("end",), rule.end, "index feature", indices),
    ]
    for i, line in enumerate(rule.evidence):
        at = ("evidence", i)
        if not line.value:
            yield Complaint((*at, "value"), f"expected the name of a number; {nearest('', numbers)}")
        named += [
            ((*at, "value"), line.value, "param, feature or fact", numbers),
            ((*at, "threshold"), line.threshold, "param, feature or fact", numbers),
            ((*at, "of"), line.of, "input", inputs),
            ((*at, "start"), line.start, "index feature", indices),
            ((*at, "stop"), line.stop, "index feature", indices),
        ]
    for keys, name, what, known in named:
        if name and name not in known:
            yield Complaint(keys, f"{shown(name)} is no {what}; {nearest(name, known)}")


def check_used(rule: Rule, _: Mapping[str, Feature]) -> Iterator[Complaint]:
    """Every param and feature is used, and every optional input is looked at."""
    used = _used(rule)
    for section in ("params", "features"):
        for name in getattr(rule, section):
            if name not in used:
                yield Complaint((section, name), f"{shown(name)} is used nowhere; use it or remove it")
    for name, wanted in rule.inputs.items():
        if wanted.optional and name not in used:
            yield Complaint(
                ("inputs", name), f"no feature looks at the optional input {shown(name)}; remove it"
            )


def check_cases(rule: Rule, _: Mapping[str, Feature]) -> Iterator[Complaint]:
    """There is a case of each expectation, and each case speaks of the rule's inputs and features."""
    found = {case.expect for case in rule.tests}
    for wanted in get_args(Expectation):
        always = all(one.optional for one in rule.inputs.values())
        if wanted not in found and not (wanted == "not_applicable" and always):
            yield Complaint(("tests",), f"no test expects `{wanted}`; add one")
    names: set[str] = set()
    for i, case in enumerate(rule.tests):
        if case.name in names:
            yield Complaint(("tests", i, "name"), f"another test has the name {shown(case.name)}; rename one")
        names.add(case.name)
        yield from _check_case(rule, i)


def _check_case(rule: Rule, i: int) -> Iterator[Complaint]:
    case = rule.tests[i]
    sections: tuple[tuple[str, Mapping[str, object], str, tuple[str, ...]], ...] = (
        ("series", case.series, "input", tuple(rule.inputs)),
        ("at", case.at, "feature", tuple(rule.features)),
        ("facts", case.facts, "fact", FACTS),
    )
    for section, given, what, known in sections:
        for name in given:
            if name not in known:
                text = f"{shown(name)} is no {what}; {nearest(name, known)}"
                yield Complaint(("tests", i, section, name), text)
    for name, text in case.series.items():
        if name not in rule.inputs:
            continue
        try:
            parse_several(text) if rule.inputs[name].all else parse_series(text)
        except InlineError as error:
            yield Complaint(("tests", i, "series", name), error.text, error.column)


def _numbers(rule: Rule) -> tuple[str, ...]:
    return (*rule.params, *rule.features, *FACTS)


def _indices(rule: Rule, features: Mapping[str, Feature]) -> tuple[str, ...]:
    uses = rule.features.items()
    return tuple(name for name, use in uses if use.use in features and features[use.use].is_index)


def _expressions(rule: Rule) -> Iterator[_Text]:
    yield _Text(("condition",), rule.condition)
    yield _Text(("confidence",), rule.confidence)
    conditions = {("evidence", i, "when"): line.when for i, line in enumerate(rule.evidence)}
    conditions |= {("remedies", i, "when"): use.when for i, use in enumerate(rule.remedies)}
    yield from (_Text(keys, source) for keys, source in conditions.items() if source)


def _sentences(rule: Rule) -> Iterator[_Text]:
    yield _Text(("message",), rule.message)
    for i, line in enumerate(rule.evidence):
        yield _Text(("evidence", i, "say"), line.say)
    for i, use in enumerate(rule.remedies):
        yield _Text(("remedies", i, "because"), use.because)


def _used(rule: Rule) -> set[str]:
    """Every name the rule reads anywhere but in its tests; texts that are not sound read nothing."""
    used = {rule.onset, rule.end}
    for feature in rule.features.values():
        used.update(str(value) for value in feature.arguments.values())
    for line in rule.evidence:
        used.update((line.value, line.threshold, line.of, line.start, line.stop))
    for _, source in _expressions(rule):
        try:
            used |= parse(source).names
        except ExpressionError:
            used.update(re.findall(r"\w+", source, re.ASCII))
    for _, template in _sentences(rule):
        try:
            used.update(field.name for field in fields(template))
        except TemplateError:
            used.update(re.findall(r"\w+", template, re.ASCII))
    return used


CHECKS: tuple[Check, ...] = (
    check_names,
    check_features,
    check_expressions,
    check_sentences,
    check_places,
    check_used,
    check_cases,
)
