"""A format of its own takes a module and a line; everything else finds it there."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import loganalyzer
from loganalyzer.report.renderers import RENDERERS

PACKAGE = Path(loganalyzer.__file__).parent
MODULE = '''"""How many runs there are, loudly."""


def render(report):
    return f"{len(report.diagnoses)} RUNS\\n"
'''
LINE = '    Renderer("loud", ".loud", _of("loud")),\n'
LAST = '    Renderer("diagnoses",'


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The package with one more format: a new file, and a line in the list of renderers."""
    root = tmp_path_factory.mktemp("copy")
    shutil.copytree(PACKAGE, root / "loganalyzer", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(PACKAGE.parent / "rules", root / "rules")
    report = root / "loganalyzer" / "report"
    (report / "loud.py").write_text(MODULE)
    listed = (report / "renderers.py").read_text()
    assert listed.count(LAST) == 1
    (report / "renderers.py").write_text(listed.replace(LAST, LINE + LAST))
    (root / "log.csv").write_text("epoch,loss\n" + "".join(f"{n},{2.3 * 0.9**n}\n" for n in range(30)))
    return root


def run(root, *arguments):
    environment = os.environ | {"PYTHONPATH": str(root), "COLUMNS": "200"}
    command = [sys.executable, "-m", "loganalyzer", *arguments]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)


def test_a_new_format_is_known_by_name_by_suffix_and_in_the_help(copy):
    assert run(copy, "scan", "log.csv", "--format", "loud").stdout == "1 RUNS\n"
    assert run(copy, "scan", "log.csv", "-o", "x.loud").returncode == 0
    assert (copy / "x.loud").read_text() == "1 RUNS\n"
    assert "loud" in run(copy, "scan", "--help").stdout


def test_names_and_suffixes_are_told_apart():
    assert len({one.name for one in RENDERERS}) == len({one.suffix for one in RENDERERS}) == len(RENDERERS)
