"""Many places read together say what each says alone."""

from pathlib import Path

import pytest
from event_files import file_bytes, losses

from loganalyzer.readers import find_runs, read_all, read_runs, several
from loganalyzer.readers.limits import Limits

SAMPLES = Path(__file__).parents[2] / "sample_logs"


def described(runs):
    return [
        (
            *(run.run_id, run.name, run.sources, run.problems, dict(run.hparams), run.framework),
            [(one.tag, one.axis, one.step.tobytes(), one.value.tobytes()) for one in run.series],
            [(one.tag, one.mean.tobytes()) for one in run.histograms],
        )
        for run in runs
    ]


@pytest.mark.parametrize("together", [1, 7, 1000])
def test_runs_are_the_same_as_one_by_one(monkeypatch, together):
    monkeypatch.setattr(several, "_TOGETHER", together)
    found = (
        find_runs(SAMPLES / "healthy")
        + find_runs(SAMPLES / "formats" / "csv")
        + find_runs(SAMPLES / "overfitting")
    )
    both = zip(found, read_all(found), strict=True)
    assert all(described(read_runs(files)) == described(runs) for files, runs in both)


def test_damaged_missing_and_empty_files_are_told_as_alone(tmp_path):
    data = file_bytes(*losses(5, "loss"))
    for name, content in {"a": data, "b": data[:-3], "c": b"", "d": b"x" * 50, "e": data, "f": data}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "events.out.tfevents.1700000000.host.1.0").write_bytes(content)
    found = find_runs(tmp_path)
    next(found[4].files[0].parent.iterdir()).unlink()
    alone = [described(read_runs(files)) for files in found]
    assert [described(runs) for runs in read_all(found)] == alone


def test_limits_hold(tmp_path):
    for name in "abc":
        (tmp_path / name).mkdir()
        (tmp_path / name / "events.out.tfevents.1700000000.host.1.0").write_bytes(
            file_bytes(*losses(5, "loss"))
        )
    for limits in (Limits(file_bytes=10), Limits(record_bytes=5)):
        for (run,) in read_all(find_runs(tmp_path), limits):
            assert {problem.kind for problem in run.problems} == {"over_limit"}
