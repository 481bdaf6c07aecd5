"""Where the store of some runs lies."""

import os

import pytest

from loganalyzer.errors import StoreError
from loganalyzer.readers.walk import find_runs
from loganalyzer.store import place as places
from loganalyzer.store.place import existing_place, store_place


@pytest.fixture
def cache(tmp_path, monkeypatch):
    folder = tmp_path / "cache"
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder


def test_beside_the_runs_out_of_sight_of_version_control_and_of_the_search(tmp_path):
    runs = tmp_path / "runs"
    runs.mkdir()
    place, say = store_place(runs)
    assert (place, say) == (runs / ".loganalyzer" / "store.sqlite", "")
    assert (runs / ".loganalyzer" / ".gitignore").read_text().endswith("\n*\n")
    (runs / ".loganalyzer" / "history.csv").write_text("epoch,loss\n0,1\n1,0.5\n")
    assert find_runs(runs) == ()


def test_beside_a_single_file(tmp_path):
    log = tmp_path / "log.csv"
    log.write_text("epoch,loss\n")
    assert store_place(log)[0] == tmp_path / ".loganalyzer" / "store.sqlite"


def test_elsewhere_where_the_folder_cannot_be_written_and_always_at_the_same_place(
    tmp_path, cache, monkeypatch
):
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / ".loganalyzer").write_text("in the way")
    place, say = store_place(tmp_path / "runs")
    assert place.is_relative_to(cache / "loganalyzer")
    assert str(place) in say
    assert str(tmp_path / "runs") in say
    monkeypatch.chdir(tmp_path)
    assert store_place(tmp_path / "runs" / ".." / "runs")[0] == place
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / ".loganalyzer").write_text("in the way")
    assert store_place(tmp_path / "other")[0] != place


def test_a_folder_that_lets_nobody_write_is_told(tmp_path, cache, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: "cache" in str(path))
    place, say = store_place(tmp_path)
    assert place.is_relative_to(cache)
    assert "Permission denied" in say
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(StoreError, match="--store FILE"):
        store_place(tmp_path)


def test_a_missing_folder_is_not_made(tmp_path, cache):
    place, _ = store_place(tmp_path / "missing" / "runs")
    assert place.is_relative_to(cache)
    assert not (tmp_path / "missing").exists()


def test_the_store_of_a_folder_is_found_from_below(tmp_path, cache):
    below = tmp_path / "runs" / "a" / "b"
    below.mkdir(parents=True)
    assert existing_place(below) is None
    place, _ = store_place(tmp_path / "runs")
    place.write_bytes(b"")
    assert existing_place(below) == existing_place(tmp_path / "runs") == place
    assert places.usual_place(tmp_path / "runs") == place
