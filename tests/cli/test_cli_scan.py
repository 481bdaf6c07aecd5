import json
import os
import shutil

import pytest
from histories import write_history

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01"


def verdicts(document):
    return {one["name"]: one["verdict"] for one in json.loads(document)["runs"]}


def test_a_diverging_run_is_told_from_a_sound_one(run, logs):
    code, out, err = run("scan", logs)
    header, sick, sound, *_ = out.splitlines()
    assert (code, err) == (1, "")
    assert header.split()[:3] == ["verdict", "run", "finding"]
    assert sick.startswith("✗ sick     bad/history.csv   divergence")
    assert sound.startswith("✓ healthy  good/history.csv")
    assert "2 runs: 1 sick, 1 healthy" in out
    assert out.endswith("more: loganalyzer explain divergence\n")


def test_fail_on_decides_between_1_and_0(run, logs):
    assert run("scan", logs / "good")[0] == 0
    assert run("scan", logs, "--fail-on", "warning")[0] == 1
    assert run("scan", logs, "--fail-on", "never")[0] == 0
    assert run("scan", logs, "--fail-on", "sometimes")[0] == 2


def test_json_is_the_same_bytes_every_time_and_from_every_process(run, logs):
    code, out, err = run("scan", logs, "--format", "json")
    assert (code, err) == (1, "")
    assert verdicts(out) == {"bad/history.csv": "sick", "good/history.csv": "healthy"}
    assert json.loads(out)["root"] == str(logs)
    assert run("scan", logs, "--format", "json", "--quiet", "--jobs", "2")[1] == out


