"""`loganalyzer compare`: two runs, two folders, saved scans, and what it refuses."""

import json

import pytest
from histories import write_history

FALLING = [0.2 + 2.1 * 0.9**epoch for epoch in range(60)]
DIVERGING = FALLING[:30] + [FALLING[29] * 1.4**epoch for epoch in range(1, 31)]


@pytest.fixture
def two(tmp_path):
    """Two folders: `fix` is mended in b, `same` is the same, `was` is only in a, `worse` gets worse."""
    for side, fix, worse in (("a", DIVERGING, FALLING), ("b", FALLING, DIVERGING)):
        for name, losses in (("fix", fix), ("same", FALLING), ("worse", worse)):
            write_history(tmp_path / side / name / "history.csv", losses)
    write_history(tmp_path / "a" / "was" / "history.csv", FALLING)
    return tmp_path


def test_two_runs_are_told_apart_at_the_very_step(run, two):
    code, out, err = run("compare", two / "a" / "fix", two / "b" / "fix")
    assert (code, err) == (0, "")
    assert out.startswith("A  ✗ sick     history.csv\nB  ✓ healthy  history.csv\n")
    assert "loss, train: the same to the last digit up to epoch 29; apart from epoch 3" in out
    assert "B is better" in out
    assert "- gone: divergence (critical)" in out
    assert "No settings are in these logs" in out


def test_what_gets_worse_decides_the_exit_code(run, two):
    assert run("compare", two / "a" / "worse", two / "b" / "worse")[0] == 1
    assert run("compare", two / "a" / "worse", two / "b" / "worse", "--fail-on", "never")[0] == 0
    assert run("compare", two / "a" / "fix", two / "a" / "fix")[0] == 0
    code, out, _ = run("compare", two / "a", two / "b", "--fail-on", "warning")
    assert code == 1
    assert "✗ worse/history.csv\n  healthy → sick; new: divergence" in out
    assert "✓ fix/history.csv\n  sick → healthy; gone: divergence" in out
    assert "nothing differs in 1 more" in out
    assert "only in A\n  ✓ was/history.csv" in out
    assert out.endswith("3 pairs: 2 verdicts changed, 1 finding new, 1 gone; 1 run only in A\n")


def test_a_run_and_itself_are_identical(run, two):
    code, out, _ = run("compare", two / "a" / "same", two / "a" / "same")
    assert code == 0
    assert "loss, train: the same to the last digit up to epoch 59\n" in out
    assert "findings: none in either" in out


def test_a_new_sick_run_without_partner_counts(run, two):
    (two / "a" / "worse" / "history.csv").unlink()
    assert run("compare", two / "a", two / "b")[0] == 1


def test_a_saved_scan_takes_the_place_of_its_logs(run, two):
    for side in "ab":
        run("scan", two / side, "-o", two / f"{side}.diagnoses", "--fail-on", "never")
    saved = run("compare", two / "a.diagnoses", two / "b.diagnoses")
    live = run("compare", two / "a", two / "b")
    assert saved[0] == live[0]
    assert saved[1].partition("\n\n")[2] == live[1].partition("\n\n")[2]
    assert (
        run("compare", two / "a.diagnoses", two / "b")[1].partition("\n\n")[2] == live[1].partition("\n\n")[2]
    )


@pytest.mark.parametrize(("name", "begins"), [("x.html", "<!doctype"), ("x.json", "{"), ("x.txt", "A  ")])
def test_the_suffix_says_the_format_and_nothing_is_written_over(run, two, name, begins):
    target = two / name
    arguments = ("compare", two / "a" / "fix", two / "b" / "fix", "-o", target)
    assert run(*arguments)[0] == 0
    assert target.read_text().lstrip().lower().startswith(begins.lower())
    before = target.read_bytes()
    code, _, err = run(*arguments)
    assert code == 2
    assert "--force" in err
    assert run(*arguments, "--force")[0] == 0
    assert target.read_bytes() == before


def test_json_holds_the_pair(run, two):
    _, out, _ = run("compare", two / "a" / "fix", two / "b" / "fix", "--format", "json")
    (pair,) = json.loads(out)["pairs"]
    assert pair["curves"][0]["same_until"] == 29
    assert next((one["pathology"], one["fate"]) for one in pair["findings"]) == ("divergence", "gone")


def test_one_run_is_found_among_several_by_its_name_or_refused(run, two):
    code, out, err = run("compare", two / "a" / "fix", two / "b")
    assert (code, out) == (2, "")
    assert "is one run, and none of the 3 in" in err
    assert "name one of those" in err
    assert "worse/history.csv" in err
    (two / "one").mkdir()
    write_history(two / "one" / "fix" / "history.csv", FALLING)
    write_history(two / "one" / "fix" / "other.txt", [])
    code, out, _ = run("compare", two / "one", two / "b")
    assert code == 1
    assert "1 pair: 0 verdicts changed" in out


@pytest.mark.parametrize("bad", ["gone", "bare"])
@pytest.mark.parametrize("first", [True, False])
def test_a_side_without_runs_is_named(run, two, bad, first):
    (two / "bare").mkdir()
    sides = (two / bad, two / "a") if first else (two / "a", two / bad)
    code, out, err = run("compare", *sides)
    assert (code, out) == (4, "")
    assert f"{two / bad}: " in err


def test_a_number_that_no_run_has_is_told(run, two):
    code, _, err = run("compare", two / "a" / "fix#7", two / "b")
    assert code == 4
    assert "fix#7: no such run; name one of those in" in err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["-o", "x.docx"], "no format for"),
        (["--format", "sarif"], "not one of"),
        (["-o", "no/x.html"], "does not exist"),
    ],
)
def test_what_cannot_be_written_is_refused(run, two, monkeypatch, arguments, says):
    monkeypatch.chdir(two)
    code, out, err = run("compare", "a", "b", *arguments)
    assert (code, out) == (2, "")
    assert says in " ".join(err.replace("│", " ").split())


def test_one_side_alone_is_not_enough(run, two):
    assert run("compare", two / "a")[0] == 2


def test_a_log_is_never_written_over(run, two):
    log = two / "a" / "fix" / "history.csv"
    target = two / "t.txt"
    target.hardlink_to(log)
    assert run("compare", two / "a", two / "b", "-o", target, "--force")[0] == 2
    assert log.read_text().startswith("epoch")
