"""Profiles: named sets of other thresholds, laid over the rules as they are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from json import dumps
from pathlib import Path, PurePath
from typing import NamedTuple

from loganalyzer.errors import RuleError
from loganalyzer.model.rule import Profile, Rule
from loganalyzer.rulebook.inline import shown
from loganalyzer.rulebook.locate import Document
from loganalyzer.rulebook.schema import nearest

PROFILES = "profiles"
SCHEMA = "loganalyzer.profile/1"
DEFAULT = "default"
AS_WRITTEN = ""
"""The profile that changes nothing: what the tests in a rule are about."""


class LocatedProfile(NamedTuple):
    """A profile and the file it was read from."""

    profile: Profile
    document: Document


def profile_names(directories: Sequence[Path]) -> tuple[str, ...]:
    """The profiles that folders of rules offer, sorted; `default` can always be asked for."""
    found = {path.stem for folder in directories for path in (folder / PROFILES).glob("*.yaml")}
    return tuple(sorted({DEFAULT, *found}))


def check_profiles(profiles: Iterable[LocatedProfile], rules: Mapping[str, Rule]) -> Iterator[RuleError]:
    """An error for each profile not named as its file, and for each rule or param that is not there."""
    for profile, document in profiles:
        stem = PurePath(document.path).stem
        if profile.name != stem:
            text = f"expected the name {shown(stem)} of the file, found {shown(profile.name)}"
            yield document.error(("name",), text)
        for name, values in profile.thresholds.items():
            if name not in rules:
                text = f"no rule {shown(name)}; {nearest(name, tuple(rules))}"
                yield document.error(("thresholds", name), text)
                continue
            params = rules[name].params
            for param in values.keys() - params.keys():
                text = f"the rule {name} has no param {shown(param)}; {nearest(param, tuple(params))}"
                yield document.error(("thresholds", name, param), text)


def under_profile(rules: Sequence[Rule], profiles: Iterable[LocatedProfile], name: str) -> tuple[Rule, ...]:
    """The rules with the thresholds of every profile of that name, a later one over the ones before it."""
    changed = {rule.name: rule for rule in rules}
    for profile, _ in profiles:
        if profile.name == name:
            for rule, values in profile.thresholds.items():
                changed[rule] = with_thresholds(changed[rule], values)
    return tuple(changed[rule.name] for rule in rules)


def with_thresholds(rule: Rule, values: Mapping[str, float]) -> Rule:
    """The rule with other defaults of some of its params."""
    params = {
        name: replace(param, default=values.get(name, param.default)) for name, param in rule.params.items()
    }
    return replace(rule, params=params)


def profile_text(name: str, description: str, changes: Iterable[tuple[str, str, float, float]]) -> str:
    """The file of a profile; `changes` are rule, param, old and new threshold, sorted by rule.

    The old value stands in a comment beside the new one.
    """
    lines = [f"schema: {SCHEMA}", f"name: {name}", f"description: {dumps(description)}", "thresholds:"]
    last = ""
    for rule, param, was, now in changes:
        if rule != last:
            lines.append(f"  {rule}:")
            last = rule
        lines.append(f"    {param}: {now!r}  # was {was!r}")
    return "\n".join(lines) + "\n"
