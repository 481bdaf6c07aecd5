"""Several processes say what one says, and the death of one costs one run."""

import resource

import pytest
from archives import audited, counts, falling, write_archive, write_csv
from killers import killed_by_name, killed_in_company, out_of_memory_by_name

from loganalyzer.audit.archive import spread
from loganalyzer.audit.scan import scan
from loganalyzer.report.json import encode_diagnosis


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(spread, "BATCH", 2)


def encoded(diagnoses):
    return [encode_diagnosis(one) for one in diagnoses]


def test_two_processes_say_what_one_says(tmp_path):
    root = write_archive(tmp_path / "runs", 12)
    one = audited(root, tmp_path / "one.sqlite")
    two = audited(root, tmp_path / "two.sqlite", jobs=2)
    assert counts(one[0]) == counts(two[0]) == (12, 0, 0)
    assert repr(two[1]) == repr(one[1])
    assert encoded(two[2]) == encoded(one[2]) == encoded(scan(root))


@pytest.mark.parametrize(
    ("judge", "jobs", "why"),
    [
        (killed_by_name, 2, "ends the process"),
        (out_of_memory_by_name, 2, "more memory"),
        (out_of_memory_by_name, 1, "more memory"),
    ],
)
def test_a_run_that_kills_its_process_twice_is_one_unreadable_run(tmp_path, judge, jobs, why):
    root = write_archive(tmp_path / "runs", 8)
    write_csv(root / "run003-killer" / "history.csv", falling())
    tally, past, kept = audited(root, tmp_path / "a.sqlite", jobs=jobs, judge=judge)
    assert counts(tally) == (9, 0, 0)
    assert [one.name for one, _ in past if one.verdict == "unreadable"] == ["run003-killer/history.csv"]
    (bad,) = [one for one in kept if one.verdict == "unreadable"]
    assert why in bad.reason
    assert encoded(one for one in kept if one is not bad) == encoded(
        one for one in scan(root) if "killer" not in one.run.name
    )
    again = audited(root, tmp_path / "a.sqlite", jobs=jobs, judge=judge)
    assert (counts(again[0]), repr(again[1])) == ((0, 0, 9), repr(past))


def test_a_run_that_needs_a_process_of_its_own_gets_one(tmp_path):
    root = write_archive(tmp_path / "runs", 3)
    write_csv(root / "run001-killer" / "history.csv", falling())
    _, _, kept = audited(root, tmp_path / "a.sqlite", jobs=2, judge=killed_in_company)
    assert encoded(kept) == encoded(scan(root))


def test_what_is_tried_alone_has_so_much_memory(monkeypatch):
    asked = []
    monkeypatch.setattr(resource, "setrlimit", lambda *limit: asked.append(limit))
    monkeypatch.setattr(resource, "getrlimit", lambda which: (-1, 1000))
    spread._limit(5000)
    monkeypatch.setattr(resource, "getrlimit", lambda which: (-1, -1))
    spread._limit(5000)
    assert asked == [(resource.RLIMIT_AS, (1000, 1000)), (resource.RLIMIT_AS, (5000, -1))]