@pytest.mark.parametrize(("name", "is_json"), [("out.json", True), ("out.txt", False)])
def test_suffix_guesses_the_format(run, logs, tmp_path, name, is_json):
    target = tmp_path / name
    assert run("scan", logs, "-o", target) == (1, "", "")
    assert target.read_text().startswith("{") is is_json
    assert run("scan", logs, "-o", target, "--format", "json")[0] == 1
    assert target.read_text().startswith("{")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["-o", "x.docx"], "x.docx; end it in .txt, .json"),
        (["--format", "docx"], "'docx' is not one of text, json"),
        (["-o", "missing/x.json"], "folder missing does not exist"),
        (["--classes", "1"], "--classes"),
        (["--jobs", "0"], "--jobs"),
        (["--map", "loss"], "loss"),
        (["--rules", "missing"], "expected a folder of rules"),
    ],
)
def test_options_that_make_no_sense_are_refused_before_the_work(
    run, logs, monkeypatch, tmp_path, arguments, says
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    code, out, err = run("scan", logs, *arguments)
    assert (code, out) == (2, "")
    assert says in err


def test_a_mapped_tag_is_judged(run, tmp_path):
    wild = [1.0 * 0.95**epoch for epoch in range(40)] + [0.2 * 1.5**epoch for epoch in range(20)]
    write_history(tmp_path / "log.csv", wild)
    text = (tmp_path / "log.csv").read_text()
    (tmp_path / "log.csv").write_text(
        text.replace("loss", "zeta,loss").replace("\n", ",1\n").replace("loss,1", "loss", 1)
    )
    document = json.loads(run("scan", tmp_path, "--map", "zeta=train loss", "--format", "json")[1])
    assert document["runs"][0]["roles"]["zeta"]["quantity"] == "loss"


def test_detail_grows_with_verbose_and_shrinks_with_quiet(run, logs):
    brief, normal, full = (run("scan", logs, *option)[1] for option in (["-q"], [], ["-v"]))
    assert len(brief.splitlines()) == 5
    assert "try: " in normal
    assert "rules that do not apply" in full
    assert "rules that do not apply" not in normal


def test_a_terminal_gets_colour_unless_told_otherwise(run, logs, terminal, monkeypatch):
    def seen(*options):
        stream = terminal()
        run("scan", logs, *options)
        return stream.text()

    assert "\x1b[1;31m" in seen()
    assert "\x1b" not in seen("--no-color")
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in seen()


def test_an_ascii_terminal_gets_ascii(run, logs, terminal):
    stream = terminal("ascii")
    run("scan", logs)
    assert stream.text().isascii()
    assert "x sick" in stream.text()


def test_nothing_is_wider_than_the_terminal(run, logs, terminal):
    shutil.copytree(logs / "bad", logs / ("deep/" * 12 + "bad"))
    stream = terminal()
    run("scan", logs, "--no-color")
    lines = [line for line in stream.text().splitlines() if "/bad/" not in line or "sick" in line]
    assert max(map(len, lines)) <= 80


def spoil_missing(logs):
    return logs / "gone"


def spoil_bare(logs):
    (logs.parent / "bare").mkdir()
    (logs.parent / "bare" / "notes.md").write_text("nothing to see")
    return logs.parent / "bare"


def spoil_png(logs):
    (logs / "picture.csv").write_bytes(PNG)
    return logs / "picture.csv"


def begun_events(logs):
    path = logs / "empty" / "events.out.tfevents.1700000000.host.1.0"
    path.parent.mkdir()
    path.write_bytes(b"")
    return path


def begun_table(logs):
    (logs / "zero.csv").write_bytes(b"")
    return logs / "zero.csv"


SPOILERS = [spoil_missing, spoil_bare, spoil_png]
BEGUN = [begun_events, begun_table]


@pytest.mark.parametrize("spoil", SPOILERS, ids=lambda spoil: spoil.__name__)
def test_wrong_input_gets_one_clear_line_and_leaves_the_others_alone(run, logs, spoil):
    good = logs / "good"
    alone = json.loads(run("scan", good, "--format", "json")[1])["runs"]
    wrong = spoil(logs)
    code, out, err = run("scan", good, wrong)
    lines = [line for line in (out + err).splitlines() if f"{wrong.name}: " in line]
    assert len(lines) == 1
    assert code == 3
    document = json.loads(run("scan", good, wrong, "--format", "json")[1])
    assert [one for one in document["runs"] if one["verdict"] == "healthy"] == alone
    code, out, err = run("scan", wrong)
    assert code == 4
    assert wrong.name in out + err
    assert "Traceback" not in err


@pytest.mark.parametrize("command", ["inspect", "export"])
@pytest.mark.parametrize("spoil", SPOILERS, ids=lambda spoil: spoil.__name__)
def test_other_commands_take_what_is_there_as_well(run, logs, spoil, command):
    alone = run(command, logs / "good")[1]
    wrong = spoil(logs)
    code, out, err = run(command, logs / "good", wrong)
    assert code == 3
    assert wrong.name in out + err
    assert len(out) >= len(alone)
    assert run(command, wrong)[0] == 4


@pytest.mark.parametrize("begin", BEGUN, ids=lambda begin: begin.__name__)
def test_a_run_that_has_just_begun_is_no_damage(run, logs, begin):
    begun = begin(logs)
    code, out, err = run("scan", logs / "good", begun)
    assert (code, err) == (0, "")
    assert "1 empty" in out
    code, out, _ = run("scan", begun, "--format", "json")
    assert code == 0
    (entry,) = json.loads(out)["runs"]
    assert entry["verdict"] == "insufficient"
    (problem,) = entry["problems"]
    assert problem["kind"] == "empty"
    assert begun.name in problem["path"]
    assert problem["text"] == entry["reason"]


def test_findings_win_over_damage(run, logs):
    assert run("scan", logs, spoil_missing(logs))[0] == 1
    assert run("scan", logs, spoil_missing(logs), "--fail-on", "never")[0] == 3


def test_a_live_tail_is_not_damage(run, logs):
    path = logs / "good" / "history.csv"
    path.write_text(path.read_text().rpartition(",")[0])
    code, out, _ = run("scan", logs / "good")
    assert code == 0
    assert "1 truncated" in out
    assert "  history.csv:" in run("scan", logs / "good", "-v")[1]


def test_hostile_names_steer_nothing(run, logs):
    evil = "a\x1b]0;pwn\x07\u202e[red]$(id)"
    shutil.copytree(logs / "bad", logs / evil)
    (logs / "good").rename(os.fsdecode(os.fsencode(logs) + b"/\xff\xfe"))
    for option in (["--format", "text"], ["--format", "json"], ["-v"]):
        _, out, err = run("scan", logs, *option)
        assert err == ""
        assert not {character for character in out if character < " "} - {"\n"}
        assert "\u202e" not in out
        assert "[red]$(id)" in out


def test_an_input_is_never_written_over(run, logs, tmp_path):
    log = logs / "good" / "history.csv"
    before = log.read_bytes()
    (tmp_path / "out.json").symlink_to(log)
    for command in (
        ["scan", logs, "--format", "json", "-o", log],
        ["scan", logs, "-o", tmp_path / "out.json"],
        ["inspect", logs, "-o", log],
        ["inspect", logs, "-o", tmp_path / "out.json"],
        ["export", logs, "-o", log],
    ):
        code, out, err = run(*command)
        assert (code, out) == (2, "")
        assert "is one of the logs to read" in err
    (tmp_path / "out.png").symlink_to(log)
    assert run("plot", logs / "good", "-o", tmp_path / "out.png")[0] == 2
    assert log.read_bytes() == before


@pytest.mark.parametrize("command", ["scan", "plot"])
def test_an_empty_path_is_refused_in_words(run, logs, monkeypatch, command):
    monkeypatch.chdir(logs)
    monkeypatch.setenv("COLUMNS", "200")
    code, out, err = run(command, "")
    assert (code, out) == (2, "")
    assert "expected a path, found an empty one" in err


def test_a_mapped_tag_that_no_run_has_is_named_in_one_line(run, logs):
    code, _, err = run("scan", logs, "--map", "val_lss=loss:validation", "--map", "val_*=loss:validation")
    assert code == 1
    assert err.splitlines() == ["--map: no run has a tag like 'val_lss'; `loganalyzer inspect` lists them"]


def test_a_path_without_read_permission_costs_that_path_only(run, logs, monkeypatch):
    locked = logs.parent / "locked"
    locked.mkdir()
    listed = os.scandir

    def refuse(path):
        if os.fspath(path) == os.fspath(locked):
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(os, "scandir", refuse)
    monkeypatch.setattr(os, "access", lambda path, _: os.fspath(path) != os.fspath(locked))
    code, out, _ = run("scan", logs / "good", locked)
    assert code == 3
    assert "locked: the folder cannot be listed (Permission denied)" in out
    assert "1 unreadable, 1 healthy" in out
    assert run("scan", locked)[0] == 4


def test_runs_of_one_name_below_two_paths_are_told_apart(run, logs):
    other = logs.parent / "other"
    shutil.copytree(logs / "bad", other / "good")
    document = run("scan", logs, other, "--format", "json")[1]
    assert verdicts(document) == {
        "logs/bad/history.csv": "sick",
        "logs/good/history.csv": "healthy",
        "other/good/history.csv": "sick",
    }
    assert {one["sources"][0]["path"] for one in json.loads(document)["runs"]} == set(verdicts(document))


def test_a_path_below_another_counts_once(run, logs):
    alone = json.loads(run("scan", logs, "--format", "json")[1])["runs"]
    _, out, err = run("scan", logs / "bad", logs, "--format", "json")
    assert json.loads(out)["runs"] == alone
    assert (
        err
        == f"{logs / 'bad'}: its run was found below another of the given paths as well and counted once\n"
    )
