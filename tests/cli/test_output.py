import os
import stat
import sys
from pathlib import Path

import pytest

from loganalyzer.cli.output import OutputError, check_writable, emit, screen_of, writing


def test_a_file_appears_whole(tmp_path):
    target = tmp_path / "out.json"
    with writing(target) as part:
        part.write_text("new")
        assert not target.exists()
    assert target.read_text() == "new"
    assert list(tmp_path.iterdir()) == [target]


def test_a_file_is_an_ordinary_one(tmp_path):
    (tmp_path / "plain").write_text("")
    with writing(tmp_path / "out") as part:
        part.write_text("x")
    modes = {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("plain", "out")}
    assert len(modes) == 1


@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt, OSError])
def test_after_a_failure_the_old_file_stands_alone(tmp_path, failure):
    target = tmp_path / "out.json"
    target.write_text("old")
    with pytest.raises((failure, OutputError)), writing(target) as part:
        part.write_text("ne")
        raise failure
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("name", ["", "missing/out.json", "file/out.json"])
def test_a_place_that_cannot_take_a_file_is_refused_early(tmp_path, name):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="folder"):
        check_writable(tmp_path / name)
    check_writable(tmp_path / "new.json")


def test_what_the_terminal_cannot_encode_is_spelled_out(terminal):
    stream = terminal("ascii")
    emit("a×b\n")
    assert stream.text() == "a\\xd7b\n"


def test_a_pipe_gets_whole_lines_without_colour(monkeypatch):
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    with Path(os.devnull).open("w", encoding="utf-8") as pipe:
        screen = screen_of(pipe, detail="normal", color=True)
    assert (screen.width, screen.color, screen.unicode) == (None, False, True)


@pytest.mark.parametrize(
    ("environment", "wanted", "color"),
    [
        ({"TERM": "xterm"}, True, True),
        ({"TERM": "xterm"}, False, False),
        ({"TERM": "dumb"}, True, False),
        ({"TERM": "xterm", "NO_COLOR": "1"}, True, False),
        ({"TERM": "xterm", "NO_COLOR": ""}, True, True),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True, True),
    ],
)
def test_colour_follows_the_conventions(terminal, monkeypatch, environment, wanted, color):
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    stream = terminal("latin-1")
    screen = screen_of(sys.stdout, detail="normal", color=wanted)
    assert stream is sys.stdout
    assert (screen.width, screen.color, screen.unicode) == (80, color, False)
