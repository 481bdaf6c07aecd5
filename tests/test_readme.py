"""What README.md says of rules is true: its example passes its own tests, its table holds all of them."""

import re
from pathlib import Path

import pytest

from loganalyzer.engine.selftest import run_selftests
from loganalyzer.rulebook.lint import lint
from loganalyzer.rulebook.load import default_directory, load_rulebook

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def rule_folder(tmp_path):
    (text,) = re.findall(r"```yaml\n(schema: loganalyzer\.rule/1.*?)```", README, re.DOTALL)
    path = tmp_path / "mine" / "high-final-loss.yaml"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    return tmp_path


def test_the_rule_passes_check_and_its_own_tests(rule_folder):
    assert lint(rule_folder) == ()
    assert run_selftests(load_rulebook((default_directory(), rule_folder))) == ()


def test_the_families_hold_all_pathologies():
    table = re.findall(r"^\| ([a-z]+) \| ((?:`[a-z-]+`(?:, )?)+) \|$", README, re.MULTILINE)
    families = {}
    for rule in load_rulebook([default_directory()]).rules:
        families.setdefault(rule.pathology, rule.family)
    shown = {name: family for family, names in table for name in re.findall(r"`([a-z-]+)`", names)}
    assert shown == families
