"""What a lenient profile speaks of, the default does too, and what the default does, a strict one."""

from __future__ import annotations

import pytest

from loganalyzer.engine.selftest import judge_case
from loganalyzer.rulebook.load import default_directory, load_rulebook

BOOKS = {name: load_rulebook([default_directory()], name) for name in ("lenient", "default", "strict")}
RULES = {name: {rule.name: rule for rule in book.rules} for name, book in BOOKS.items()}
CHANGED = sorted(
    name
    for name, rule in RULES["default"].items()
    if rule.params != RULES["strict"][name].params or rule.params != RULES["lenient"][name].params
)


@pytest.mark.parametrize("name", CHANGED)
def test_each_profile_says_at_least_what_the_milder_one_says(name):
    said = {}
    for profile, rules in RULES.items():
        rule = rules[name]
        said[profile] = {
            case.name
            for case in rule.tests
            if judge_case(rule, case, BOOKS[profile].remedies).outcome.verdict == "fires"
        }
    assert said["lenient"] <= said["default"] <= said["strict"]
    assert said["default"]
