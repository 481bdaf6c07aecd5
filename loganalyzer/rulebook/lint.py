"""Rules about rules: what must hold for a rulebook to be published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePath

from loganalyzer.errors import RuleError
from loganalyzer.features import FEATURES, Feature
from loganalyzer.model.finding import Reference
from loganalyzer.model.rule import Rule
from loganalyzer.rulebook.checks import CHECKS, Complaint
from loganalyzer.rulebook.inline import shown
from loganalyzer.rulebook.load import LoadedRulebook, default_directory, load_sound
from loganalyzer.rulebook.schema import nearest


def lint(directory: Path) -> tuple[RuleError, ...]:
    """All that is wrong in one folder of rules, sorted by place; it may use the package's remedies.

    Of a file that cannot be loaded the rest is looked at as far as it goes.
    """
    package = default_directory()
    is_own = directory.resolve() == package.resolve()
    loaded, refused = load_sound((directory,) if is_own else (package, directory))
    errors = (*refused, *lint_rulebook(loaded, FEATURES))
    own = {error for error in errors if error in refused or PurePath(error.path).is_relative_to(directory)}
    return _sorted(own)


def lint_rulebook(loaded: LoadedRulebook, features: Mapping[str, Feature]) -> tuple[RuleError, ...]:
    """All that is wrong with rules and remedies that were loaded, sorted by place."""
    errors = []
    for (kind, name), document in loaded.documents.items():
        complaints = (
            _check_rule(_rule(loaded, name), loaded, features)
            if kind == "rule"
            else _check_remedy(name, loaded)
        )
        is_draft = (kind, name) in loaded.drafts
        # A stand-in in a test says nothing of what the tests leave out.
        errors += [
            document.error(c.keys, c.text, c.column)
            for c in complaints
            if not (is_draft and c.keys[:1] == ("tests",))
        ]
    return _sorted(errors)


def _sorted(errors: Iterable[RuleError]) -> tuple[RuleError, ...]:
    return tuple(sorted(errors, key=lambda e: (e.path, e.line, e.column, e.text)))


def _rule(loaded: LoadedRulebook, name: str) -> Rule:
    return next(rule for rule in loaded.rulebook.rules if rule.name == name)


def _check_rule(rule: Rule, loaded: LoadedRulebook, features: Mapping[str, Feature]) -> Iterator[Complaint]:
    path = PurePath(loaded.documents["rule", rule.name].path)
    if path.stem != rule.name:
        yield Complaint(
            ("name",), f"expected the name {shown(path.stem)} of the file, found {shown(rule.name)}"
        )
    if path.parent.name != rule.family:
        text = f"expected the family {shown(path.parent.name)} of the folder, found {shown(rule.family)}"
        yield Complaint(("family",), text)
    for other in loaded.rulebook.rules:
        if other.id == rule.id and other.name != rule.name:
            yield Complaint(("id",), f"the id {shown(rule.id)} is that of {other.name} too; change one")
    for i, use in enumerate(rule.remedies):
        if loaded.whole and use.id not in loaded.rulebook.remedies:
            text = f"no remedy {shown(use.id)}; {nearest(use.id, tuple(loaded.rulebook.remedies))}"
            yield Complaint(("remedies", i, "id"), text)
    yield from _check_references(rule.references)
    for check in CHECKS:
        yield from check(rule, features)


def _check_remedy(name: str, loaded: LoadedRulebook) -> Iterator[Complaint]:
    remedy, path = loaded.rulebook.remedies[name], PurePath(loaded.documents["remedy", name].path)
    if path.stem != name:
        yield Complaint(("id",), f"expected the id {shown(path.stem)} of the file, found {shown(name)}")
    if loaded.whole and not any(use.id == name for rule in loaded.rulebook.rules for use in rule.remedies):
        yield Complaint(("id",), f"no rule offers the remedy {shown(name)}; name it in a rule or remove it")
    if not 1 <= len(remedy.do) <= 3:
        yield Complaint(("do",), f"expected 1 to 3 steps, found {len(remedy.do)}")
    yield from _check_references(remedy.references)


def _check_references(references: tuple[Reference, ...]) -> Iterator[Complaint]:
    if not references:
        yield Complaint(
            ("references",), "expected at least one reference, found none; say where it comes from"
        )
    for i, reference in enumerate(references):
        if not reference.url.startswith("https://") or any(c.isspace() for c in reference.url):
            text = f"expected an https:// address, found {shown(reference.url)}"
            yield Complaint(("references", i, "url"), text)
