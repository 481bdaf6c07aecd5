"""`loganalyzer watch` as a user sees it: lines, hooks, an end by Ctrl-C, and addresses only as named."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner

from loganalyzer.cli import hooks
from loganalyzer.cli.app import app

SICK = Path(__file__).parents[2] / "sample_logs" / "divergence" / "digits-rate-keeps-growing"


@pytest.fixture
def looks(monkeypatch):
    """Run `watch` for so many looks; before each of them but the first something may happen to the logs."""

    def run(arguments, *between):
        acts = iter(between)

        def sleep(_):
            act = next(acts, None)
            if act is None:
                raise KeyboardInterrupt
            act()

        monkeypatch.setattr("loganalyzer.cli.watch.sleep", sleep)
        return CliRunner().invoke(app, ["watch", *map(str, arguments)])

    return run


def copied(to):
    def act():
        to.mkdir(parents=True)
        (to / "history.csv").write_bytes((SICK / "history.csv").read_bytes())

    return act


def test_a_finding_is_a_line_and_is_told_once(looks, tmp_path):
    result = looks([tmp_path], copied(tmp_path / "a"), lambda: None)
    assert result.exit_code == 0
    assert result.stdout.count("\n") == 1
    assert "divergence since step" in result.stdout


def test_lines_of_json_are_whole_findings(looks, tmp_path):
    result = looks([tmp_path, "--json"], copied(tmp_path / "a"))
    (news,) = map(json.loads, result.stdout.splitlines())
    assert news["schema"] == "loganalyzer.watch/1"
    assert (news["verdict"], news["finding"]["pathology"]) == ("sick", "divergence")
    assert news["finding"]["remedies"]


def test_what_is_there_at_first_can_be_left_unsaid(looks, tmp_path):
    copied(tmp_path / "old")()
    result = looks([tmp_path, "--new-only"], copied(tmp_path / "new"))
    assert "new/history.csv" in result.stdout
    assert "old/history.csv" not in result.stdout


def test_a_path_that_is_not_there_yet_is_waited_for(looks, tmp_path):
    result = looks([tmp_path / "later"], copied(tmp_path / "later"))
    assert "not there yet" in result.stderr
    assert "divergence" in result.stdout


def test_a_command_gets_each_finding(looks, tmp_path):
    copied(tmp_path / "runs" / "a")()
    got = tmp_path / "got.json"
    looks([tmp_path / "runs", "--exec", f"sh -c 'cat >> {got}'"])
    assert json.loads(got.read_text())["finding"]["pathology"] == "divergence"


@pytest.mark.parametrize("command", ["no-such-program-anywhere", "false"])
def test_a_command_that_fails_is_a_line_and_no_end(looks, tmp_path, command):
    result = looks([tmp_path, "--exec", command], copied(tmp_path / "a"), copied(tmp_path / "b"))
    assert result.exit_code == 0
    assert result.stderr.count("the watch goes on") == 2


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.got.append(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/noise":
            self.wfile.write(b"\x00\xff no answer of a server\r\n\r\n")
            return
        self.send_response(302 if self.path == "/elsewhere" else 200)
        self.send_header("Location", "/other")
        self.end_headers()

    do_GET = do_POST  # noqa: N815 - the name the server calls

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    with HTTPServer(("127.0.0.1", 0), Receiver) as one:
        one.got = []
        thread = threading.Thread(target=one.serve_forever)
        thread.start()
        yield one
        one.shutdown()
        thread.join()


def test_an_address_gets_each_finding(looks, tmp_path, server):
    copied(tmp_path / "a")()
    result = looks([tmp_path, "--webhook", f"http://127.0.0.1:{server.server_port}/hook"])
    assert result.exit_code == 0
    (got,) = map(json.loads, server.got)
    assert got["run"] == "a/history.csv"


def test_no_other_address_is_asked(looks, tmp_path, server):
    copied(tmp_path / "a")()
    result = looks([tmp_path, "--webhook", f"http://127.0.0.1:{server.server_port}/elsewhere"])
    assert len(server.got) == 1
    assert "the watch goes on" in result.stderr


@pytest.mark.parametrize("place", ["/noise", "/with space", "/\u00e9"])
def test_an_address_that_does_not_answer_is_a_line_and_no_end(looks, tmp_path, server, place):
    copied(tmp_path / "a")()
    result = looks([tmp_path, "--webhook", f"http://127.0.0.1:{server.server_port}{place}"])
    assert result.exit_code == 0
    assert "the watch goes on" in result.stderr


def test_a_slow_hook_delays_no_look(looks, tmp_path):
    runs, go_on, done = tmp_path / "runs", tmp_path / "go-on", tmp_path / "done"
    copied(runs / "a")()
    hangs = f"sh -c 'until [ -e {go_on} ]; do sleep 0.01; done; echo . >> {done}'"
    result = looks([runs, "--exec", hangs], copied(runs / "b"), go_on.touch)
    assert result.stdout.count("divergence since step") == 2
    assert done.read_text().split() == [".", "."]


def test_a_hook_that_never_ends_does_not_keep_the_watch_from_it(looks, tmp_path, monkeypatch):
    monkeypatch.setattr(hooks, "_PATIENCE_S", 0.2)
    held = threading.Event()
    monkeypatch.setattr(hooks, "command_hook", lambda _: lambda _: held.wait())
    copied(tmp_path / "a")()
    result = looks([tmp_path, "--exec", "anything"])
    held.set()
    assert result.exit_code == 0
    assert "not all findings were handed on" in result.stderr


WRONG_ADDRESSES = [
    "file:///etc/passwd",
    "example",
    "ftp://host/x",
    "http://",
    "http://[::1",
    "http://a:99999",
]


@pytest.mark.parametrize("url", WRONG_ADDRESSES)
def test_only_addresses_of_the_web_are_taken(tmp_path, url):
    result = CliRunner().invoke(app, ["watch", str(tmp_path), "--webhook", url])
    assert result.exit_code == 2


@pytest.mark.parametrize("command", ["", "'open"])
def test_a_command_that_is_none_is_refused(command):
    with pytest.raises(Exception, match=r"expected a command|close the quote"):
        hooks.command_hook(command)
