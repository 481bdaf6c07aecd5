"""DVCLive's folders of tables."""

import csv
import math
import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from readings import problems

from loganalyzer.readers import mlflow_files, mlflow_sqlite, tfevents, trackio
from loganalyzer.readers.dvclive import base_of, claims, hparams_of, read

SAMPLES = Path(__file__).parents[2] / "sample_logs" / "formats" / "dvclive"
DATA = b"timestamp\tstep\tloss\n1795270479884\t0\t0.5\n1795270479990\t1\t0.25\n1795270480000\t2\tnan\n"


def written(tmp_path, data, key="loss"):
    path = tmp_path / "dvclive" / "plots" / "metrics" / f"{key}.tsv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def points(reading):
    return [
        (step, struct.pack("<d", value))
        for column in reading.columns
        for step, value in zip(column.step.tolist(), column.value.tolist(), strict=True)
    ]


@pytest.mark.parametrize("name, clocked", [("sine-healthy", True), ("sine-overflow", False)])
def test_a_real_run(name, clocked):
    """The standard library's reader of tables is the twin."""
    base = SAMPLES / name / "dvclive"
    tags = set()
    for path in sorted(base.rglob("*.tsv")):
        assert claims(path, path.read_bytes()) and base_of(path) == base
        reading = read(path)
        with path.open(newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t"))
        assert points(reading) == [(int(row["step"]), struct.pack("<d", float(row["loss"]))) for row in rows]
        assert reading.problems == () and reading.source.records == len(rows) == 40
        wall = reading.columns[0].wall_time
        assert (wall is not None) == clocked
        if clocked:
            assert wall.tolist() == [int(row["timestamp"]) / 1000 for row in rows]
        tags.add(reading.columns[0].tag)
    assert tags == {"train/loss", "val/loss"}


def test_settings_of_a_real_run():
    base = SAMPLES / "sine-healthy" / "dvclive"
    assert (base / "metrics.json").is_file()  # results, not settings
    assert hparams_of(base) == {
        "epochs": 40.0,
        "lr": 0.1,
        "optimizer/name": "sgd",
        "optimizer/nesterov": False,
    }


def test_the_settings_of_the_run_win_over_those_above(tmp_path):
    base = tmp_path / "dvclive"
    base.mkdir()
    (tmp_path / "params.yaml").write_text("train: {lr: 0.5, seed: 1}\n")
    (base / "params.yaml").write_text("train:\n  lr: 0.25\n")
    assert hparams_of(base) == {"train/lr": 0.25, "train/seed": 1.0}
    (base / "params.yaml").write_text("train: [")
    assert hparams_of(base) == {"train/lr": 0.5, "train/seed": 1.0}
    assert hparams_of(tmp_path / "x" / "nothing") == {}


@pytest.mark.parametrize(
    "key, header",
    [
        ("loss", "step\tloss"),
        ("train/loss", "step\tloss"),
        ("train/loss", "step\ttrain/loss"),
        ("metrics/mAP50(B)", "step\tmAP50(B)"),
        ("val.loss", "timestamp\tstep\tval.loss"),
        ("my loss", 'step\t"my loss"'),
    ],
)
def test_headers_of_all_versions(tmp_path, key, header):
    row = "1795270479884\t3\t0.5" if header.startswith("t") else "3\t0.5"
    path = written(tmp_path, f"{header}\n{row}\n".encode(), key)
    assert claims(path, path.read_bytes())
    reading = read(path)
    assert (reading.columns[0].tag, points(reading)) == (key, [(3, struct.pack("<d", 0.5))])
    assert base_of(path) == tmp_path / "dvclive"


def test_scalars_of_the_first_versions(tmp_path):
    path = tmp_path / "dvclive" / "scalars" / "train" / "loss.tsv"
    path.parent.mkdir(parents=True)
    path.write_bytes(DATA)
    assert claims(path, DATA) and base_of(path) == tmp_path / "dvclive"
    assert read(path).columns[0].tag == "train/loss"


def test_a_relative_path_has_a_relative_folder(tmp_path, monkeypatch):
    path = written(tmp_path, DATA)
    monkeypatch.chdir(tmp_path)
    assert base_of(path.relative_to(tmp_path)) == Path("dvclive")
    monkeypatch.chdir(path.parent)
    assert base_of(Path("loss.tsv")) == tmp_path / "dvclive"
    assert read(Path("loss.tsv")).columns[0].tag == "loss"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"step\taccuracy\n0\t0.5\n",
        b"step\tloss\tval_loss\n0\t0.5\t0.5\n",
        b"epoch\tloss\n0\t0.5\n",
        b"step,loss\n0,0.5\n",
        b"loss\n0.5\n",
        b"1628697792090 0.5 1\n",
        b"\0\0\0",
    ],
)
def test_other_tables_are_left_to_others(tmp_path, data):
    assert not claims(written(tmp_path, data), data)


