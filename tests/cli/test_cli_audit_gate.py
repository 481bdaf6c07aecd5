"""`loganalyzer audit --baseline`: new runs against old ones, and the forms in which an audit is shown."""

import json
import shutil
import sqlite3
from pathlib import Path

import jsonschema
import pytest
from typer.testing import CliRunner

from loganalyzer.cli.app import app
from loganalyzer.report.json import archive_schema

SAMPLES = Path(__file__).parents[2] / "sample_logs"
FALLING = [2.0 * 0.9**i for i in range(30)]
RISING = [FALLING[-1] * 3.0**i for i in range(1, 10)]


def audit(*arguments):
    return CliRunner().invoke(app, ["audit", "--quiet", *map(str, arguments)])


def write_runs(folder, curves):
    for number, curve in enumerate(curves):
        run = folder / f"lr=0.1_seed={number}"
        run.mkdir(parents=True)
        rows = (f"{step},{value:.6g}\n" for step, value in enumerate(curve))
        (run / "history.csv").write_text("epoch,loss\n" + "".join(rows))


@pytest.fixture
def before(tmp_path):
    folder = tmp_path / "before"
    write_runs(folder, [[value * (1 + 0.01 * n) for value in FALLING] for n in range(5)])
    return folder


@pytest.fixture
def after(tmp_path):
    folder = tmp_path / "after"
    write_runs(folder, [FALLING, FALLING + RISING])
    return folder


@pytest.mark.parametrize("as_store", [False, True])
def test_a_new_critical_finding_fails_the_gate(before, after, as_store):
    assert audit(before).exit_code == 0
    baseline = before / ".loganalyzer" / "store.sqlite" if as_store else before
    result = audit(after, "--baseline", baseline, "--fail-on", "new-critical")
    assert result.exit_code == 1
    assert "new critical: lr=0.1_seed=1/history.csv: divergence" in result.stdout


def test_runs_like_those_before_pass(before, tmp_path):
    write_runs(tmp_path / "same", [[value * 1.015 for value in FALLING]])
    result = audit(tmp_path / "same", "--baseline", before, "--fail-on", "worse")
    assert result.exit_code == 0
    assert "against the baseline" in result.stdout


def test_a_fault_that_was_there_before_is_not_new(after, tmp_path):
    shutil.copytree(after, tmp_path / "known")
    assert audit(after, "--baseline", tmp_path / "known", "--fail-on", "new-critical").exit_code == 0


def test_a_gate_needs_something_to_hold_runs_against(after):
    result = audit(after, "--fail-on", "new-critical")
    assert result.exit_code == 2
    assert "--baseline" in result.stderr


def test_a_file_that_is_no_store_is_refused_and_left_as_it_is(after, tmp_path):
    foreign = tmp_path / "other.sqlite"
    with sqlite3.connect(foreign) as database:
        database.execute("CREATE TABLE mine (x)")
    database.close()
    held = foreign.read_bytes()
    result = audit(after, "--baseline", foreign)
    assert result.exit_code != 0
    assert "expected a store of verdicts" in str(result.exception) + result.stderr
    assert foreign.read_bytes() == held


def test_a_page_and_a_document_hold_what_the_screen_says(after, before, tmp_path):
    page, document = tmp_path / "audit.html", tmp_path / "audit.json"
    assert audit(after, "-o", page).exit_code == 0
    assert "divergence" in page.read_text(encoding="utf-8")
    assert audit(after, "--baseline", before, "-o", document).exit_code == 0
    told = json.loads(document.read_text(encoding="utf-8"))
    assert told["lessons"]["cost"]["total"]["runs"] == 2
    assert [line["status"] for line in told["gate"]["lines"]] == ["as before", "new critical"]


def test_an_unknown_suffix_is_refused_before_the_work(after, tmp_path):
    assert audit(after, "-o", tmp_path / "audit.pdf").exit_code == 2
    assert not (after / ".loganalyzer").exists()


def test_the_document_fits_its_published_schema(after, before, tmp_path):
    published = Path(__file__).parents[2] / "docs" / "audit.schema.json"
    assert published.read_text(encoding="utf-8") == archive_schema()
    audit(after, "--baseline", before, "-o", tmp_path / "audit.json")
    jsonschema.validate(json.loads((tmp_path / "audit.json").read_text()), json.loads(published.read_text()))
