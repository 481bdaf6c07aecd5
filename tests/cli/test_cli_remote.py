"""Buckets from the command line."""

import json

import pytest
from histories import write_history
from s3_server import serving


@pytest.fixture(scope="module")
def server():
    with serving() as running:
        yield running


@pytest.fixture
def store(server, tmp_path, monkeypatch, logs):
    """A bucket `lab` with the logs in its folder `team/logs`."""
    app, environ = server
    app.forget()
    for name, value in {**environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}.items():
        monkeypatch.setenv(name, value)
    app.put_folder(logs, "team/logs")
    return app


URL = "s3://lab/team/logs"


@pytest.mark.parametrize(
    "command", [["scan", "--format", "json"], ["audit", "--format", "json"], ["audit"], ["scan", "-v"]]
)
def test_what_is_said_of_a_bucket_is_what_is_said_of_the_folder(run, store, logs, command):
    here = run(command[0], logs, *command[1:])
    there = run(command[0], URL, *command[1:])
    assert there[:2] == (here[0], here[1].replace(str(logs), URL))


def test_inspect_and_report_name_the_bucket(run, store, tmp_path):
    code, out, _ = run("inspect", URL, "--format", "json")
    assert (code, json.loads(out)["root"]) == (0, URL)
    page = tmp_path / "page.html"
    assert run("report", URL, "-o", page)[0] == 0
    assert URL in page.read_text()
    assert str(tmp_path) not in page.read_text()


def test_an_audit_of_a_bucket_is_kept_and_can_be_asked_about(run, store):
    first = run("audit", URL)
    again = run("audit", URL)
    assert first[:2] == again[:2]
    assert first[2].endswith("2 read, 0 unchanged\n")
    assert again[2].endswith("of which 0 were read now (0 bytes)\n0 read, 2 unchanged\n")
    assert (
        f"below {URL}: 2 unchanged, 0 to judge again without reading, 0 to read, 0 gone"
        in run("audit", "status", URL)[1]
    )
    assert len(run("audit", "export", URL)[1].splitlines()) == 3
    store.delete("team/logs/bad/history.csv")
    assert run("audit", "forget", "--gone", URL)[1] == "1 forgotten\n"
    assert run("audit", "forget", URL)[1] == "1 forgotten\n"


def test_an_object_that_is_refused_is_damage_and_a_bucket_that_is_not_there_is_left_out(run, store):
    store.refused["GET", "/lab/team/logs/bad/history.csv"] = (403, "AccessDenied")
    code, out, _ = run("scan", URL)
    assert code == 3
    assert "bad/history.csv: the object cannot be read" in out
    code, out, err = run("scan", URL, "s3://elsewhere/logs", "--format", "json")
    assert code == 3
    assert "s3://elsewhere/logs: cannot be listed" in err
    assert run("scan", "s3://elsewhere/logs")[0] == 4


def test_runs_of_a_bucket_and_of_a_folder_are_told_apart(run, store, tmp_path):
    write_history(tmp_path / "logs2" / "good" / "history.csv", [2.0 * 0.9**epoch for epoch in range(40)])
    code, out, _ = run("scan", URL, tmp_path / "logs2", "--format", "json")
    assert code == 1
    names = [one["name"] for one in json.loads(out)["runs"]]
    assert names == [
        "good/history.csv",
        "s3/lab/team/logs/bad/history.csv",
        "s3/lab/team/logs/good/history.csv",
    ]


def test_a_url_is_for_the_command_line_alone(run, store, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "loganalyzer.toml").write_text(f'paths = ["{URL}"]\n')
    code, _, err = run("scan")
    assert code == 2
    assert f"paths: expected folders, found '{URL}'; name URLs on the command line" in err
    assert store.requests == []


@pytest.mark.parametrize("url", ["s3://lab/a::b", "simplecache::s3://lab/a", "https://lab/a"])
def test_other_urls_are_a_mistake_of_the_command(run, url):
    code, _, err = run("scan", url)
    assert (code, "expected a path, or a URL that begins with one of" in err) == (2, True)
