"""`loganalyzer report`: where its pages go, and what it will not write over."""

import os

import pytest

from loganalyzer.report.renderers import RENDERERS


def test_a_page_is_written_and_its_name_said(run, logs, tmp_path):
    target = tmp_path / "out.html"
    assert run("report", logs, "-o", target) == (0, f"{target}\n", "")
    assert "bad/history.csv" in target.read_text()


def test_a_folder_has_an_index_and_a_page_for_each_run(run, logs, tmp_path):
    target = tmp_path / "out"
    code, out, _ = run("report", logs, "-o", target)
    assert (code, out) == (0, f"{target / 'index.html'}\n")
    assert sorted(one.name for one in target.iterdir()) == ["assets", "index.html", "runs"]
    names = sorted(one.name for one in (target / "runs").iterdir())
    assert names == ["bad-history-csv.html", "good-history-csv.html"]
    assert sorted(one.name for one in tmp_path.iterdir()) == ["logs", "out"]


@pytest.mark.parametrize("name", ["out", "out.html"])
def test_nothing_is_written_over_without_force(run, logs, tmp_path, name):
    target = tmp_path / name
    assert run("report", logs / "good", "-o", target)[0] == 0
    page = target / "index.html" if target.is_dir() else target
    before = page.read_bytes()
    code, _, err = run("report", logs, "-o", target)
    assert code == 2
    assert "--force" in err
    assert page.read_bytes() == before
    assert run("report", logs, "-o", target, "--force")[0] == 0
    assert page.read_bytes() != before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["logs", name]


def test_a_folder_with_anything_else_in_it_is_never_replaced(run, logs, tmp_path):
    target = tmp_path / "home"
    (target / "runs").mkdir(parents=True)
    (target / "thesis.tex").write_text("years")
    for force in ([], ["--force"]):
        code, _, err = run("report", logs, "-o", target, *force)
        assert code == 2
        assert "thesis.tex" in err
    (target / "thesis.tex").rename(target / "index.html")
    assert run("report", logs, "-o", target, "--force")[0] == 2
    assert (target / "index.html").read_text() == "years"


def test_an_empty_folder_is_filled(run, logs, tmp_path):
    (tmp_path / "out").mkdir()
    assert run("report", logs, "-o", tmp_path / "out")[0] == 0
    assert (tmp_path / "out" / "index.html").is_file()


@pytest.mark.parametrize(
    ("name", "says"),
    [("no/out.html", "does not exist"), ("no/out", "does not exist"), ("logs.zip", "no format for")],
)
def test_a_place_that_cannot_take_it_is_refused_before_the_work(run, logs, tmp_path, name, says):
    code, _, err = run("report", logs, "-o", tmp_path / name)
    assert code == 2
    assert says in " ".join(err.replace("│", " ").split())


def test_a_log_is_never_written_over(run, logs):
    target = logs / "good" / "history.html"
    os.link(logs / "good" / "history.csv", target)
    assert run("report", logs, "-o", target, "--force")[0] == 2
    assert target.read_text().startswith("epoch")


def test_the_exit_code_may_follow_the_verdicts(run, logs, tmp_path):
    assert run("report", logs, "-o", tmp_path / "a.html", "--fail-on", "critical")[0] == 1
    assert run("report", logs, "-o", tmp_path / "b.html", "--fail-on", "never")[0] == 0
    assert run("report", tmp_path / "nothing", "-o", tmp_path / "c.html")[0] == 4


def test_the_same_runs_give_the_same_bytes(run, logs, tmp_path):
    for name in ("a", "b"):
        run("report", logs, "-o", tmp_path / name)
    told = [
        {one.relative_to(tmp_path / name): one.read_bytes() for one in sorted((tmp_path / name).rglob("*.*"))}
        for name in ("a", "b")
    ]
    assert told[0] == told[1]


def test_scan_writes_the_page_as_well(run, logs, tmp_path):
    target = tmp_path / "page.html"
    run("scan", logs, "-o", target)
    run("report", logs, "-o", tmp_path / "other.html")
    assert target.read_bytes() == (tmp_path / "other.html").read_bytes()


def test_a_saved_scan_gives_the_same_page(run, logs, tmp_path):
    run("scan", logs, "-o", tmp_path / "runs.diagnoses")
    run("report", logs, "-o", tmp_path / "a.html")
    assert run("report", tmp_path / "runs.diagnoses", "-o", tmp_path / "b.html")[0] == 0
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_one_page_for_very_many_runs_names_the_way_out(run, logs, tmp_path, monkeypatch):
    monkeypatch.setattr("loganalyzer.cli.report._MANY", 1)
    assert "-o DIR" in run("report", logs, "-o", tmp_path / "a.html")[2]
    assert "-o DIR" not in run("report", logs, "-o", tmp_path / "a")[2]


def test_a_saved_scan_is_never_written_over(run, logs, tmp_path):
    run("scan", logs, "--format", "json", "-o", tmp_path / "scan.html")
    assert run("report", tmp_path / "scan.html", "-o", tmp_path / "scan.html", "--force")[0] == 2
    assert (tmp_path / "scan.html").read_text().startswith("{")


@pytest.mark.parametrize("form", [one for one in RENDERERS if one.name != "text"], ids=lambda one: one.name)
@pytest.mark.parametrize("kept", ["runs.diagnoses", "runs.json"])
def test_a_saved_scan_is_shown_in_every_format(run, logs, tmp_path, form, kept):
    run("scan", logs, "-o", tmp_path / kept)
    target = tmp_path / f"shown{form.suffix}"
    assert run("report", tmp_path / kept, "-o", target)[0] == 0
    assert run("report", tmp_path / kept, "--format", form.name)[1] == target.read_text()
    if kept == "runs.diagnoses":
        run("scan", logs, "-o", tmp_path / f"scanned{form.suffix}")
        assert target.read_bytes() == (tmp_path / f"scanned{form.suffix}").read_bytes()


def test_a_saved_scan_is_read_in_the_terminal(run, logs, tmp_path):
    run("scan", logs, "-o", tmp_path / "runs.diagnoses")
    assert run("report", tmp_path / "runs.diagnoses", "--format", "text")[1] == run("scan", logs)[1]
    assert run("report", tmp_path / "runs.diagnoses", "--format", "teapot")[0] == 2


@pytest.mark.parametrize("name", ["page.html", "pages", "runs.md"])
def test_a_report_that_is_there_outlives_a_wrong_path(run, logs, tmp_path, name):
    run("report", logs, "-o", tmp_path / name)
    before = {one: one.read_bytes() for one in tmp_path.rglob("*.*") if one.is_file()}
    code, out, err = run("report", tmp_path / "nothing", "-o", tmp_path / name, "--force")
    assert (code, out) == (4, "")
    assert "nothing: cannot be scanned" in err
    assert {one: one.read_bytes() for one in tmp_path.rglob("*.*") if one.is_file()} == before


@pytest.mark.parametrize("others", [["logs"], ["runs.diagnoses"]])
def test_a_saved_scan_among_other_paths_is_named(run, logs, tmp_path, others):
    saved = tmp_path / "runs.diagnoses"
    run("scan", logs, "-o", saved)
    paths = [logs if other == "logs" else tmp_path / other for other in others]
    _, _, err = run("report", saved, *paths, "-o", tmp_path / "x.html")
    assert "runs.diagnoses: is a scan that was saved" in err
    assert "is a scan that was saved" in run("scan", saved)[2]
