"""Defaults of options in a file: found upwards, below the command line, and no nonsense in it."""

import json
import re
from itertools import chain

import click
import pytest

from loganalyzer.cli.app import COMMANDS
from loganalyzer.cli.defaults import KINDS, LIMIT_KINDS, defaults_of, settings


@pytest.fixture
def project(logs, monkeypatch):
    """The folder above `logs/`, to work in."""
    monkeypatch.chdir(logs.parent)
    return logs.parent


def own(text, folder):
    (folder / "loganalyzer.toml").write_text(text)


def test_paths_and_options_come_from_the_project(run, project):
    (project / "pyproject.toml").write_text('[tool.loganalyzer]\npaths = ["logs"]\nfail-on = "never"\n')
    code, out, _ = run("scan", "--format", "json")
    assert code == 0
    assert json.loads(out)["root"] == "logs"
    assert json.loads(out)["summary"]["sick"] == 1


def test_the_command_line_goes_before_the_file(run, project):
    own('paths = ["nowhere"]\nfail-on = "never"\n', project)
    assert run("scan", "logs", "--fail-on", "critical")[0] == 1
    assert run("scan", "logs")[0] == 0


def test_without_a_file_a_path_is_needed(run, project):
    code, _, err = run("scan")
    assert code == 2
    assert "Missing argument" in err


def test_paths_are_those_of_the_file_from_below_it(run, project, monkeypatch):
    own('paths = ["logs/bad"]\n', project)
    below = project / "deep" / "er"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    code, out, _ = run("inspect", "--format", "json")
    assert code == 0
    assert json.loads(out)["root"] == "../../logs/bad"


def test_the_nearest_file_counts_and_its_own_goes_before_the_project(project, monkeypatch):
    (project / "pyproject.toml").write_text("[tool.loganalyzer]\njobs = 2\n")
    assert settings()["jobs"].value == 2
    own("jobs = 3\n", project)
    assert settings()["jobs"].value == 3
    inner = project / "logs"
    (inner / "pyproject.toml").write_text("[project]\nname = 'loganalyzer-user'\n")
    monkeypatch.chdir(inner)
    assert settings()["jobs"].value == 3
    own("", inner)
    assert settings() == {}


def test_tables_become_what_the_command_line_has(run, project):
    own('paths = "logs"\nmap = {loss = "ignore"}\n[limits]\nmax-tags = 1\n', project)
    code, out, _ = run("inspect", "--format", "json")
    tags = [tag for entry in json.loads(out)["runs"] for tag in entry["tags"]]
    assert {tag["role"]["quantity"] for tag in tags} == {"other"}
    assert code == 3
    assert "max-tags" in out


def test_rules_that_calibrate_learn_nothing_from_logs_to_judge(run, project):
    own('paths = ["logs"]\n', project)
    code, _, err = run("rules", "calibrate", "-o", "mine")
    assert code == 2
    assert "Missing argument" in err


WRONG = {
    f"classes = {10**12}\n": "classes: expected a whole number of at least 2, found 1000000000000",
    'clases = 3\npaths = ["logs"]\n': ":1: clases: unknown setting; did you mean classes?",
    "\njobs = 0\n": ":2: jobs: expected a whole number of at least 1, found 0",
    "jobs = true\n": ":1: jobs: expected a whole number of at least 1, found True",
    'classes = "ten"\n': ":1: classes: expected a whole number of at least 2, found 'ten'",
    'fail-on = "often"\n': ":1: fail-on: expected one of critical, warning, never, found 'often'",
    "rules = [1]\n": ":1: rules: expected a list of texts, found [1]",
    "map = {loss = 3}\n": ":1: map: expected a table",
    'map = "loss=loss"\n': ":1: map: expected a table",
    "# a\n[limits]\nmax-dept = 3\n": ":3: limits.max-dept: unknown setting; did you mean max-depth",
    "[limits]\nmax-depth = 1.5\n": ":2: limits.max-depth: expected a whole number of at least 1",
    "[limits]\nmax-file-mb = inf\n": ":2: limits.max-file-mb: expected a number of at least 0, found inf",
    '[limits]\nfollow-links = "yes"\n': ":2: limits.follow-links: expected true or false",
    "limits = 3\n": ":1: limits: expected a table",
    "jobs = \n": ":1: expected settings as TOML",
    "a = " + "[" * 5000: "expected settings as TOML",
    "#" * 1_000_001: "at most 1,000,000 bytes",
    "\udcff": "expected settings as TOML",
}


