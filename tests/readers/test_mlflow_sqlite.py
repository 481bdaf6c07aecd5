"""MLflow's database store."""

import math
import shutil
import sqlite3
import sys
from pathlib import Path

import numpy as np
import pytest

from loganalyzer.readers import dvclive, keras_csv, mlflow_files, tfevents, trackio
from loganalyzer.readers.limits import Limits, applied
from loganalyzer.readers.mlflow_sqlite import claims, read_runs_of

SAMPLES = Path(__file__).parents[2] / "sample_logs" / "formats"
SCHEMA = """
CREATE TABLE experiments (experiment_id INTEGER PRIMARY KEY, name VARCHAR(256));
CREATE TABLE runs (run_uuid VARCHAR(32) PRIMARY KEY, name VARCHAR(250), experiment_id INTEGER,
    start_time BIGINT);
CREATE TABLE metrics (key VARCHAR(250) NOT NULL, value FLOAT NOT NULL, timestamp BIGINT NOT NULL,
    run_uuid VARCHAR(32) NOT NULL, step BIGINT NOT NULL, is_nan BOOLEAN NOT NULL);
CREATE TABLE params (key VARCHAR(250), value VARCHAR(8000), run_uuid VARCHAR(32));
CREATE TABLE tags (key VARCHAR(250), value VARCHAR(8000), run_uuid VARCHAR(32));
"""


def stored(tmp_path, *statements, schema=SCHEMA):
    path = tmp_path / "mlflow.db"
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    connection.executescript(schema)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return path


def is_claimed(path):
    return claims(path, path.read_bytes()[:65536])


@pytest.mark.parametrize("name", ["sine-healthy", "sine-overflow"])
def test_a_real_store(name):
    """A plain query for each curve is the twin."""
    path = SAMPLES / "mlflow-sqlite" / name / "mlflow.db"
    assert is_claimed(path)
    found = read_runs_of(path, display="it")
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
    runs = connection.execute("SELECT run_uuid, name FROM runs ORDER BY start_time").fetchall()
    by_first = {reading.columns[1].value[0]: (name, reading) for name, reading in found}
    assert len(by_first) == len(runs) == len(found)
    for uuid, title in runs:
        rows = connection.execute(
            "SELECT key, step, value, is_nan, timestamp FROM metrics WHERE run_uuid = ? ORDER BY rowid",
            (uuid,),
        ).fetchall()
        name, reading = by_first[next(row[2] for row in rows if row[0] == "train/loss")]
        assert name.removesuffix("#2").endswith(f"/{title}") and reading.problems == ()
        assert [column.tag for column in reading.columns] == ["last loss", "train/loss", "val/loss"]
        assert reading.source.records == len(rows) and reading.source.bytes == path.stat().st_size
        for column in reading.columns:
            own = [row for row in rows if row[0] == column.tag]
            assert column.step.tolist() == [row[1] for row in own]
            value = np.array([math.nan if row[3] else row[2] for row in own])
            assert column.value.tobytes() == value.tobytes()
            assert column.wall_time.tolist() == [row[4] / 1000 for row in own]
    connection.close()


def test_names_and_settings_of_a_real_store():
    found = dict(read_runs_of(SAMPLES / "mlflow-sqlite" / "sine-healthy" / "mlflow.db"))
    assert list(found) == ["sine/plain", "sine/plain#2", "sweep/slow"]
    first = {name: float(reading.columns[1].value[0]) for name, reading in found.items()}
    assert first["sine/plain"] == 0.49608655038041766
    assert found["sweep/slow"].hparams == {
        "epochs": 14.0,
        "lr": 0.05,
        "note": "a\nb",
        "optimizer/name": "sgd",
        "shuffle": True,
    }


def test_what_cannot_be_stored_as_a_number_comes_back(tmp_path):
    largest = sys.float_info.max
    values = [(0.0, 1), (largest, 0), (-largest, 0), (math.nextafter(largest, 0), 0), (5e-324, 0), (3, 0)]
    path = stored(tmp_path, "INSERT INTO runs VALUES ('u', 'r', 0, 1)")
    connection = sqlite3.connect(path)
    rows = [("loss", value, 1, "u", step, flag) for step, (value, flag) in enumerate(values)]
    connection.executemany("INSERT INTO metrics VALUES (?, ?, ?, ?, ?, ?)", rows)
    connection.commit()
    connection.close()
    ((name, reading),) = read_runs_of(path)
    (column,) = reading.columns
    assert (name, column.wall_time) == ("0/r", None)
    assert math.isnan(column.value[0])
    assert column.value[1:].tolist() == [math.inf, -math.inf, math.nextafter(largest, 0), 5e-324, 3.0]


def test_names_where_tables_disagree(tmp_path):
    path = stored(
        tmp_path,
        "INSERT INTO experiments VALUES (1, 'e')",
        "INSERT INTO runs VALUES ('a', NULL, 1, 5), ('b', '', 1, 4), ('c', 'x', 1, 3)",
        "INSERT INTO runs VALUES ('d', 'x', 1, 2), ('e', 'y', 1, 1)",
        "INSERT INTO tags VALUES ('mlflow.runName', 'tagged', 'a'), ('other', 'wrong', 'b')",
        "INSERT INTO metrics SELECT 'loss', start_time, 1, run_uuid, 0, 0 FROM runs WHERE run_uuid <> 'e'",
        "INSERT INTO metrics VALUES ('loss', 9, 1, 'unknown', 0, 0)",
    )
    found = {name: float(reading.columns[0].value[0]) for name, reading in read_runs_of(path)}
    assert found == {"e/b": 4.0, "e/tagged": 5.0, "e/x": 2.0, "e/x#2": 3.0, "unknown": 9.0}
    assert list(found) == sorted(found)


