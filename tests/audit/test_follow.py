"""Runs that grow are judged again, those that do not are left alone, and each finding is told once."""

import shutil
from pathlib import Path

import pytest

from loganalyzer.audit import follow
from loganalyzer.audit.follow import Announcer, Follower
from loganalyzer.audit.scan import ScanOptions, scan
from loganalyzer.engine.diagnose import default_rulebook

SAMPLES = Path(__file__).parents[2] / "sample_logs"
HEAD = "epoch,loss\n"
FALLING = [2.0 * 0.9**i for i in range(30)]
RISING = [FALLING[-1] * 3.0**i for i in range(1, 10)]


def table(values, first=0):
    return "".join(f"{first + i},{value:.6g}\n" for i, value in enumerate(values))


def follower(*paths, rest=600.0):
    return Follower(paths, default_rulebook(), ScanOptions(), rest=rest)


def told(watcher, announcer, now):
    watcher.poll(now)
    announcer.forget(watcher.begun_anew)
    return [(d.run.name, f.pathology) for d, f in announcer.news(watcher.known(now))]


def test_a_finding_is_told_once_when_the_log_shows_it(tmp_path):
    log = tmp_path / "history.csv"
    log.write_text(HEAD + table(FALLING))
    watcher, announcer = follower(tmp_path), Announcer("warning")
    assert told(watcher, announcer, 0.0) == []
    with log.open("a") as file:
        file.write(table(RISING, first=30))
    assert told(watcher, announcer, 1.0) == [("history.csv", "divergence")]
    with log.open("a") as file:
        file.write(table([RISING[-1]] * 5, first=39))
    assert told(watcher, announcer, 2.0) == []


@pytest.mark.parametrize("height", [3.0, 8.0, 100.0])
def test_a_spike_that_passes_is_not_told(tmp_path, height):
    spike = [height * share for share in (0.2, 0.8, 1.0, 0.9, 0.5, 0.1)]
    losses = FALLING + spike + [FALLING[-1] * 0.9**i for i in range(30)]
    log = tmp_path / "history.csv"
    log.write_text(HEAD + table(losses[:20]))
    watcher, announcer = follower(tmp_path), Announcer("critical")
    for epoch in range(20, len(losses)):
        assert told(watcher, announcer, float(epoch)) == []
        with log.open("a") as file:
            file.write(table(losses[epoch : epoch + 1], first=epoch))


def test_a_loss_that_died_is_told_at_once(tmp_path):
    log = tmp_path / "history.csv"
    log.write_text(HEAD + table(FALLING * 10))
    watcher, announcer = follower(tmp_path), Announcer("warning")
    told(watcher, announcer, 0.0)
    with log.open("a") as file:
        file.write(table([float("nan")] * 3, first=300))
    assert ("history.csv", "non-finite-loss") in told(watcher, announcer, 1.0)


def test_a_run_that_begins_anew_is_told_of_anew(tmp_path):
    log = tmp_path / "history.csv"
    lost, watcher, announcer = FALLING + RISING, follower(tmp_path), Announcer("critical")
    log.write_text(HEAD + table(lost))
    assert told(watcher, announcer, 0.0) == [("history.csv", "divergence")]
    log.write_text(HEAD + table(lost + RISING[-1:]))  # written whole again, as tables often are
    assert told(watcher, announcer, 1.0) == []
    log.write_text(HEAD + table(lost[:10]))
    assert told(watcher, announcer, 2.0) == []
    log.write_text(HEAD + table(lost))
    assert told(watcher, announcer, 3.0) == [("history.csv", "divergence")]
    log.unlink()
    assert told(watcher, announcer, 4.0) == []
    log.write_text(HEAD + table(lost))
    assert told(watcher, announcer, 5.0) == [("history.csv", "divergence")]


def test_only_what_changed_is_read_again(tmp_path, monkeypatch):
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(HEAD + table(FALLING))
    read = []
    read_runs = follow.read_runs
    monkeypatch.setattr(
        follow, "read_runs", lambda files, *rest: read.append(files.name) or read_runs(files, *rest)
    )
    watcher = follower(tmp_path)
    assert watcher.poll(0.0)
    assert sorted(read) == ["a.csv", "b.csv"]
    assert not watcher.poll(1.0)
    (tmp_path / "b.csv").write_text(HEAD + table(FALLING + RISING))
    assert watcher.poll(2.0)
    assert read[2:] == ["b.csv"]


def test_a_log_replaced_by_a_shorter_one_is_a_new_start(tmp_path):
    log = tmp_path / "history.csv"
    log.write_text(HEAD + table(FALLING + RISING))
    watcher = follower(tmp_path)
    watcher.poll(0.0)
    assert [one.verdict for one in watcher.diagnoses()] == ["sick"]
    log.write_text(HEAD + table(FALLING))
    watcher.poll(1.0)
    assert [one.verdict for one in watcher.diagnoses()] != ["sick"]


def test_what_vanishes_is_forgotten_and_what_comes_is_found(tmp_path):
    runs = tmp_path / "runs"
    watcher = follower(runs)
    assert not watcher.poll(0.0)
    shutil.copytree(SAMPLES / "healthy" / "digits-plain", runs / "one")
    assert watcher.poll(1.0)
    assert [one.run.name for one in watcher.diagnoses()] == ["one"]
    shutil.rmtree(runs / "one")
    assert watcher.poll(2.0)
    assert watcher.diagnoses() == ()


def test_what_only_the_end_tells_waits_for_it(tmp_path):
    shutil.copytree(SAMPLES / "stopped-early", tmp_path / "runs")
    watcher, announcer = follower(tmp_path / "runs", rest=60.0), Announcer("info")
    assert "stopped-early" not in {pathology for _, pathology in told(watcher, announcer, 0.0)}
    assert "stopped-early" not in {pathology for _, pathology in told(watcher, announcer, 59.0)}
    assert "stopped-early" in {pathology for _, pathology in told(watcher, announcer, 60.0)}


@pytest.mark.parametrize(("least", "tells"), [("info", True), ("warning", False)])
def test_milder_findings_than_asked_for_are_kept_back(tmp_path, least, tells):
    shutil.copytree(SAMPLES / "loss-spikes", tmp_path / "runs")
    news = told(follower(tmp_path / "runs", rest=0.0), Announcer(least), 0.0)
    assert ("loss-spikes" in {pathology for _, pathology in news}) is tells


def test_an_event_file_is_read_on_from_its_end(tmp_path, monkeypatch):
    source = next((SAMPLES / "divergence" / "friedman-rate-keeps-growing").glob("*tfevents*"))
    data, log = source.read_bytes(), tmp_path / "run" / source.name
    log.parent.mkdir()
    begins = []
    read_on = follow.read_on

    def watched(path, display, mark, columns):
        begins.append(0 if mark is None else mark.offset)
        return read_on(path, display, mark, columns)

    monkeypatch.setattr(follow, "read_on", watched)
    watcher = follower(tmp_path)
    for cut in (len(data) // 3, len(data) // 2, len(data)):
        log.write_bytes(data[:cut])
        watcher.poll(float(cut))
    assert begins[0] == 0
    assert len(data) // 4 < begins[1] <= len(data) // 3 < begins[2] <= len(data) // 2
    (whole,) = scan(tmp_path)
    assert watcher.diagnoses() == (whole,)
