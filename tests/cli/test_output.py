import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from loganalyzer.cli import output
from loganalyzer.cli.output import OutputError, check_writable, emit, refuse_input, screen_of, writing

ROOT = Path(__file__).parents[2]


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


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_leaves_early_is_noticed(unbuffered):
    code = "from loganalyzer.cli.output import emit; emit('x' * 1_000_000)"
    environment = os.environ | {"PYTHONUNBUFFERED": unbuffered}
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT, env=environment
    ) as done:
        assert done.stdout.read(10) == b"x" * 10
        done.stdout.close()
    assert done.returncode == 141


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


def test_a_link_stays_and_what_it_points_to_is_written_whole(tmp_path):
    (tmp_path / "there").mkdir()
    target, link = tmp_path / "there" / "real.json", tmp_path / "link.json"
    target.write_text("old")
    link.symlink_to("there/real.json")
    check_writable(link)
    with writing(link) as part:
        part.write_text("new")
        assert target.read_text() == "old"
    assert link.is_symlink()
    assert target.read_text() == "new"
    assert list(target.parent.iterdir()) == [target]


def test_a_link_to_nothing_makes_its_file_and_one_in_circles_is_refused(tmp_path):
    (tmp_path / "link").symlink_to("new")
    check_writable(tmp_path / "link")
    with writing(tmp_path / "link") as part:
        part.write_text("x")
    assert (tmp_path / "new").read_text() == "x"
    (tmp_path / "circle").symlink_to("circle")
    with pytest.raises(OutputError, match="circles"):
        check_writable(tmp_path / "circle")
    (tmp_path / "lost").symlink_to("missing/new")
    with pytest.raises(OutputError, match="missing does not exist"):
        check_writable(tmp_path / "lost")


def test_a_pipe_gets_the_bytes_and_stays_a_pipe(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    check_writable(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with writing(pipe) as part:
        part.write_text("whole")
    assert os.read(reader, 100) == b"whole"
    os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert list(tmp_path.iterdir()) == [pipe]


def test_a_device_that_refuses_the_bytes_is_named(tmp_path, monkeypatch):
    target = tmp_path / "full"
    target.write_text("")
    monkeypatch.setattr(output, "_is_stream", lambda path: path == target)

    def refuse(source, sink):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(output.shutil, "copyfileobj", refuse)
    with pytest.raises(OutputError, match="full: cannot write the result: No space left"), writing(target):
        pass
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("path", ["/dev/fd/7", "/dev/stdout", "/proc/self/fd/1"])
def test_what_lies_among_the_devices_is_never_replaced(path):
    assert output._is_stream(Path(path))


@pytest.mark.parametrize("make", ["hardlink_to", "symlink_to"])
def test_an_input_is_not_written_over_under_any_name(tmp_path, make):
    log, alias = tmp_path / "log.json", tmp_path / "alias.json"
    log.write_text("{}")
    getattr(alias, make)(log)
    for name in (log, alias):
        with pytest.raises(OutputError, match="is one of the logs"):
            refuse_input(name, [tmp_path / "gone", log])
    refuse_input(tmp_path / "new.json", [log])
    refuse_input(alias, [tmp_path / "gone"])


CLOSED = [
    ("scan LOGS --jobs 2", ">&-", 141),
    ("scan LOGS", ">&- 2>&-", 141),
    ("rules list", "<&- >&-", 141),
    ("scan LOGS --jobs 2", "2>&-", 1),
    ("--help", ">&-", 0),
    ("scan", ">&- 2>&-", 2),
]


@pytest.mark.parametrize(("arguments", "redirect", "code"), CLOSED)
def test_closed_streams_end_the_program_quietly(logs, arguments, redirect, code):
    command = f"{sys.executable} -m loganalyzer {arguments.replace('LOGS', str(logs))} {redirect}"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False, cwd=ROOT)
    assert (done.returncode, done.stderr) == (code, "")
