"""Trackio's projects."""

import json
import math
import sqlite3
from datetime import datetime
from pathlib import Path

import pytest
from readings import curves

from loganalyzer.readers import dvclive, keras_csv, mlflow_files, mlflow_sqlite, tfevents
from loganalyzer.readers.trackio import claims, read_runs_of

SAMPLES = Path(__file__).parents[2] / "sample_logs" / "formats"
SCHEMA = """
CREATE TABLE metrics (id INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL, timestamp TEXT NOT NULL,
    run_name TEXT NOT NULL, step INTEGER NOT NULL, metrics TEXT NOT NULL);
CREATE TABLE configs (id INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT, run_name TEXT, config TEXT);
"""
NOON = "2026-11-21T12:00:00+00:00"


def stored(tmp_path, rows, configs=(), schema=SCHEMA):
    path = tmp_path / "project.db"
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    connection.executescript(schema)
    connection.executemany(
        "INSERT INTO metrics (run_id, timestamp, run_name, step, metrics) VALUES (?, ?, ?, ?, ?)", rows
    )
    connection.executemany("INSERT INTO configs (run_id, run_name, config) VALUES (?, ?, ?)", configs)
    connection.commit()
    connection.close()
    return path


def is_claimed(path):
    return claims(path, path.read_bytes()[:65536])


@pytest.mark.parametrize(
    "name, runs", [("sine-healthy", {"plain": 0.1, "slow": 0.05}), ("sine-overflow", {"too-fast": 8.0})]
)
def test_a_real_project(name, runs):
    """The rows as JSON say what must come out."""
    path = SAMPLES / "trackio" / name / f"{name}.db"
    assert is_claimed(path)
    found = dict(read_runs_of(path))
    assert list(found) == list(runs)
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
    for run, rate in runs.items():
        query = "SELECT step, metrics, timestamp FROM metrics WHERE run_name = ? ORDER BY id"
        rows = [(step, json.loads(text), time) for step, text, time in connection.execute(query, (run,))]
        train, val = found[run].columns
        assert (train.tag, val.tag) == ("train/loss", "val/loss")
        assert train.step.tolist() == val.step.tolist() == [step for step, _, _ in rows] == list(range(24))
        expected = [float(row["train"]["loss"]) for _, row, _ in rows]
        assert repr(train.value.tolist()) == repr(expected)
        assert repr(val.value.tolist()) == repr([float(row["val/loss"]) for _, row, _ in rows])
        assert val.wall_time.tolist() == [datetime.fromisoformat(time).timestamp() for _, _, time in rows]
        assert found[run].hparams == {
            "epochs": 24.0,
            "lr": rate,
            "optimizer/name": "sgd",
            "optimizer/nesterov": False,
        }
        assert found[run].problems == () and found[run].source.records == 48
    connection.close()


def test_not_all_that_is_logged_is_a_curve(tmp_path):
    row = {
        "loss": 1,
        "a": {"b": {"c": 2.5}},
        "words": "hello",
        "number as text": "1.5",
        "nothing": None,
        "truth": True,
        "list": [1, 2],
        "image": {"_type": "trackio.image", "size": 3},
        "nan": "NaN",
        "inf": "-Infinity",
        "bare": math.nan,
        "huge": 10**399,
    }
    ((_, reading),) = read_runs_of(stored(tmp_path, [("i", NOON, "r", 7, json.dumps(row))]))
    assert list(curves(reading)) == ["a/b/c", "bare", "huge", "inf", "loss", "nan"]
    assert [
        column.value[0] for column in reading.columns if column.tag in ("a/b/c", "huge", "inf", "loss")
    ] == [
        2.5,
        math.inf,
        -math.inf,
        1.0,
    ]
    assert reading.problems == ()


