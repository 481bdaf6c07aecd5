"""Formats with many files for a run or many runs in a file, and logs that lie beside event files."""

import json
import sqlite3
from pathlib import Path

import pytest
from event_files import file_bytes, losses

from loganalyzer.readers import find_runs, read_runs
from loganalyzer.readers.formats import BUILT_IN
from loganalyzer.readers.limits import Limits

HISTORY = "epoch,accuracy,loss\n0,0.5,1.0\n1,0.6,0.9\n2,0.7,0.8\n"
RECORDS = "".join(json.dumps({"epoch": at, "loss": 1.0 / (at + 1)}) + "\n" for at in range(4))
POINTS = "".join(f"{1_700_000_000_000 + at} {1.0 / (at + 1)} {at}\n" for at in range(4))
RUN_ID = "0123456789abcdef0123456789abcdef"


def put(root: Path, path: str, text: str = "") -> Path:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def log(root: Path, folder: str) -> None:
    path = root / folder / "events.out.tfevents.1700000000.host.7.0"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(file_bytes(*losses(3, "loss")))


def runs(root: Path, limits: Limits | None = None):
    limits = limits or Limits()
    return {run.name: run for found in find_runs(root, limits) for run in read_runs(found, limits)}


def tags(run):
    return [series.tag for series in run.series]


def store(path: Path, names=("a", "b")) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(path)
    database.executescript(
        "CREATE TABLE experiments (experiment_id INTEGER, name TEXT);"
        "CREATE TABLE runs (run_uuid TEXT, name TEXT, experiment_id INTEGER, start_time INTEGER);"
        "CREATE TABLE metrics"
        " (run_uuid TEXT, key TEXT, value REAL, is_nan INTEGER, step INTEGER, timestamp INTEGER);"
        "CREATE TABLE params (run_uuid TEXT, key TEXT, value TEXT);"
        "CREATE TABLE tags (run_uuid TEXT, key TEXT, value TEXT);"
    )
    for name in names:
        database.execute("INSERT INTO runs VALUES (?, ?, 0, 0)", (name, name))
        database.execute("INSERT INTO params VALUES (?, 'lr', '0.5')", (name,))
        rows = [(name, "loss", 1 / step, 0, step, 1_700_000_000_000) for step in range(1, 9)]
        database.executemany("INSERT INTO metrics VALUES (?, ?, ?, ?, ?, ?)", rows)
    database.commit()
    database.close()
    return path


def mlflow(root: Path, *metrics: str, run_id: str = RUN_ID) -> Path:
    base = root / "mlruns" / "0" / run_id
    for metric in metrics:
        put(base, f"metrics/{metric}", POINTS)
    put(base, "params/lr", "0.1")
    put(base, "meta.yaml", "run_id: x\n")
    return base


def test_several_files_of_one_base_are_one_run_named_by_its_folder(tmp_path):
    mlflow(tmp_path, "loss", "val/loss", "accuracy")
    mlflow(tmp_path, "loss", run_id=RUN_ID[::-1])
    found = runs(tmp_path)
    assert sorted(found) == [f"mlruns/0/{RUN_ID}", f"mlruns/0/{RUN_ID[::-1]}/metrics/loss"]
    run = found[f"mlruns/0/{RUN_ID}"]
    assert tags(run) == ["accuracy", "loss", "val/loss"]
    assert run.hparams == {"lr": 0.1}
    assert run.problems == ()
    assert [source.path for source in run.sources] == [
        f"mlruns/0/{RUN_ID}/metrics/{tag}" for tag in ("accuracy", "loss", "val/loss")
    ]


@pytest.mark.parametrize("inner", ["", "metrics", "metrics/val"])
def test_a_root_within_a_base_has_its_own_name(tmp_path, inner):
    base = mlflow(tmp_path, "val/loss", "val/accuracy")
    ((name, run),) = runs(base / inner).items()
    assert name == (base / inner).name
    assert tags(run) == ["val/accuracy", "val/loss"]
    assert run.hparams["lr"] == 0.1


def test_one_file_of_a_base_as_root(tmp_path):
    base = mlflow(tmp_path, "loss", "accuracy")
    ((name, run),) = runs(base / "metrics" / "loss").items()
    assert (name, tags(run)) == ("loss", ["loss"])


