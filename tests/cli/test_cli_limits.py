import json
from dataclasses import fields

import pytest
from event_files import file_bytes, losses, write
from histories import write_history

from loganalyzer.cli.limits import limited
from loganalyzer.readers.limits import Limits

SWITCHES = {"follow_links", "accept_bad_crc"}


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
        (["--max-line-mb", "0.000015"], "a/h.csv"),
        (["--max-cell-kb", "0.015"], "a/h.csv"),
    ],
)
def test_what_goes_over_a_limit_is_a_line_and_3(run, deep, command, option, name):
    (deep / "link").unlink()
    code, found = entries(run, command, deep, *option)
    assert code in (3, 4)
    assert "over_limit" in kinds(found[name])
    assert run(command, deep)[0] == 0


NESTED = "a: &a [{b: [1, 2]}, 3]\nc: [*a, *a]\n"


@pytest.mark.parametrize(
    ("option", "fine"),
    [("--max-yaml-mb", "0.0001"), ("--max-yaml-depth", "4"), ("--max-yaml-values", "25")],
)
def test_settings_over_a_limit_are_left_out_and_told(run, deep, option, fine):
    (deep / "link").unlink()
    (deep / "a" / "hparams.yaml").write_text(NESTED)
    less = str(float(fine) / 4) if "." in fine else str(int(fine) - 1)
    code, found = entries(run, "inspect", deep, option, fine)
    assert (code, len(found["a/h.csv"]["hparams"])) == (0, 9)
    code, found = entries(run, "inspect", deep, option, less)
    assert (code, found["a/h.csv"]["hparams"], kinds(found["a/h.csv"])) == (3, {}, ["skipped"])
    assert f"raise {option}" in found["a/h.csv"]["problems"][0]["text"]


def test_digits_and_depth_of_numbers_in_texts(run, tmp_path):
    digits = "0." + "1" * 40
    (tmp_path / "h.csv").write_text(f"epoch,loss\n0,1.5\n1,{digits}\n2,0.5\n")
    (tmp_path / "h.json").write_text(f'{{"loss": [1, {digits}, 2], "a": {{"b": {{"loss": [1, 2]}}}}}}')
    code, found = entries(run, "inspect", tmp_path)
    assert (code, [kinds(entry) for entry in found.values()]) == (0, [[], []])
    code, found = entries(run, "inspect", tmp_path, "--max-digits", "41", "--max-json-depth", "2")
    assert code == 3
    assert kinds(found["h.csv"]) == ["non_numeric"]
    assert kinds(found["h.json"]) == ["non_numeric", "over_limit"]
    assert [tag["tag"] for tag in found["h.json"]["tags"]] == ["loss"]


def test_links_are_followed_where_asked(run, deep):
    code, found = entries(run, "scan", deep)
    assert code == 3
    assert kinds(found["link"]) == ["skipped"]
    code, found = entries(run, "scan", deep, "--follow-links")
    assert code == 0
    assert kinds(found["link/h.csv"]) == ["followed"]


def test_limits_hold_in_every_process(run, deep):
    alone = run("scan", deep, "--max-tags", "1", "--format", "json")
    assert run("scan", deep, "--max-tags", "1", "--format", "json", "--jobs", "2", "--quiet") == alone


def test_export_has_the_same_limits(run, deep):
    _, out, err = run("export", deep, "--max-tags", "1")
    assert '"a/h.csv","lr"' not in out
    assert "raise --max-tags" in err


@pytest.mark.parametrize(
    "option", [["--max-depth", "0"], ["--max-digits", "31"], ["--max-tags", "-1"], ["--max-file-mb", "x"]]
)
def test_limits_that_make_no_sense_are_refused(run, deep, option):
    assert run("scan", deep, *option)[0] == 2


@pytest.mark.parametrize("option", ["--max-file-mb", "--max-cell-kb", "--file-seconds"])
@pytest.mark.parametrize("number", ["nan", "inf", "1e400"])
def test_limits_that_are_no_finite_number_are_refused(run, deep, option, number):
    code, _, err = run("inspect", deep, option, number)
    assert code == 2
    assert option in err
    assert "finite" in err


@pytest.mark.parametrize("command", ["scan", "inspect", "export"])
def test_help_names_them_in_a_group_with_their_defaults(run, monkeypatch, command):
    monkeypatch.setenv("COLUMNS", "200")
    _, out, _ = run(command, "--help")
    assert "Limits (what goes over one is left out, and said so)" in out
    for flag in ("--max-depth", "--max-record-mb", "--file-seconds", "--follow-links"):
        assert flag in out
    defaults = Limits()
    for name in (
        "depth",
        "entries",
        "runs",
        "tags",
        "file_s",
        "digits",
        "json_depth",
        "yaml_depth",
        "yaml_nodes",
    ):
        number = int(getattr(defaults, name))
        assert f"; {number:,} unless said" in out


def test_units_are_bytes_and_seconds():
    @limited
    def command(*, name: str = "", limits: Limits) -> None:
        taken.append((name, limits))

    taken = []
    options = dict.fromkeys(field.name for field in fields(Limits) if field.name not in SWITCHES)
    said = {"record_bytes": 0.5, "cell_bytes": 2, "file_s": 2.5, "depth": 7}
    command(name="x", **options | said, follow_links=True)
    command(**options, follow_links=False)
    assert taken == [
        ("x", Limits(depth=7, record_bytes=524288, cell_bytes=2048, file_s=2.5, follow_links=True)),
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
