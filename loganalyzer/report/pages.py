"""Rules and remedies for people: what a pathology is, how it is recognised, what to do."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from loganalyzer.features import FEATURES
from loganalyzer.model.finding import Reference
from loganalyzer.model.remedy import Remedy
from loganalyzer.model.rule import Input, Rule, Rulebook
from loganalyzer.report.renderers import Screen
from loganalyzer.report.terminal.lines import Line, lay_out, to_string

_PAGE_WIDTH = 100
_FIELD = re.compile(r"\{(\w+)[^}]*\}")
_SEVERITY_STYLE = {"critical": "bold red", "warning": "yellow", "info": "dim"}


def rules_table(rulebook: Rulebook, screen: Screen) -> str:
    """One line for each rule, by family: name, severity, and what it says, with whatever sets it apart."""
    width = max((len(rule.name) for rule in rulebook.rules), default=0)
    lines = [Line(f"{'rule':{width + 2}}  severity  says", style="dim", fixed=True)]
    for family, rules in _grouped(rulebook.rules, key=lambda rule: rule.family).items():
        lines += [Line(""), Line(family, style="bold", fixed=True)]
        for rule in chain.from_iterable(_grouped(rules, key=lambda rule: rule.pathology).values()):
            text = f"  {rule.name:{width}}  {rule.severity:8}  {_says(rule)}"
            lines.append(Line(text, style=_SEVERITY_STYLE[rule.severity], fixed=True))
    counts = (
        f"{len(rulebook.rules)} rules",
        f"{len({rule.pathology for rule in rulebook.rules})} pathologies",
        f"{len(rulebook.remedies)} remedies",
    )
    lines += [Line(""), Line(", ".join(counts), style="bold")]
    return to_string(lay_out(lines, screen), screen)


def _grouped(rules: Iterable[Rule], *, key: Callable[[Rule], str]) -> dict[str, list[Rule]]:
    """Rules of one family or pathology together, in the order in which the first of each comes."""
    groups: dict[str, list[Rule]] = {}
    for rule in rules:
        groups.setdefault(key(rule), []).append(rule)
    return groups


def _says(rule: Rule) -> str:
    special = [rule.pathology] if rule.pathology != rule.name else []
    special += [rule.status] if rule.status != "stable" else []
    return f"{rule.title} ({', '.join(special)})" if special else rule.title


def rule_page(rule: Rule, rulebook: Rulebook, screen: Screen) -> str:
    """All that one rule says of itself."""
    head = f"{rule.id} {rule.name}: {rule.severity}, {rule.status}, since {rule.since}, family {rule.family}"
    lines = chain(
        [Line(rule.title, style="bold"), Line(head, style=_SEVERITY_STYLE[rule.severity]), Line("")],
        [Line(rule.description)],
        _recognition(rule),
        _measurements(rule),
        _listing("known false positives", rule.falsepositives),
        _remedies(_offered([rule], rulebook)),
        _references(rule.references),
    )
    return _page(lines, screen)


def pathology_page(pathology: str, rulebook: Rulebook, screen: Screen) -> str:
    """What `pathology` means, how the rules recognise it, what to do about it, and who says so."""
    own = [rule for rule in rulebook.rules if rule.pathology == pathology]
    rules = sorted(own, key=lambda rule: rule.name != pathology)
    main = rules[0]
    lines = chain(
        _meaning(main) if main.name == pathology else [Line(pathology, style=_SEVERITY_STYLE[main.severity])],
        _roll(rules),
        chain.from_iterable(_recognition(rule, introduced=rule.name != pathology) for rule in rules),
        _listing("known false positives", [text for rule in rules for text in rule.falsepositives]),
        _remedies(_offered(rules, rulebook)),
        _references([reference for rule in rules for reference in rule.references]),
    )
    return _page(lines, screen)


def _meaning(rule: Rule) -> Iterator[Line]:
    """What a pathology is, in the words of the rule of the same name."""
    yield Line(f"{rule.pathology}: {rule.title}", style=_SEVERITY_STYLE[rule.severity])
    yield Line("")
    yield Line(rule.description)


def _roll(rules: Sequence[Rule]) -> Iterator[Line]:
    """Who looks for it, if more than one rule does."""
    if len(rules) > 1:
        names = ", ".join(f"{rule.name} ({rule.severity})" for rule in rules)
        yield Line("")
        yield Line(f"{len(rules)} rules look for it: {names}.")


def _page(lines: Iterable[Line], screen: Screen) -> str:
    """Prose is wrapped in a pipe as well: nobody searches it by line."""
    page = replace(screen, width=screen.width or _PAGE_WIDTH)
    return to_string(lay_out(lines, page), page)


def _recognition(rule: Rule, *, introduced: bool = False) -> Iterator[Line]:
    """What the rule looks at, when it speaks, and each threshold with its reason."""
    yield from _title(f"how {rule.name} recognises it")
    if introduced:
        yield Line(f"{rule.title}. {rule.description}", "  ")
    for name, wanted in rule.inputs.items():
        yield Line(f"{name}: {_input(wanted)}", "  looks at ")
    finite = ", all of them finite" if rule.needs.finite else ""
    if rule.inputs:
        yield Line(f"at least {rule.needs.min_points} points{finite}", "  needs ")
    for evidence in rule.evidence:
        yield Line(_plain(evidence.say), "  measures ")
    yield Line(rule.condition, "  speaks when ")
    for name, param in rule.params.items():
        unit = f" {param.unit}" if param.unit else ""
        yield Line(f"{name} = {param.default:g}{unit}: {param.help}", "    - ")


def _input(wanted: Input) -> str:
    optional = ", if logged" if wanted.optional else ""
    each = "every curve of " if wanted.all else ""
    splits = "" if "none" in wanted.split else f" ({' or '.join(wanted.split)})"
    return f"{each}{' or '.join(wanted.quantity)}{splits}{optional}"


def _measurements(rule: Rule) -> Iterator[Line]:
    """Each name of the condition, the function that measures it, and what that function says of itself."""
    if rule.features:
        yield from _title("what its measurements are")
    for name, use in rule.features.items():
        arguments = ", ".join(f"{key}={_number(value)}" for key, value in use.arguments.items())
        yield Line(f"{name} = {use.use}({arguments}){_about(use.use)}", "  - ")


def _about(feature: str) -> str:
    """What a feature measures, as the first paragraph of its description says; nothing of an unknown one."""
    text = inspect.getdoc(FEATURES[feature].function) if feature in FEATURES else ""
    return ": " + " ".join(text.partition("\n\n")[0].split()) if text else ""


def _number(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def _plain(say: str) -> str:
    """A sentence with its fields named instead of filled."""
    return _FIELD.sub(r"<\1>", say)


def _offered(rules: Sequence[Rule], rulebook: Rulebook) -> Mapping[str, tuple[Remedy, str]]:
    """Remedies by id, best first, with the reason that the first rule offering each gives for it."""
    offered: dict[str, tuple[Remedy, str]] = {}
    for rule in rules:
        for use in rule.remedies:
            if use.id in rulebook.remedies:
                offered.setdefault(use.id, (rulebook.remedies[use.id], use.because))
    return offered


def _remedies(offered: Mapping[str, tuple[Remedy, str]]) -> Iterator[Line]:
    if offered:
        yield from _title("what to do, best first")
    for number, (remedy, because) in enumerate(offered.values(), 1):
        yield Line(remedy.title, f"  {number}. ", "green")
        yield Line(remedy.why, "     ")
        yield Line(_plain(because), "     offered because ", "dim")
        for step in remedy.do:
            yield Line(step, "     - ")
        for framework, steps in (("Keras", remedy.keras), ("PyTorch", remedy.pytorch)):
            for step in steps:
                yield Line(step, f"     {framework}: ")
        risk = f"; risk: {remedy.risk}" if remedy.risk else ""
        yield Line(f"effort: {remedy.cost}{risk}", "     ", "dim")


def _references(references: Sequence[Reference]) -> Iterator[Line]:
    if references:
        yield from _title("references")
    for reference in dict.fromkeys(references):
        yield Line(f"{reference.title} {reference.url}".strip(), "  - ")


def _listing(title: str, texts: Sequence[str]) -> Iterator[Line]:
    if texts:
        yield from _title(title)
    for text in dict.fromkeys(texts):
        yield Line(text, "  - ")


def _title(text: str) -> Iterator[Line]:
    yield Line("")
    yield Line(text, style="bold")
