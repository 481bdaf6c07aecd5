import shutil

import pytest

from loganalyzer.model.rule import RuleCase
from loganalyzer.report.pages import rule_page
from loganalyzer.report.renderers import Screen
from loganalyzer.rulebook.load import default_directory, load_rulebook

RULES = load_rulebook([default_directory()])


def test_list_has_a_line_for_every_rule(run):
    code, out, err = run("rules", "list")
    assert (code, err) == (0, "")
    listed = [line.split()[0] for line in out.splitlines() if line.startswith("  ")]
    assert sorted(listed) == sorted(rule.name for rule in RULES.rules)
    assert out.splitlines()[-1].startswith(f"{len(RULES.rules)} rules, ")
    assert out.endswith(f", {len(RULES.remedies)} remedies\n")


def test_show_prints_the_page_of_a_rule_by_name_and_by_id(run):
    rule = _rule("divergence")
    page = rule_page(rule, RULES, Screen())
    assert run("rules", "show", rule.name) == run("rules", "show", rule.id) == (0, page, "")


def test_show_guesses_at_unknown_names(run):
    code, out, err = run("rules", "show", "divergance")
    assert (code, out) == (2, "")
    assert "did you mean divergence?" in err
    assert all(rule.name in err for rule in RULES.rules)


@pytest.fixture
def own(tmp_path):
    """A folder with one rule of our own that works, and its path."""
    source = next(default_directory().rglob("divergence.yaml"))
    folder = tmp_path / "own" / source.parent.name
    folder.mkdir(parents=True)
    shutil.copy(source, folder)
    return tmp_path / "own", folder / source.name


def test_check_and_test_accept_sound_rules(run, own):
    folder, _ = own
    assert run("rules", "check", folder) == (0, "no faults found\n", "")
    code, out, _ = run("rules", "test", folder)
    assert code == 0
    assert out == f"{len(_rule('divergence').tests)} tests of 1 rules, 0 failed\n"


def test_check_gives_the_place_of_each_fault(run, own):
    folder, path = own
    text = path.read_text()
    path.write_text(
        text.replace("condition: ", "condition: nonsense > 1 and ", 1).replace(
            "severity: ", "severity: very ", 1
        )
    )
    code, out, _ = run("rules", "check", folder)
    assert code == 2
    line = 1 + text[: text.index("severity: ")].count("\n")
    assert f"{path}:{line}:" in out


def test_every_command_refuses_a_broken_rule_in_the_same_words(run, own, logs):
    folder, path = own
    path.write_text(path.read_text().replace("severity: ", "severity: very ", 1))
    _, faults, _ = run("rules", "check", folder)
    for command in (["scan", logs], ["explain", "divergence"], ["rules", "list"]):
        code, out, err = run(*command, "--rules", folder)
        assert (code, out) == (2, "")
        assert err == f"loganalyzer: {faults}"


def test_test_tells_which_case_fails(run, own):
    folder, path = own
    text = path.read_text()
    path.write_text(text.replace("expect: silent", "expect: fires", 1))
    code, out, _ = run("rules", "test", folder)
    case = next(case for case in _rule("divergence").tests if case.expect == "silent")
    assert isinstance(case, RuleCase)
    assert code == 1
    assert f"divergence: {case.name}: expected fires, got silent" in out
    assert out.endswith("1 failed\n")


def _rule(name):
    return next(rule for rule in RULES.rules if rule.name == name)


@pytest.mark.parametrize("command", [["check"], ["test"]])
def test_a_folder_that_is_not_there_is_refused(run, tmp_path, command):
    code, out, err = run("rules", *command, tmp_path / "gone")
    assert code == 2
    assert "gone" in out + err
