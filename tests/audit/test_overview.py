"""What an audit says of all runs together, learned once for the same runs."""

import sqlite3

import pytest
from archives import audited, falling, write_archive, write_csv

from loganalyzer.audit.archive import overview as module
from loganalyzer.audit.archive.overview import overview
from loganalyzer.report.json import encode
from loganalyzer.store.store import Store


@pytest.fixture
def learned(monkeypatch):
    """How many runs each lesson was learned from."""
    sizes = []
    learn = module.lessons_of
    monkeypatch.setattr(module, "lessons_of", lambda runs: sizes.append(len(runs)) or learn(runs))
    return sizes


def look(place):
    with Store(place) as store:
        store.choose_all()
        terms = store.unit(next(iter(store.places()))).terms
        with store.snapshot(terms):
            return encode(overview(store, "runs", "digest"))


def test_the_same_runs_teach_the_same_without_being_asked_again(tmp_path, learned):
    place = tmp_path / "store.sqlite"
    root = write_archive(tmp_path / "runs")
    audited(root, place)
    first = look(place)
    assert look(place) == first
    assert learned == [6]
    write_csv(root / "run006" / "lr=0.9" / "history.csv", falling())
    audited(root, place)
    assert look(place) != first
    assert learned == [6, 7]


def test_what_cannot_be_kept_is_learned_again(tmp_path, learned):
    place = tmp_path / "store.sqlite"
    audited(write_archive(tmp_path / "runs"), place)
    database = sqlite3.connect(place)
    database.execute("CREATE TRIGGER full BEFORE INSERT ON lessons BEGIN SELECT RAISE(ROLLBACK, 'full'); END")
    database.commit()
    database.close()
    assert look(place) == look(place)
    assert learned == [6, 6]
