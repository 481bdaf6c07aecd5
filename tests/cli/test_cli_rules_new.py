"""A rule to begin with, and what rules would say on one's own runs."""

import pytest
from histories import write_history

from loganalyzer.rulebook.skeleton import free_id


@pytest.fixture
def mine(run, tmp_path):
    folder = tmp_path / "mine"
    assert run("rules", "new", "high-loss", "--family", "own", "-o", folder)[0] == 0
    return folder


def test_a_new_rule_passes_its_checks_and_its_tests(run, mine):
    assert run("rules", "check", mine)[:2] == (0, "no faults found\n")
    assert run("rules", "test", mine)[:2] == (0, "3 tests of 1 rules, 0 failed\n")
    text = (mine / "own" / "high-loss.yaml").read_text()
    schema = text.splitlines()[0].partition("$schema=")[2]
    assert (mine / "own" / schema).resolve() == (mine / "rule.schema.json").resolve()
    assert (mine / "rule.schema.json").is_file()


def test_the_next_rule_has_an_id_of_its_own(run, mine):
    run("rules", "new", "higher-loss", "--family", "own", "-o", mine)
    assert "id: OWN002" in (mine / "own" / "higher-loss.yaml").read_text()
    assert run("rules", "check", mine)[0] == 0
    assert free_id("chance", {"CHA001", "CHA003"}) == "CHA002"


def test_no_rule_is_written_over(run, mine):
    before = (mine / "own" / "high-loss.yaml").read_text()
    code, _, err = run("rules", "new", "high-loss", "--family", "own", "-o", mine)
    assert code == 2
    assert "is there already" in err
    assert (mine / "own" / "high-loss.yaml").read_text() == before


def test_no_rule_of_ours_is_put_out_of_force_by_accident(run, tmp_path):
    code, _, err = run("rules", "new", "collapse-to-chance", "-o", tmp_path / "mine")
    assert code == 2
    assert "there is a rule of that name" in err
    assert not (tmp_path / "mine").exists()


@pytest.mark.parametrize(
    "word", ["a" * 300, "High-loss", "high_loss", "../up", "-x-", "", "remedies", "profiles"]
)
def test_names_are_those_that_a_rule_can_have(run, tmp_path, word):
    for arguments in (["--family=own", "--", word], [f"--family={word}", "--", "fine"]):
        code, _, err = run("rules", "new", "-o", tmp_path / "mine", *arguments)
        assert code == 2
        assert "expected words of lower case letters" in err
    assert not (tmp_path / "mine").exists()


def test_a_folder_that_cannot_be_made_is_said(run, tmp_path):
    (tmp_path / "file").write_text("")
    code, _, err = run("rules", "new", "fine", "-o", tmp_path / "file")
    assert code == 2
    assert "cannot be made" in err


def test_against_tells_what_each_rule_would_say(run, mine, tmp_path):
    root = tmp_path / "runs"
    write_history(root / "low" / "history.csv", [2.0 / (1 + epoch) for epoch in range(20)])
    write_history(root / "high" / "history.csv", [4.0 - 0.1 * epoch for epoch in range(20)])
    write_history(root / "short" / "history.csv", [2.0, 1.0])
    code, out, _ = run("rules", "test", mine, "--against", root)
    assert code == 0
    lines = out.splitlines()
    assert lines[0] == "high-loss: fires on 1 of 3 runs, silent on 1, not applicable to 1"
    assert [line.split()[:2] for line in lines[1:]] == [
        ["fires", "high/history.csv:"],
        ["silent", "low/history.csv"],
        ["not", "applicable"],
    ]
    assert "The loss ends at 2." in lines[1]
    assert "short/history.csv: " in lines[3]


def test_against_nothing_is_said_so(run, mine, tmp_path):
    (tmp_path / "empty").mkdir()
    code, out, err = run("rules", "test", mine, "--against", tmp_path / "empty")
    assert code == 4
    assert "no training logs found" in err
    assert out == "high-loss: fires on 0 of 0 runs, silent on 0\n"


def test_many_runs_are_counted_and_some_named(run, mine, tmp_path):
    for number in range(23):
        write_history(tmp_path / "runs" / f"{number:02}" / "history.csv", [3.0] * 20)
    out = run("rules", "test", mine, "--against", tmp_path / "runs")[1]
    assert out.startswith("high-loss: fires on 23 of 23 runs")
    assert out.endswith("... and 3 more\n")
