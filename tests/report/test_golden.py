"""Every renderer, on kept diagnoses, gives the very text that was looked at once.

A change that is meant to show: `make golden` writes the files anew (`python tests/report/golden_files.py`).
"""

from difflib import unified_diff

import pytest
from golden_files import FOLDER, cases, made, read

from loganalyzer.engine.diagnose import default_rulebook
from loganalyzer.report import saved
from loganalyzer.report.renderers import RENDERERS

CASES = cases()
ENDS = [".80.txt", *(renderer.suffix for renderer in RENDERERS)]


@pytest.fixture(scope="module")
def texts():
    return {name: made(diagnoses) for name, diagnoses in CASES.items()}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("end", ENDS)
def test_text_is_the_one_that_was_looked_at(texts, name, end):
    was, now = (read(f"{name}{end}") or "").split("\n"), texts[name][end].split("\n")
    assert "\n".join(unified_diff(was, now, "golden", "now", lineterm="", n=1)) == ""


@pytest.mark.parametrize("name", CASES)
def test_kept_diagnoses_are_still_understood(tmp_path, name):
    path = tmp_path / "kept.diagnoses"
    path.write_text(read(f"{name}.diagnoses").replace("VERSION", "0.1.0"), encoding="utf-8")
    assert saved.is_saved(path)
    again = saved.load(path).diagnoses
    assert made(again) == {end: read(f"{name}{end}") for end in ENDS}


def test_no_file_is_left_over_and_all_are_small():
    files = {path.name.removesuffix(".gz"): path for path in FOLDER.iterdir()}
    assert files.keys() == {f"{name}{end}" for name in CASES for end in ENDS}
    assert max(path.stat().st_size for path in files.values()) <= 8_000


def test_the_cases_hold_what_they_are_named_for():
    (run,) = CASES["all"]
    assert {one.pathology for one in run.findings} == {rule.pathology for rule in default_rulebook().rules}
    assert {one.origin for one in run.findings} == {"rule", "classifier", "both"}