def test_place_and_name_decide_too(tmp_path):
    assert not claims(tmp_path / "loss.tsv", DATA)
    assert not claims(tmp_path / "plots" / "loss.tsv", DATA)
    assert not claims(tmp_path / "metrics" / "loss.tsv", DATA)
    assert not claims(tmp_path / "plots" / "metrics" / "loss.csv", DATA)
    assert base_of(tmp_path / "metrics" / "loss.tsv") is None


def test_nobody_else_claims_it(tmp_path):
    path = written(tmp_path, DATA)
    for other in (mlflow_files, mlflow_sqlite, tfevents, trackio):
        assert not other.claims(path, DATA)


def test_every_cut_is_a_prefix_and_no_damage(tmp_path):
    whole = points(read(written(tmp_path, DATA)))
    for end in range(len(DATA)):
        reading = read(written(tmp_path, DATA[:end]))
        n = DATA[:end].count(b"\n")
        assert points(reading) == whole[: max(n - 1, 0)]
        kinds = [problem.kind for problem in reading.problems]
        if n and end and DATA[end - 1 : end] != b"\n":
            assert kinds == ["truncated"]
        elif not n:
            assert kinds == (["truncated"] if end else ["empty"])
        else:
            assert kinds == ([] if n > 1 else ["empty"])


def test_bad_lines_are_counted_and_others_kept(tmp_path):
    bad = [
        b"x\t1\t2",
        b"1\t2",
        b"1\t2\t3\t4",
        b"1\t1.5\t0.5",
        b"1\t5\tgood",
        b"1\t9223372036854775808\t1",
        b"1\t1\t" + b"1" * 401,
        b"\xff\xff\xff",
    ]
    reading = read(
        written(tmp_path, DATA + b"\n" + b"\n".join(bad) + b"\n1\t9\t0.125\n"), display="x/loss.tsv"
    )
    assert points(reading)[-1] == (9, struct.pack("<d", 0.125)) and len(points(reading)) == 4
    kinds = ["non_numeric", "ragged", "ragged", *["non_numeric"] * 4, "ragged"]
    assert problems(reading) == [(kind, 6 + i, 1) for i, kind in enumerate(kinds)]
    assert reading.problems[0].text.startswith("x/loss.tsv:6: expected numbers, found 'x\\t1\\t2'")


def test_blank_cells_and_repeated_headers_are_no_points(tmp_path):
    data = b"step\tloss\r\n0\t0.5\r\nstep\tloss\r\n0\t\r\n1\t-inf\r\n"
    reading = read(written(tmp_path, data))
    assert points(reading) == [(0, struct.pack("<d", 0.5)), (1, struct.pack("<d", -math.inf))]
    assert reading.problems == () and reading.columns[0].wall_time is None


@given(
    st.lists(st.tuples(st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False)), min_size=1),
)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_a_writer_of_tables_writes_comes_back(tmp_path, rows):
    data = "step\tloss\n" + "".join(f"{step}\t{value}\n" for step, value in rows)
    assert points(read(written(tmp_path, data.encode()))) == [
        (step, struct.pack("<d", value)) for step, value in rows
    ]


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_are_too_odd(tmp_path, data):
    path = written(tmp_path, DATA + data)
    claims(path, data)
    assert len(points(read(path))) >= 3
    read(written(tmp_path, data))
