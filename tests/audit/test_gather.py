"""Which runs lie below several paths."""

import errno
import os

import pytest

from loganalyzer.audit.gather import gather
from loganalyzer.audit.scan import scan
from loganalyzer.errors import ReadError
from loganalyzer.readers.assemble import read_runs

HISTORY = "epoch,accuracy,loss\n0,0.5,1.0\n1,0.6,0.9\n"


def put(path, text=HISTORY):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def names(*paths):
    return [run.name for run in gather(paths).found]


def test_names_that_clash_get_their_roots_in_front_and_so_do_sources_and_problems(tmp_path):
    put(tmp_path / "A" / "run.csv")
    put(tmp_path / "A" / "only.csv")
    put(tmp_path / "B" / "run.csv", HISTORY + "2,0.7\n")
    put(tmp_path / "B" / "notes.csv", "name,price\napple,1\n")
    gathered = gather([tmp_path / "A", tmp_path / "B"])
    assert [run.name for run in gathered.found] == ["A/only.csv", "A/run.csv", "B/notes.csv", "B/run.csv"]
    runs = {run.name: run for found in gathered.found for run in read_runs(found)}
    assert [one.path for one in runs["B/run.csv"].sources] == ["B/run.csv"]
    assert runs["B/run.csv"].problems[0].text.startswith("B/run.csv:4: ")
    (problem,) = runs["B/notes.csv"].problems
    assert problem.path == "B/notes.csv"
    assert problem.text.startswith("B/notes.csv: ")
    assert len({run.run_id for run in runs.values()}) == 4


def test_names_that_do_not_clash_stay_short(tmp_path):
    put(tmp_path / "A" / "one.csv")
    put(tmp_path / "B" / "two.csv")
    assert names(tmp_path / "A", tmp_path / "B") == ["one.csv", "two.csv"]


@pytest.mark.parametrize("given", ["absolute", "relative"])
def test_roots_of_one_name_and_single_files_are_told_by_what_lies_above(tmp_path, monkeypatch, given):
    for root in ("x/log", "y/log"):
        put(tmp_path / root / "a.csv")
    put(tmp_path / "z" / "a.csv")
    monkeypatch.chdir(tmp_path)
    paths = [tmp_path / "x/log", tmp_path / "y/log", tmp_path / "z/a.csv"]
    if given == "relative":
        paths = [path.relative_to(tmp_path) for path in paths]
    assert names(*paths) == ["x/log/a.csv", "y/log/a.csv", "z/a.csv"]


def test_a_root_that_is_the_run_is_named_by_its_folder(tmp_path):
    for root in ("x/exp", "y/exp"):
        put(tmp_path / root / "events.out.tfevents.1700000000.host.1.0", "x")
    put(tmp_path / "y" / "exp" / "deeper" / "events.out.tfevents.1700000000.host.2.0", "x")
    assert names(tmp_path / "x/exp", tmp_path / "y/exp") == ["x/exp", "y/exp", "y/exp/deeper"]


@pytest.mark.parametrize("order", [1, -1])
def test_what_is_given_twice_counts_once_under_the_longer_name(tmp_path, order):
    put(tmp_path / "runs" / "a" / "history.csv")
    put(tmp_path / "runs" / "b" / "history.csv")
    put(tmp_path / "runs" / "b" / "notes.csv", "name,price\napple,1\n")
    alone = names(tmp_path / "runs")
    paths = [tmp_path / "runs", tmp_path / "runs" / "b", tmp_path / "runs" / "a" / "history.csv"][::order]
    gathered = gather(paths)
    assert [run.name for run in gathered.found] == alone
    assert sorted(
        note.partition(" and counted")[0].removeprefix(str(tmp_path)) for note in gathered.notes
    ) == [
        "/runs/a/history.csv: its run was found below another of the given paths as well",
        "/runs/b: 2 of its 2 runs were found below another of the given paths as well",
    ]
    again = gather([tmp_path / "runs", tmp_path / "runs" / "."])
    assert ([run.name for run in again.found], len(again.notes)) == (alone, 1)


def test_a_missing_path_leaves_the_others_alone_and_is_refused_by_scan(tmp_path):
    put(tmp_path / "a.csv")
    (tmp_path / "empty").mkdir()
    gathered = gather([tmp_path / "gone", tmp_path / "a.csv", tmp_path / "empty"])
    assert [run.name for run in gathered.found] == ["a.csv"]
    assert (gathered.bare, len(gathered.refused)) == ((tmp_path / "empty",), 1)
    with pytest.raises(ReadError, match="gone"):
        scan([tmp_path / "a.csv", tmp_path / "gone"])


def test_two_folders_that_cannot_be_listed_are_told_apart(tmp_path, monkeypatch):
    listed = os.scandir

    def refuse(path):
        if str(path).endswith("log"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return listed(path)

    monkeypatch.setattr(os, "scandir", refuse)
    (tmp_path / "x" / "log").mkdir(parents=True)
    (tmp_path / "y" / "log").mkdir(parents=True)
    found = gather([tmp_path / "x" / "log", tmp_path / "y" / "log"]).found
    assert [run.name for run in found] == ["x/log", "y/log"]
    assert [run.problems[0].path for run in found] == ["x/log", "y/log"]
