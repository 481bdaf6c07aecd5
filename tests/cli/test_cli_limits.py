import json

import pytest
from event_files import file_bytes, losses, write
from histories import write_history

from loganalyzer.cli.limits import limited
from loganalyzer.readers.limits import Limits


@pytest.fixture
def deep(tmp_path):
    """Two runs of which one lies deep, and a third behind a link out of the folder."""
    losses = [1.0 * 0.9**epoch for epoch in range(30)]
    write_history(tmp_path / "logs" / "a" / "h.csv", losses, lr=[0.1] * 30)
    write_history(tmp_path / "logs" / "b" / "c" / "d" / "h.csv", losses)
    write_history(tmp_path / "far" / "h.csv", losses)
    (tmp_path / "logs" / "link").symlink_to(tmp_path / "far")
    return tmp_path / "logs"


def entries(run, command, *arguments):
    code, out, _ = run(command, *arguments, "--format", "json")
    return code, {entry["name"]: entry for entry in json.loads(out)["runs"]}


def kinds(entry):
    return [problem["kind"] for problem in entry["problems"]]


@pytest.mark.parametrize("command", ["scan", "inspect"])
@pytest.mark.parametrize(
    ("option", "name"),
    [
        (["--max-depth", "2"], "b/c"),
        (["--max-entries", "3"], "b"),
        (["--max-runs", "1"], "a/h.csv"),
        (["--max-tags", "1"], "a/h.csv"),
        (["--max-columns", "2"], "a/h.csv"),
        (["--max-file-mb", "0.0001"], "a/h.csv"),
    ],
)
def test_what_goes_over_a_limit_is_a_line_and_3(run, deep, command, option, name):
    (deep / "link").unlink()
    code, found = entries(run, command, deep, *option)
    assert code in (3, 4)
    assert "over_limit" in kinds(found[name])
    assert run(command, deep)[0] == 0


def test_links_are_followed_where_asked(run, deep):
    code, found = entries(run, "scan", deep)
    assert code == 3
    assert kinds(found["link"]) == ["skipped"]
    code, found = entries(run, "scan", deep, "--follow-links")
    assert code == 0
    assert kinds(found["link/h.csv"]) == ["duplicate"]


def test_limits_hold_in_every_process(run, deep):
    alone = run("scan", deep, "--max-tags", "1", "--format", "json")
    assert run("scan", deep, "--max-tags", "1", "--format", "json", "--jobs", "2", "--quiet") == alone


def test_export_has_the_same_limits(run, deep):
    _, out, err = run("export", deep, "--max-tags", "1")
    assert '"a/h.csv","lr"' not in out
    assert "raise --max-tags" in err


@pytest.mark.parametrize("option", [["--max-depth", "0"], ["--max-tags", "-1"], ["--max-file-mb", "x"]])
def test_limits_that_make_no_sense_are_refused(run, deep, option):
    assert run("scan", deep, *option)[0] == 2


@pytest.mark.parametrize("command", ["scan", "inspect", "export"])
def test_help_names_them_in_a_group_with_their_defaults(run, monkeypatch, command):
    monkeypatch.setenv("COLUMNS", "200")
    _, out, _ = run(command, "--help")
    assert "Limits (what goes over one is left out, and said so)" in out
    for flag in ("--max-depth", "--max-record-mb", "--file-seconds", "--follow-links"):
        assert flag in out
    defaults = Limits()
    for number in (defaults.depth, defaults.entries, defaults.runs, defaults.tags, int(defaults.file_s)):
        assert f"; {number:,} unless said" in out


def test_units_are_bytes_and_seconds():
    @limited
    def command(*, name: str = "", limits: Limits) -> None:
        taken.append((name, limits))

    taken = []
    fields = ("depth", "entries", "runs", "tags", "columns", "file_bytes", "record_bytes", "file_s")
    options = dict.fromkeys(fields)
    command(name="x", **options | {"record_bytes": 0.5, "file_s": 2.5, "depth": 7}, follow_links=True)
    command(**options, follow_links=False)
    assert taken == [
        ("x", Limits(depth=7, record_bytes=524288, file_s=2.5, follow_links=True)),
        ("", Limits()),
    ]


def test_events_that_do_not_fit_their_checksum_are_used_only_when_asked_for(run, tmp_path):
    data = bytearray(file_bytes(*losses(30)))
    data[-6] ^= 1  # in the last value, before its checksum
    (tmp_path / "logs").mkdir()
    write(tmp_path / "logs", bytes(data))
    code, found = entries(run, "inspect", tmp_path / "logs")
    (strict,) = found.values()
    code_trusting, found = entries(run, "inspect", tmp_path / "logs", "--accept-bad-crc")
    (trusting,) = found.values()
    assert (code, code_trusting) == (3, 3)
    assert [tag["points"] for tag in strict["tags"]] == [29]
    assert [tag["points"] for tag in trusting["tags"]] == [30]
    assert kinds(strict) == kinds(trusting) == ["corrupt_data"]