@pytest.mark.parametrize("text", WRONG, ids=lambda text: text[:24])
def test_what_nobody_understands_is_an_error_with_its_place(run, project, text):
    (project / "loganalyzer.toml").write_bytes(text.encode("utf-8", "surrogateescape"))
    code, out, err = run("scan", "logs", "--quiet")
    assert code == 2
    assert not out
    assert WRONG[text] in err
    assert "loganalyzer.toml" in err
    assert "Traceback" not in err


def test_a_path_that_no_file_can_have_is_not_there(run, project):
    own('paths = ["a\\u0000b"]\n', project)
    code, _, err = run("scan")
    assert code == 4
    assert "cannot be scanned (embedded null byte)" in err


def test_a_mark_of_an_editor_before_the_first_key_is_none(run, project):
    (project / "loganalyzer.toml").write_bytes(b"\xef\xbb\xbfjobs = 2\n")
    assert "2  (loganalyzer.toml:1)" in run("config", "show")[1]


def test_a_wrong_table_in_the_project_is_named_too(run, project):
    (project / "pyproject.toml").write_text("[tool]\nloganalyzer = 3\n")
    assert "expected a table [tool.loganalyzer], found 3" in run("scan", "logs")[2]


def test_help_is_there_however_wrong_the_file(run, project):
    own("nonsense\n", project)
    assert run("scan", "--help")[0] == 0
    assert run("--help")[0] == 0
    assert run("--version")[0] == 0
    assert run("config", "show")[0] == 2


def test_show_tells_each_value_and_where_it_comes_from(run, project):
    own('# ours\npaths = ["logs"]\n[map]\nfloss = "loss:validation"\n[limits]\nmax-depth = 9\n', project)
    code, out, _ = run("config", "show")
    assert code == 0
    rows = dict(re.findall(r"^([\w.-]+)\s+(.*)$", out, re.MULTILINE))
    assert rows["paths"] == '["logs"]  (loganalyzer.toml:2)'
    assert rows["map"] == '{"floss" = "loss:validation"}  (loganalyzer.toml:3)'
    assert rows["limits.max-depth"] == "9  (loganalyzer.toml:6)"
    assert rows["limits.max-runs"] == "1,000,000 unless said  (default)"
    assert rows["jobs"] == "1  (default)"
    assert len(rows) == len(KINDS) + len(LIMIT_KINDS)


def test_show_says_when_there_is_no_file(run, project):
    assert run("config", "show")[1].startswith("no loganalyzer.toml, and no pyproject.toml with [tool")


def test_a_file_name_cannot_steer_the_terminal(run, project, monkeypatch):
    folder = project / "a\x1b[31m"
    folder.mkdir()
    monkeypatch.chdir(folder)
    own("jobs = 2\n", folder)
    assert "\x1b" not in run("config", "show")[1]


def test_every_setting_is_an_option_of_some_command(project):
    values = {"paths": [], "rules": [], "map": {}}
    chosen = dict.fromkeys([*KINDS, *LIMIT_KINDS], 1) | values
    known = {name: type("Set", (), {"value": value}) for name, value in chosen.items()}
    maps = {name: defaults_of(command, known) for name, command in COMMANDS.items()}
    reached = set(chain.from_iterable(names_of(COMMANDS[name], maps[name]) for name in maps))
    assert reached == set(known)
    assert "paths" not in maps["rules"]["calibrate"]
    assert maps["scan"].keys() >= {"paths", "fail_on", "mapping", "depth"}


def names_of(command, found):
    if isinstance(command, click.Group):
        return set(chain.from_iterable(names_of(command.commands[name], found[name]) for name in found))
    params = {param.name: param for param in command.params}
    return {max(params[name].opts, key=len).removeprefix("--") for name in found}
