"""What `scan` takes for paths."""

from __future__ import annotations

from loganalyzer.audit.scan import ScanOptions, judge_all, scan
from loganalyzer.engine.diagnose import default_rulebook
from loganalyzer.readers.walk import find_runs


def test_one_path_may_be_given_as_a_string(tmp_path):
    (tmp_path / "log.csv").write_text("epoch,loss\n" + "".join(f"{i},{2 - 0.1 * i}\n" for i in range(10)))
    (one,) = scan(str(tmp_path))
    assert one.run.name == "log.csv"
    assert scan(tmp_path) == scan([str(tmp_path)]) == (one,)


def test_no_more_processes_are_begun_than_there_are_runs(tmp_path, monkeypatch):
    for name in ("a", "b"):
        (tmp_path / f"{name}.csv").write_text(
            "epoch,loss\n" + "".join(f"{i},{2 - 0.1 * i}\n" for i in range(10))
        )
    begun = []

    class Parallel:
        def __init__(self, n_jobs, **_):
            begun.append(n_jobs)

        def __call__(self, tasks):
            return [call(*given, **more) for call, given, more in tasks]

    monkeypatch.setattr("joblib.Parallel", Parallel)
    found = judge_all(find_runs(tmp_path), default_rulebook(), ScanOptions(jobs=100_000))
    assert [one.run.name for one in found] == ["a.csv", "b.csv"]
    assert begun == [2]