def test_files_in_a_base_that_are_no_curves_are_passed_over_in_silence(tmp_path):
    base = mlflow(tmp_path, "loss", "accuracy")
    put(base, "metrics/README", "hello\n")
    put(base, "artifacts/model.bin", "x")
    ((_, run),) = runs(tmp_path).items()
    assert (tags(run), run.problems) == (["accuracy", "loss"], ())


def test_many_curves_of_one_run_join_fast_and_whole(tmp_path):
    mlflow(tmp_path, *(f"m{at}" for at in range(1500)))
    ((_, run),) = runs(tmp_path).items()
    assert len(run.series) == 1500
    assert run.problems == ()


def test_the_runs_of_a_store_are_named_by_file_and_run(tmp_path):
    store(tmp_path / "lr=0.1" / "mlflow.db")
    store(tmp_path / "gone.db", names=())
    found = runs(tmp_path)
    assert sorted(found) == ["gone.db", "lr=0.1/mlflow.db/0/a", "lr=0.1/mlflow.db/0/b"]
    assert found["lr=0.1/mlflow.db/0/a"].hparams == {"lr": 0.5}
    assert len({run.run_id for run in found.values()}) == 3
    assert [problem.kind for problem in found["gone.db"].problems] == ["empty"]


def test_a_store_beside_event_files_stays_by_itself(tmp_path):
    log(tmp_path, "run")
    store(tmp_path / "run" / "mlflow.db", names=("a",))
    assert sorted(runs(tmp_path)) == ["run", "run/mlflow.db/0/a"]


def test_the_only_history_of_its_format_beside_event_files_is_part_of_the_run(tmp_path):
    log(tmp_path, "one")
    put(tmp_path, "one/log.json", RECORDS)
    log(tmp_path, "both")
    put(tmp_path, "both/log.jsonl", RECORDS)
    put(tmp_path, "both/history.csv", HISTORY)
    log(tmp_path, "two")
    put(tmp_path, "two/a.jsonl", RECORDS)
    put(tmp_path, "two/b.jsonl", RECORDS)
    put(tmp_path, "none/log.jsonl", RECORDS)
    put(tmp_path, "none/history.csv", HISTORY)
    found = runs(tmp_path)
    assert sorted(found) == [
        *("both", "none/history.csv", "none/log.jsonl", "one"),
        *("two", "two/a.jsonl", "two/b.jsonl"),
    ]
    assert [len(found[name].sources) for name in ("both", "one", "two")] == [3, 2, 1]


@pytest.mark.parametrize("name", ["config.json", "notes.jsonl", "run.log", "out.txt", "nohup.out", "x.db"])
def test_files_that_are_no_logs_are_passed_over_in_silence(tmp_path, name):
    put(tmp_path, name, '{"name": "x", "list": [1, 2]}\n')
    assert find_runs(tmp_path) == ()


def test_a_run_file_of_another_content_is_told(tmp_path):
    put(tmp_path, "run-1.wandb", "hello")
    (found,) = find_runs(tmp_path)
    assert [problem.kind for problem in found.problems] == ["skipped"]


def test_files_over_the_size_are_told_and_not_read(tmp_path):
    log(tmp_path, "run")
    put(tmp_path, "h.csv", HISTORY)
    size = (tmp_path / "h.csv").stat().st_size
    found = runs(tmp_path, Limits(file_bytes=size - 1))
    for name in ("run", "h.csv"):
        (problem,) = found[name].problems
        assert (problem.kind, found[name].series) == ("over_limit", ())
    assert runs(tmp_path, Limits(file_bytes=10**6))["h.csv"].problems == ()


def test_tags_over_the_limit_are_told(tmp_path):
    mlflow(tmp_path, *(f"m{at}" for at in range(6)))
    ((_, run),) = runs(tmp_path, Limits(tags=4)).items()
    assert tags(run) == ["m0", "m1", "m2", "m3"]
    (problem,) = run.problems
    assert (problem.kind, problem.lost) == ("over_limit", 8)


def test_formats_have_names_of_their_own():
    names = [reader.FORMAT for reader in (one.load() for one in BUILT_IN)]
    assert len(set(names)) == len(names)
