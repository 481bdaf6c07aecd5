"""Every reader keeps the contract on every sample log, and the contract finds readers that do not."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import yaml

from loganalyzer.model.run import ReadProblem, Source
from loganalyzer.readers.contract import Sample, checks
from loganalyzer.readers.formats import BUILT_IN, HEAD_BYTES, reader_of
from loganalyzer.readers.reading import Column, Reading

LOGS = Path(__file__).parents[2] / "sample_logs"
TRUTHS = sorted(LOGS.rglob("truth.yaml"))


def claimed_below(folder: Path):
    """The files of one sample that are logs, each with its reader."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != "truth.yaml":
            with path.open("rb") as file:
                reader = reader_of(path, file.read(HEAD_BYTES))
            if reader is not None:
                yield path, reader


SAMPLES = [
    (reader, Sample(truth.parent, path)) for truth in TRUTHS for path, reader in claimed_below(truth.parent)
]
CHECKS = [check for reader, sample in SAMPLES for check in checks(reader, [sample])]


@pytest.mark.parametrize("truth", TRUTHS, ids=lambda path: path.parent.relative_to(LOGS).as_posix())
def test_logs_of_a_sample_are_claimed_by_the_reader_of_its_format(truth):
    claimed = {reader.FORMAT for _, reader in claimed_below(truth.parent)}
    assert claimed == {yaml.safe_load(truth.read_text())["format"]}


def test_every_reader_has_a_sample():
    assert {reader.FORMAT for reader, _ in SAMPLES} == {
        reader.FORMAT for reader in (one.load() for one in BUILT_IN)
    }


@pytest.mark.parametrize("check", CHECKS, ids=str)
def test_contract(check):
    check.run()


def column(step=(0, 1), value=(1.0, 2.0), **more):
    return Column("loss", np.array(step, more.pop("kind", np.int64)), np.array(value, float), **more)


def made(*columns, path="x", problems=(), hparams=None):
    return Reading(Source(path, "made", 1, 1), columns, hparams=hparams or {}, problems=problems)


def half_number(path, *, display=None):
    """Takes the last number of a file for whole."""
    texts = path.read_bytes().decode("latin-1").split()
    values = [float(text) for text in texts if text.replace(".", "").isdecimal()]
    return made(column(range(len(values)), values), path=display or path.name)


def writes(path, *, display=None):
    path.with_suffix(".lock").write_text("x")
    return made(column(), path=display or path.name)


def forgets(path, *, display=None):
    return made(column(), path=path.name)


def sometimes(path, *, display=None, count=[0]):  # noqa: B006 - it is meant to remember
    count[0] += 1
    return made(column(value=(1.0, count[0])), path=display or path.name)


BROKEN = {
    "is the first to claim": {"claims": lambda path, head: False},
    "claims without raising": {"claims": lambda path, head: head.decode() == ""},
    "reads points": {"read": lambda path, *, display=None: made(path=display or path.name)},
    "reads anything": {"read": forgets},
    "reads every cut": {"read": half_number},
    "reads the same each time": {"read": sometimes},
    "leaves the folder as it is": {"read": writes},
    "gives plain settings": {
        "read": lambda path, *, display=None: made(column(), path=display or path.name, hparams={"lr": 1})
    },
}
ODD = [
    column(kind=np.int32),
    column(step=(0, 1, 2)),
    column(wall_time=np.zeros(3)),
    column(axis="batch"),
]


def fails(tmp_path, **functions):
    """The promises that a made reader breaks, with what is said."""
    sample = tmp_path / "made.txt"
    sample.write_text("1.25 2.5 3.125")
    keeps = {
        "claims": lambda path, head: True,
        "read": lambda path, *, display=None: made(column(), path=display or path.name),
    }
    broken = {}
    for check in checks(SimpleNamespace(FORMAT="made", **keeps | functions), [Sample(tmp_path, sample)]):
        try:
            check.run()
        except Exception as error:
            broken[str(check).removeprefix("made ").partition(":")[0]] = str(error)
    return broken


def test_a_reader_that_keeps_its_promises_passes(tmp_path):
    assert fails(tmp_path) == {}


@pytest.mark.parametrize("promise", BROKEN)
def test_a_broken_promise_is_found(tmp_path, promise):
    assert promise in fails(tmp_path, **BROKEN[promise])


def test_names_that_no_walk_looks_at_are_found(tmp_path):
    sample = tmp_path / "x.made"
    sample.write_text("1.25")
    keeps = {"FORMAT": "made", "claims": lambda path, head: True, "read": lambda path, *, display=None: None}
    for more, kept in (
        ({}, False),
        ({"SUFFIXES": {".made"}}, True),
        ({"base_of": lambda path: path.parent}, True),
    ):
        reader = SimpleNamespace(**keeps, **more)
        (check,) = [one for one in checks(reader, [Sample(tmp_path, sample)]) if "looked at" in str(one)]
        if kept:
            check.run()
        else:
            with pytest.raises(AssertionError, match=r"'x\.made'"):
                check.run()


@pytest.mark.parametrize("odd", ODD, ids=["steps", "shape", "times", "axis"])
def test_columns_that_are_not_as_they_should_be_are_found(tmp_path, odd):
    broken = fails(tmp_path, read=lambda path, *, display=None: made(odd, path=display or path.name))
    assert "expected" in broken["reads points"]


def test_tags_that_come_twice_and_problems_of_several_lines_are_found(tmp_path):
    twice = made(column(), column())
    assert "one column" in fails(tmp_path, read=lambda path, *, display=None: twice)["reads points"]

    def read(path, *, display=None):
        return made(column(), path=display, problems=(ReadProblem("ragged", display, "one\ntwo"),))

    assert "one line" in fails(tmp_path, read=read)["reads anything"]


def test_the_runs_of_a_store_have_names_of_their_own(tmp_path):
    def read_runs_of(path, *, display=None):
        return (("a", made(column())), ("a", made(column())))

    keeps = SimpleNamespace(FORMAT="made", claims=lambda path, head: True, read_runs_of=read_runs_of)
    (tmp_path / "x.db").write_text("x")
    check = next(one for one in checks(keeps, [Sample(tmp_path, tmp_path / "x.db")]) if "points" in str(one))
    with pytest.raises(AssertionError, match="differ"):
        check.run()
