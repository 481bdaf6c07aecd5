"""Help and completion: plain, whole, and loaded no further than asked for."""

import os
import re
import subprocess
import sys

import pytest

from loganalyzer.cli.app import COMMANDS

CODE = (
    "import sys; from loganalyzer.cli import main; sys.argv = ['loganalyzer', {}]\ntry: main()\nfinally: {}"
)


def python(arguments, **environment):
    words = ", ".join(map(repr, arguments))
    code = CODE.format(words, "print(*sys.modules, file=sys.stderr)")
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | environment,
    )


def test_each_command_says_its_first_sentence_in_full(run):
    code, out, _ = run("--help")
    assert code == 0
    listed = " ".join(out.partition("Commands:")[2].split())
    assert list(COMMANDS) == re.findall(r"^  (\w+) ", out.partition("Commands:")[2], re.MULTILINE)
    for name in COMMANDS:
        assert " ".join(COMMANDS.said(name).partition("\n\n")[0].split()) in listed
    assert "..." not in listed


def test_options_stand_below_the_title_of_their_group(run):
    _, out, _ = run("scan", "--help")
    titles = re.findall(r"^(\S.*):$", out, re.MULTILINE)
    assert titles == ["Arguments", "Options", "Limits (what goes over one is left out, and said so)"]
    assert out.index("--help") < out.index("Limits") < out.index("--max-depth")


def test_help_loads_one_command_and_nothing_that_draws_boxes():
    done = python(["scan", "--help"])
    assert done.returncode == 0
    loaded = set(done.stderr.split())
    assert "loganalyzer.cli.scan" in loaded
    assert not {"loganalyzer.cli.report", "loganalyzer.cli.rules", "rich", "tomllib"} & loaded
    assert "rich.console" not in python(["--help"]).stderr.split()


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("loganalyzer sc", "scan"),
        ("loganalyzer scan --prof", "--profile"),
        ("loganalyzer rules che", "check"),
    ],
)
def test_a_shell_completes_commands_and_options(typed, offered):
    words = {"COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split()) - 1)}
    done = python([], _LOGANALYZER_COMPLETE="complete_bash", **words)
    assert done.stdout.split() == [offered]


def test_a_wrong_command_is_told_what_is_near(run):
    code, _, err = run("scn", ".")
    assert code == 2
    assert "No such command 'scn'. Did you mean 'scan'?" in err


@pytest.mark.parametrize("variable", ["NO_COLOR", "TERM"])
def test_colour_is_left_out_where_nobody_wants_it(run, terminal, logs, monkeypatch, variable):
    screen = terminal()
    run("scan", logs, "--fail-on", "never")
    assert "\x1b[" in screen.text()
    plain = terminal()
    monkeypatch.setenv(variable, "dumb")
    run("scan", logs, "--fail-on", "never")
    assert plain.text()
    assert "\x1b[" not in plain.text()
