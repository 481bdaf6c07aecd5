"""`loganalyzer report --from STORE`: what an audit has kept, shown without the logs."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from loganalyzer.cli.app import app

SAMPLES = Path(__file__).parents[2] / "sample_logs"


def run(*arguments):
    return CliRunner().invoke(app, list(map(str, arguments)))


@pytest.fixture
def store(tmp_path):
    """The store of an audit whose logs are gone."""
    logs = tmp_path / "logs"
    shutil.copytree(SAMPLES / "divergence", logs)
    kept = tmp_path / "kept.sqlite"
    assert run("audit", logs, "--quiet", "--store", kept).exit_code == 0
    shutil.rmtree(logs)
    return kept


def test_a_folder_has_a_page_for_each_run_and_one_for_all_of_them(store, tmp_path):
    assert run("report", "--from", store, "-o", tmp_path / "pages").exit_code == 0
    pages = sorted(path.name for path in (tmp_path / "pages" / "runs").iterdir())
    assert len(pages) == 3
    assert 'href="archive.html"' in (tmp_path / "pages" / "index.html").read_text(encoding="utf-8")
    archive = (tmp_path / "pages" / "archive.html").read_text(encoding="utf-8")
    assert "divergence" in archive
    assert run("report", "--from", store, "-o", tmp_path / "pages", "--force").exit_code == 0


def test_the_page_of_a_run_is_that_of_a_report_on_its_logs(store, tmp_path):
    assert run("report", "--from", store, "-o", tmp_path / "kept").exit_code == 0
    assert run("report", SAMPLES / "divergence", "-o", tmp_path / "read").exit_code == 0
    for page in sorted((tmp_path / "read" / "runs").iterdir()):
        kept = (tmp_path / "kept" / "runs" / page.name).read_text(encoding="utf-8")
        read = page.read_text(encoding="utf-8")
        assert kept.replace(str(store), "divergence") == read.replace(
            str(SAMPLES / "divergence"), "divergence"
        )


@pytest.mark.parametrize("arguments", [[], ["PATH", "--from", "STORE"]])
def test_either_logs_or_a_store_is_shown(store, tmp_path, arguments):
    words = [{"PATH": tmp_path, "STORE": store}.get(word, word) for word in arguments]
    result = run("report", *words, "-o", tmp_path / "page.html")
    assert result.exit_code == 2
    assert "expected either" in result.stderr


def test_what_is_no_store_is_left_alone(tmp_path):
    other = tmp_path / "notes.txt"
    other.write_text("mine")
    result = run("report", "--from", other, "-o", tmp_path / "page.html")
    assert result.exit_code != 0
    assert other.read_text() == "mine"
