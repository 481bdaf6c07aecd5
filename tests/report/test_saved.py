"""Scans that are kept and shown later."""

import pytest
from hostile_diagnoses import hostile_runs
from made_diagnoses import zoo

from loganalyzer.errors import ReadError
from loganalyzer.report import json, saved
from loganalyzer.report.html import render
from loganalyzer.report.renderers import Report


def by_name(diagnoses):
    return sorted(diagnoses, key=lambda one: (one.run.name, one.run.run_id))


@pytest.mark.parametrize("diagnoses", [(), zoo(), hostile_runs()])
def test_kept_diagnoses_come_back_whole(tmp_path, diagnoses):
    path = tmp_path / "runs.diagnoses"
    path.write_text(saved.render(Report("logs", diagnoses)))
    assert saved.is_saved(path)
    found = saved.load(path)
    assert found.root == "logs"
    assert repr(found.diagnoses) == repr(tuple(by_name(diagnoses)))
    assert render(found) == render(Report("logs", diagnoses))


ENCODABLE = tuple(one for one in hostile_runs() if one.run.name.isprintable())


@pytest.mark.parametrize("diagnoses", [(), zoo(), ENCODABLE])
def test_the_published_document_is_shown_without_curves(tmp_path, diagnoses):
    path = tmp_path / "scan.json"
    published = json.render(Report("logs", diagnoses))
    path.write_text(published, encoding="utf-8")
    assert saved.is_saved(path)
    found = saved.load(path)
    assert json.render(found) == published
    page = render(found)
    assert "data-chart=" not in page.partition("<main")[2]
    assert all(not one.sparklines for one in found.diagnoses)


@pytest.mark.parametrize("text", ["epoch,loss\n1,2\n", "{}", "", '{"schema": "other/1"}', "[1, 2]"])
def test_logs_are_not_taken_for_scans(tmp_path, text):
    (tmp_path / "x.json").write_text(text)
    assert not saved.is_saved(tmp_path / "x.json")
    assert not saved.is_saved(tmp_path / "gone")
    assert not saved.is_saved(tmp_path)


@pytest.mark.parametrize("cut", [0.3, 0.99])
@pytest.mark.parametrize("write", [saved.render, json.render])
def test_a_cut_scan_is_refused_with_its_place(tmp_path, cut, write):
    path = tmp_path / "x"
    text = write(Report("logs", zoo()))
    path.write_text(text[: int(cut * len(text))])
    with pytest.raises(ReadError, match=r"x: (line [0-9]+: |cannot use)"):
        saved.load(path)


def test_a_line_of_something_else_is_refused(tmp_path):
    path = tmp_path / "x"
    path.write_text(saved.render(Report("logs", ())) + '{"verdict": "fine"}\n')
    with pytest.raises(ReadError, match="line 2"):
        saved.load(path)


@pytest.mark.parametrize("write", [saved.render, json.render])
def test_a_scan_of_another_version_is_refused_by_that(tmp_path, write):
    path = tmp_path / "x"
    path.write_text(write(Report("logs", zoo())).replace("/1", "/99", 1))
    assert saved.is_saved(path)
    with pytest.raises(ReadError, match=r"x: line 1: expected .*, found loganalyzer\.\w+/99; scan again"):
        saved.load(path)
