"""Readers that other packages bring: used, and harmless where they are broken."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from loganalyzer.model.run import Source
from loganalyzer.readers import find_runs, plugins, read_runs
from loganalyzer.readers.reading import Column, Reading

HISTORY = "epoch,loss\n0,1.0\n1,0.9\n2,0.8\n"


def claims(path, head):
    return head.startswith(b"MINE")


def read(path, *, display=None):
    column = Column("loss", np.arange(3), np.array([3.0, 2.0, 1.0]))
    return Reading(Source(display or path.name, "mine", path.stat().st_size, 3), (column,))


def fail(*_, **__):
    raise ZeroDivisionError("on purpose")


good = SimpleNamespace(FORMAT="mine", claims=claims, read=read)
store = SimpleNamespace(
    FORMAT="mine",
    claims=claims,
    read_runs_of=lambda path, *, display=None: (("x", read(path, display=display)),),
)
folder = SimpleNamespace(
    FORMAT="mine",
    claims=claims,
    read=read,
    base_of=lambda path: path.parent,
    hparams_of=lambda base: {"lr": 0.5},
)
bad_claims = SimpleNamespace(FORMAT="mine", claims=fail, read=read)
bad_read = SimpleNamespace(FORMAT="mine", claims=claims, read=fail)
bad_store = SimpleNamespace(FORMAT="mine", claims=claims, read_runs_of=fail)
bad_base = SimpleNamespace(FORMAT="mine", claims=claims, read=read, base_of=fail)
bad_settings = SimpleNamespace(
    FORMAT="mine", claims=claims, read=read, base_of=lambda path: path.parent, hparams_of=fail
)
odd = SimpleNamespace(FORMAT="mine", claims=claims, read=lambda *_, **__: {"loss": 1})
empty = SimpleNamespace()


@pytest.fixture
def install(monkeypatch, tmp_path_factory):
    """Install a package that names readers by its entry points."""

    def call(**readers):
        site = tmp_path_factory.mktemp("site")
        info = site / "other-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: other\nVersion: 1.0\n")
        lines = [f"{name} = {place}\n" for name, place in readers.items()]
        (info / "entry_points.txt").write_text("".join([f"[{plugins.GROUP}]\n", *lines]))
        monkeypatch.syspath_prepend(site)
        plugins._loaded.cache_clear()

    yield call
    plugins._loaded.cache_clear()


@pytest.fixture
def bring(install, tmp_path):
    """Let a package bring a reader, put two of its files beside a history, and read all."""

    def call(name):
        install(**{name: f"test_plugins:{name}"})
        (tmp_path / "a").mkdir()
        (tmp_path / "a" / "x.log").write_text("MINE")
        (tmp_path / "a" / "y.log").write_text("MINE")
        (tmp_path / "h.csv").write_text(HISTORY)
        return {run.name: run for found in find_runs(tmp_path) for run in read_runs(found)}

    return call


def test_without_other_packages_there_are_none():
    assert plugins.plugin_readers() == ()
    assert plugins.plugin_problems() == ()


def test_files_are_read_by_the_reader_that_claims_them(bring):
    found = bring("good")
    assert sorted(found) == ["a/x.log", "a/y.log", "h.csv"]
    assert found["a/x.log"].series[0].value.tolist() == [3.0, 2.0, 1.0]
    assert found["a/x.log"].sources[0].format == "mine"


def test_stores_and_folders_work_as_those_of_the_package(bring):
    assert sorted(bring("store")) == ["a/x.log/x", "a/y.log/x", "h.csv"]


def test_folders_are_one_run(bring):
    found = bring("folder")
    assert sorted(found) == ["a", "h.csv"]
    assert found["a"].hparams == {"lr": 0.5}


@pytest.mark.parametrize("name", ["bad_claims", "bad_base", "empty", "gone"])
def test_a_reader_that_does_not_work_is_told_once_and_the_rest_is_read(bring, name):
    found = bring(name)
    problems = [problem for run in found.values() for problem in run.problems]
    assert found["h.csv"].series
    (problem,) = [problem for problem in problems if problem.path.startswith(plugins.GROUP)]
    assert problem.kind == "skipped"
    assert name in problem.text


@pytest.mark.parametrize("name", ["bad_read", "bad_store", "odd"])
def test_a_reader_that_fails_on_a_file_is_a_problem_of_the_file(bring, name):
    found = bring(name)
    assert found["h.csv"].problems == ()
    for path in ("a/x.log", "a/y.log"):
        (problem,) = found[path].problems
        assert (problem.kind, problem.path) == ("unreadable", path)
        assert repr(name) in problem.text


def test_settings_that_fail_are_left_out_and_told_once(bring):
    found = bring("bad_settings")
    assert found["a"].series
    (problem,) = found["a"].problems
    assert (problem.kind, problem.path) == ("skipped", "a/x.log")
    assert "'bad_settings'" in problem.text
    assert "ZeroDivisionError: on purpose" in problem.text
    assert found["h.csv"].problems == ()


def test_a_broken_reader_is_told_where_there_is_no_run(install, tmp_path):
    install(gone="no_such_module_at_all")
    (found,) = find_runs(Path(tmp_path))
    assert "no_such_module_at_all" in found.problems[0].text