def test_runs_of_one_name_are_told_apart_by_their_key(tmp_path):
    later = NOON.replace("12:00", "13:00")
    rows = [
        ("b", later, "r", 0, '{"x": 2}'),
        ("a", NOON, "r", 0, '{"x": 1}'),
        ("b", later, "r", 1, '{"x": 3}'),
    ]
    path = stored(tmp_path, rows, [("a", "r", '{"lr": 0.5, "_Username": "me"}'), ("z", "r", "{}")])
    found = dict(read_runs_of(path))
    assert {name: curves(reading)["x"] for name, reading in found.items()} == {
        "r": ([0], [1.0]),
        "r#2": ([0, 1], [2.0, 3.0]),
    }
    assert (found["r"].hparams, found["r#2"].hparams) == ({"lr": 0.5}, {})


def test_projects_of_before_runs_had_keys(tmp_path):
    schema = """CREATE TABLE metrics (id INTEGER PRIMARY KEY, timestamp TEXT, run_name TEXT, step INTEGER,
            metrics TEXT);
        CREATE TABLE configs (id INTEGER PRIMARY KEY, run_name TEXT, config TEXT);
        INSERT INTO metrics VALUES (1, '2025-08-01T10:00:00', 'r', 0, '{"x": 1}');
        INSERT INTO metrics VALUES (2, 'then', 's', 0, '{"x": 2}');
        INSERT INTO configs VALUES (1, 's', '{"lr": 1}');"""
    path = tmp_path / "old.db"
    connection = sqlite3.connect(path)
    connection.executescript(schema)
    connection.close()
    assert is_claimed(path)
    found = dict(read_runs_of(path))
    assert list(found) == ["r", "s"] and found["s"].hparams == {"lr": 1.0}
    assert found["r"].columns[0].wall_time.tolist() == [1754042400.0]
    assert found["s"].columns[0].wall_time is None


def test_rows_that_hold_something_else_are_counted(tmp_path):
    deep = '{"x":' * 100_000 + "1" + "}" * 100_000
    bad = ["", "{", "[1]", "3", '{"x": ' + "9" * 5000 + "}", deep, b"\xff\xfe\x00", '{"x": 1}']
    rows = [("i", NOON, "r", index, text) for index, text in enumerate(bad)]
    rows[-1] = ("i", NOON, "r", "soon", '{"x": 1}')
    path = stored(tmp_path, [*rows, ("i", NOON, "r", 99, '{"x": 4}')], [("i", "r", "{")])
    ((_, reading),) = read_runs_of(path, display="x/project.db")
    assert curves(reading) == {"x": ([99], [4.0])}
    assert [(problem.kind, problem.lost) for problem in reading.problems] == [("non_numeric", 1)] * 9
    say = (
        "x/project.db: row 1 of table metrics: expected a step and a JSON object, found '0', ''; the row was"
    )
    assert reading.problems[0].text.startswith(say)


def test_nesting_ends_somewhere(tmp_path):
    text = '{"x":' * 60 + "1" + "}" * 60
    deeper = '{"y":' * 70 + "1" + "}" * 70
    rows = [("i", NOON, "r", 0, text), ("i", NOON, "r", 0, deeper)]
    ((_, reading),) = read_runs_of(stored(tmp_path, rows))
    assert list(curves(reading)) == ["/".join("x" * 60)]


def test_other_files_are_left_to_others(tmp_path):
    real = SAMPLES / "trackio" / "sine-healthy" / "sine-healthy.db"
    assert not claims(real.with_suffix(".csv"), real.read_bytes())
    assert not is_claimed(SAMPLES / "mlflow-sqlite" / "sine-healthy" / "mlflow.db")
    path = tmp_path / "x.db"
    for data in (b"", b"SQLite format 3\0" + bytes(5000), b"epoch,loss\n1,2\n"):
        path.write_bytes(data)
        assert not is_claimed(path)
    for other in (dvclive, keras_csv, mlflow_files, mlflow_sqlite, tfevents):
        assert not other.claims(real, real.read_bytes()[:65536])
