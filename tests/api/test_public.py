"""The public names: what they promise in their docstrings, to type checkers, and by being there at all."""

from __future__ import annotations

import doctest
import inspect
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import loganalyzer as la

ROOT = Path(__file__).parents[2]
PUBLIC = sorted(set(la.__all__) - {"__version__"})
FUNCTIONS = ["diagnose", "read_run", "scan"]
RESULTS = ["RunResult", "ScanResult"]
EXAMPLE = '''
import numpy as np

import loganalyzer as la


def hardest(folder: str) -> list[tuple[str, int | None]]:
    """Runs that diverged, with the step since which."""
    result = la.scan(folder, jobs=2, roles={"floss": "loss:validation"}, limits=la.Limits(depth=3))
    result.to_html("report.html")
    first: la.RunResult = result[0]
    print(result["a"].verdict, len(result), first.plot(), result.to_frame(), result.to_json())
    found: list[tuple[str, int | None]] = []
    for name, finding in result.findings:
        if finding.pathology == "divergence" and finding.confidence > 0.5:
            found.append((name, finding.onset.step if finding.onset else None))
    return found


class Recorder:
    """As Keras has it."""

    def __init__(self) -> None:
        self.history: dict[str, list[float]] = {"loss": [1.0, 0.5]}
        self.epoch = [0, 1]


run = la.diagnose({"loss": [1.0, 0.5, 0.2], "val_loss": np.ones(3)}, steps=range(3))
la.diagnose({"loss": [1.0, None]}, classes=10)
la.diagnose(Recorder())
la.diagnose([{"loss": 1.0, "step": 3}])
la.diagnose(la.read_run("runs/a"), profile="strict", rules=["mine"])
head = run.headline
if head is not None:
    print(head.remedies[0].title, head.evidence[0].value, run.run.series[0].value.mean())
'''


WRONG = 'import loganalyzer as la\nla.scann("a")\nla.scan(5)\nla.scan("a").nothing\nla.diagnose("a/")\n'


@pytest.fixture(scope="module")
def errors(tmp_path_factory):
    """What `mypy --strict` says of a sound and a wrong file, by file; a cache of its own keeps it quick."""
    folder = tmp_path_factory.mktemp("typed")
    files = {"example.py": EXAMPLE, "wrong.py": WRONG}
    for name, code in files.items():
        (folder / name).write_text(code)
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir=.mypy_cache/user"]
    done = subprocess.run(
        [*command, *(str(folder / name) for name in files)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    return {name: re.findall(rf"{name}:(\d+): error: (.*)", done.stdout) for name in files}


def test_an_example_of_a_user_passes_the_strict_type_checker(errors):
    assert errors["example.py"] == []


def test_the_type_checker_knows_what_is_wrong(errors):
    assert [int(line) for line, _ in errors["wrong.py"]] == [2, 3, 4, 5]


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_name_is_there_and_documented(name):
    thing = getattr(la, name)
    assert name in dir(la)
    doc = inspect.getdoc(thing)
    assert doc
    assert doc != inspect.getdoc(type(thing))
    assert len(doc.split()) >= 5


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_tells_its_arguments_and_its_errors(name):
    function = getattr(la, name)
    doc = inspect.getdoc(function)
    assert "Raises:" in doc
    for argument in inspect.signature(function).parameters:
        assert name == "read_run" or re.search(rf"^    {argument}: ", doc, re.MULTILINE), argument


@pytest.mark.parametrize("name", RESULTS)
def test_all_that_a_result_can_do_is_documented(name):
    members = inspect.getmembers(getattr(la, name))
    public = [(key, value) for key, value in members if not key.startswith("_")]
    own = [(key, value) for key, value in public if callable(value) or isinstance(value, property)]
    assert len(own) > 5
    for key, value in own:
        assert inspect.getdoc(value) or key in ("index", "count"), key


def test_units_and_shapes_are_told():
    for name in ("diagnose", "Series", "RunResult"):
        texts = [inspect.getdoc(getattr(la, name))]
        texts += [inspect.getdoc(value) or "" for _, value in inspect.getmembers(getattr(la, name))]
        assert any("(n,)" in text for text in texts), name


@pytest.mark.parametrize("name", ["", ".api.judging", ".api.scanning"])
def test_examples_in_docstrings_are_true(name, monkeypatch):
    monkeypatch.chdir(ROOT)
    done = doctest.testmod(import_module(f"loganalyzer{name}"))
    assert done.attempted
    assert not done.failed


def test_a_name_that_is_not_public_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'diagnoze'"):
        la.diagnoze  # noqa: B018
