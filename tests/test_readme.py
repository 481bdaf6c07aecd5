"""What README.md shows is true: its commands run, and its rule passes its own tests."""

import re
import shlex
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


def commands():
    lines = re.findall(r"^loganalyzer .*$", README, re.MULTILINE)
    return [line.partition("#")[0].strip() for line in lines]


@pytest.mark.parametrize("command", commands())
def test_each_command_exists_with_its_options(command):
    from typer.testing import CliRunner

    from loganalyzer.cli.app import app

    words = shlex.split(command)[1:]
    options = [word for word in words if word.startswith("-") and word not in ("-v", "-o")]
    page = CliRunner().invoke(
        app, [*[w for w in words[:2] if w.isalpha()][: 2 if words[0] == "rules" else 1], "--help"]
    )
    assert page.exit_code == 0
    assert all(option in page.output for option in options)


def test_the_families_hold_all_pathologies():
    table = re.findall(r"^\| ([a-z]+) \| ((?:`[a-z-]+`(?:, )?)+) \|$", README, re.MULTILINE)
    families = {}
    for rule in load_rulebook([default_directory()]).rules:
        families.setdefault(rule.pathology, rule.family)
    shown = {name: family for family, names in table for name in re.findall(r"`([a-z-]+)`", names)}
    assert shown == families
