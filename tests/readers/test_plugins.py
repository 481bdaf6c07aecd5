"""Readers that other packages bring: used, and harmless where they are broken."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from loganalyzer.model.run import ReadProblem, Source
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
own_suffix = SimpleNamespace(FORMAT="mine", SUFFIXES={".Mine"}, claims=claims, read=read)
bad_suffixes = SimpleNamespace(FORMAT="mine", SUFFIXES=7, claims=claims, read=read)


def leave(*_, **__):
    raise SystemExit(0)


leaves_claims = SimpleNamespace(FORMAT="mine", claims=leave, read=read)
leaves_read = SimpleNamespace(FORMAT="mine", claims=claims, read=leave)
no_runs = SimpleNamespace(FORMAT="mine", claims=claims, read_runs_of=lambda path, *, display=None: ())


def gives(*columns, **more):
    """A reader that gives these columns, or anything else in their place."""

    def read(path, *, display=None):
        source = Source(display or path.name, "mine", 4, 3)
        return replace(Reading(source, columns or (COLUMN,)), **more)

    return SimpleNamespace(FORMAT="mine", claims=claims, read=read)


COLUMN = Column("loss", np.arange(3), np.array([3.0, 2.0, 1.0]))
MALFORMED = {
    "lists": gives(replace(COLUMN, step=[0, 1, 2], value=[1.0, 2.0, 3.0])),
    "shapes": gives(replace(COLUMN, value=np.zeros(2))),
    "times": gives(replace(COLUMN, wall_time=np.zeros(2))),
    "grids": gives(replace(COLUMN, step=np.zeros((3, 1), int), value=np.zeros((3, 1)))),
    "texts": gives(replace(COLUMN, value=np.array(["a", "b", "c"], object))),
    "fractions": gives(replace(COLUMN, step=np.array([0.5, 1.5, 2.5]))),
    "tags": gives(replace(COLUMN, tag=5)),
    "twice": gives(COLUMN, COLUMN),
    "axes": gives(replace(COLUMN, axis="batch")),
    "columns": gives("loss"),
    "sources": gives(source=None),
    "problems": gives(problems=("oops",)),
    "kinds": gives(problems=(ReadProblem("odd", "x", "x: odd"),)),
    "settings": gives(hparams={"a": object()}),
    "keys": gives(hparams={3: 4.0, "a": 1.0}),
    "histograms": gives(histograms=(COLUMN,)),
}
globals().update(MALFORMED)


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


@pytest.mark.parametrize("name", ["bad_claims", "bad_base", "empty", "gone", "leaves_claims", "bad_suffixes"])
def test_a_reader_that_does_not_work_is_told_once_and_the_rest_is_read(bring, name):
    found = bring(name)
    problems = [problem for run in found.values() for problem in run.problems]
    assert found["h.csv"].series
    (problem,) = [problem for problem in problems if problem.path.startswith(plugins.GROUP)]
    assert problem.kind == "skipped"
    assert name in problem.text


@pytest.mark.parametrize("name", ["bad_read", "bad_store", "odd", "leaves_read", "no_runs", *MALFORMED])
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


def test_suffixes_of_its_own_are_looked_at(install, tmp_path):
    for name in ("x.mine", "y.MINE", "z.other"):
        (tmp_path / name).write_text("MINE")
    assert find_runs(tmp_path) == ()
    install(own_suffix="test_plugins:own_suffix")
    assert [found.name for found in find_runs(tmp_path)] == ["x.mine", "y.MINE"]