def test_stores_of_before_steps_were_counted(tmp_path):
    schema = """CREATE TABLE runs (run_uuid TEXT PRIMARY KEY, name TEXT);
        CREATE TABLE metrics (key TEXT, value FLOAT, timestamp BIGINT, run_uuid TEXT);"""
    rows = "INSERT INTO metrics VALUES ('loss', 1.5, 1628697792, 'a'), ('loss', 0.5, 1628697793, 'a')"
    path = stored(tmp_path, "INSERT INTO runs VALUES ('a', 'r')", rows, schema=schema)
    assert is_claimed(path)
    ((name, reading),) = read_runs_of(path)
    (column,) = reading.columns
    assert (name, column.step.tolist(), column.value.tolist()) == ("r", [0, 0], [1.5, 0.5])
    assert column.wall_time.tolist() == [1628697792.0, 1628697793.0]


def test_rows_that_hold_something_else_are_counted(tmp_path):
    path = stored(
        tmp_path,
        "INSERT INTO runs VALUES ('a', 'r', 0, 1), ('b', 's', 0, 1)",
        "INSERT INTO metrics VALUES ('loss', 'high', 1, 'a', 0, 0), ('loss', 0.5, 1, 'a', 'one', 0)",
        "INSERT INTO metrics VALUES (x'ff', x'00ff', 1, 'a', 0, 0), (7, 0.5, 1, 'a', 0, 0)",
        "INSERT INTO metrics VALUES ('loss', 0.5, 'then', 'a', 1, 0), ('loss', 0.5, 1, 'b', 0, 0)",
        "INSERT INTO params VALUES (CAST(x'ff41' AS TEXT), CAST(x'fe' AS TEXT), 'a'), ('x', NULL, 'a')",
        "INSERT INTO params VALUES (NULL, 3, 'c')",
    )
    found = dict(read_runs_of(path, display="x/mlflow.db"))
    assert found["0/s"].problems == ()
    bad = found["0/r"]
    assert bad.columns[-1].value.tolist() == [0.5] and bad.hparams == {"\ufffdA": "\ufffd", "x": ""}
    assert [(problem.kind, problem.lost) for problem in bad.problems] == [("non_numeric", 1)] * 3
    say = (
        "x/mlflow.db: row 1 of table metrics: expected a key, a number and a step, found 'loss', 'high', '0'"
    )
    assert bad.problems[0].text.startswith(say)


def test_a_store_without_points_says_so(tmp_path):
    ((name, reading),) = read_runs_of(stored(tmp_path, "INSERT INTO runs VALUES ('a', 'r', 0, 1)"))
    assert (name, reading.columns, [problem.kind for problem in reading.problems]) == ("", (), ["empty"])


def test_other_files_are_left_to_others(tmp_path):
    real = SAMPLES / "mlflow-sqlite" / "sine-healthy" / "mlflow.db"
    assert not claims(real.with_suffix(".txt"), real.read_bytes())
    assert not is_claimed(SAMPLES / "trackio" / "sine-healthy" / "sine-healthy.db")
    assert not is_claimed(stored(tmp_path, schema="CREATE TABLE metrics (key, value, timestamp, step)"))
    assert not is_claimed(stored(tmp_path, schema="CREATE TABLE runs (run_uuid); CREATE TABLE metrics (key)"))
    assert not is_claimed(stored(tmp_path, schema=""))
    for data in (b"", b"SQLite format 3\0", b"SQLite format 3\0" + bytes(5000), b"epoch,loss\n1,2\n"):
        path = tmp_path / "x.db"
        path.write_bytes(data)
        assert not is_claimed(path)
    for other in (dvclive, keras_csv, mlflow_files, tfevents, trackio):
        assert not other.claims(real, real.read_bytes()[:65536])


def test_limits_are_said(tmp_path):
    path = stored(
        tmp_path,
        "INSERT INTO runs VALUES ('a', 'r', 0, 1), ('b', 's', 0, 1)",
        "INSERT INTO metrics VALUES ('x', 1, 1, 'a', 0, 0), ('y', 1, 1, 'a', 0, 0), ('z', 1, 1, 'a', 0, 0)",
        "INSERT INTO metrics VALUES ('z', 1, 1, 'a', 1, 0), ('x', 1, 1, 'b', 0, 0)",
    )
    with applied(Limits(tags=2, runs=1)):
        ((name, reading),) = read_runs_of(path)
    assert name == "0/r" and [column.tag for column in reading.columns] == ["x", "y"]
    assert [(problem.kind, problem.lost) for problem in reading.problems] == [
        ("over_limit", 2),
        ("over_limit", 2),
    ]


def test_the_same_bytes_give_the_same_runs(tmp_path):
    real = SAMPLES / "mlflow-sqlite" / "sine-healthy" / "mlflow.db"
    copy = tmp_path / "other.sqlite"
    shutil.copyfile(real, copy)
    assert is_claimed(copy)
    for (a, one), (b, other) in zip(
        read_runs_of(real, display="x"), read_runs_of(copy, display="x"), strict=True
    ):
        assert a == b and one.source == other.source and one.hparams == other.hparams
        assert [column.value.tobytes() for column in one.columns] == [
            column.value.tobytes() for column in other.columns
        ]
