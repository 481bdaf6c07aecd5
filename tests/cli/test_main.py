import subprocess
import sys
from pathlib import Path

import pytest

from loganalyzer import __version__
from loganalyzer.cli import scan as scan_command
from loganalyzer.errors import LogAnalyzerError, ReadError


def test_version_and_help(run):
    assert run("--version") == (0, f"loganalyzer {__version__}\n", "")
    code, out, _ = run("--help")
    assert code == 0
    assert all(command in out for command in ("scan", "explain", "rules", "plot"))


@pytest.mark.parametrize(
    "arguments", [["scna"], ["scan"], ["scan", "--nonsense", "."], ["explain"], ["--bad"]]
)
def test_wrong_usage_is_2(run, arguments):
    code, _, err = run(*arguments)
    assert code == 2
    assert "Usage" in err


def failing(monkeypatch, error):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr(scan_command, "scan_options", fail)


@pytest.mark.parametrize(
    ("error", "code"),
    [(ReadError("a: is gone"), 4), (LogAnalyzerError("b: is odd"), 2), (KeyboardInterrupt(), 130)],
)
def test_what_ends_a_command_is_one_line(run, monkeypatch, tmp_path, error, code):
    failing(monkeypatch, error)
    told = f"loganalyzer: {error}\n" if str(error) else ""
    assert run("scan", tmp_path) == (code, "", told)


def test_our_own_bug_says_so_and_keeps_its_traceback_for_those_who_ask(run, monkeypatch, tmp_path):
    failing(monkeypatch, ZeroDivisionError("division\x1b[31m by zero"))
    monkeypatch.delenv("LOGANALYZER_TRACEBACK", raising=False)
    code, out, err = run("scan", tmp_path)
    assert (code, out) == (70, "")
    assert err.startswith("loganalyzer: internal error: ZeroDivisionError: division\\x1b[31m by zero\n")
    assert "bug in loganalyzer" in err
    assert "Traceback" not in err
    monkeypatch.setenv("LOGANALYZER_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        run("scan", tmp_path)


def test_a_reader_that_goes_away_ends_it_quietly():
    command = [sys.executable, "-m", "loganalyzer", "rules", "list"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


def test_a_full_disk_is_told():
    command = [sys.executable, "-m", "loganalyzer", "rules", "list"]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "loganalyzer: standard output: cannot write the result: No space left on device\n"
