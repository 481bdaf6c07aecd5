"""MLflow's file store."""

import math
import os
import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from readings import problems

from loganalyzer.readers import dvclive, keras_csv, mlflow_sqlite, tfevents, trackio
from loganalyzer.readers.mlflow_files import base_of, claims, hparams_of, read
from loganalyzer.readers.stores import files

SAMPLES = Path(__file__).parents[2] / "sample_logs" / "formats" / "mlflow"
RUN = "0123456789abcdef0123456789abcdef"
LINES = b"1628697792090 332.6841735839844 0\n1628697795789 297.6000061035156 1\n1628697799319 nan 2\n"


def written(tmp_path, data, key="loss"):
    path = tmp_path / "mlruns" / "1" / RUN / "metrics" / key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def points(reading):
    (column,) = reading.columns
    return [(step, struct.pack("<d", value)) for step, value in zip(column.step, column.value, strict=True)]


@pytest.mark.parametrize("name", ["sine-healthy", "sine-overflow"])
def test_a_real_run(name):
    """Python's own parser of the lines is the twin; what the library's client gives is the same."""
    tags = set()
    for path in sorted(SAMPLES.joinpath(name).rglob("metrics/**/*")):
        if path.is_dir():
            continue
        assert claims(path, path.read_bytes())
        reading = read(path, display="it")
        (column,) = reading.columns
        rows = [line.split(" ") for line in path.read_text().splitlines()]
        assert column.step.tolist() == [int(row[2]) for row in rows]
        assert points(reading) == [(int(row[2]), struct.pack("<d", float(row[1]))) for row in rows]
        assert column.wall_time.tolist() == [int(row[0]) / 1000 for row in rows]
        assert reading.problems == () and reading.source.records == len(rows)
        assert reading.source.bytes == path.stat().st_size
        tags.add(column.tag)
    assert tags == {"last loss", "train/loss", "val/loss"}
    (base,) = SAMPLES.joinpath(name).glob("mlruns/0/*/")
    assert {base_of(path) for path in base.rglob("metrics/**/loss")} == {base}
    lr = {"sine-healthy": 0.1, "sine-overflow": 8.0}[name]
    assert hparams_of(base) == {
        "epochs": 40.0,
        "lr": lr,
        "note": "a\nb",
        "optimizer/name": "sgd",
        "shuffle": True,
    }


def test_values_of_real_runs_as_their_writer_printed_them():
    (path,) = SAMPLES.glob("sine-overflow/mlruns/0/*/metrics/train/loss")
    value = read(path).columns[0].value
    assert value[:2].tolist() == [1.470533641198767e16, 1.1341910970368498e41]
    assert math.isnan(value[-1])


@pytest.mark.parametrize(
    "line, expected",
    [
        (b"1628697792090 0.5", (0, 0.5)),
        (b"1628697792090 0.5 7", (7, 0.5)),
        (b"1628697792090 0.5 7 train abc123", (7, 0.5)),
        (b"1628697792090 0.5 7 my train set abc123", (7, 0.5)),
        (b"1628697792090 -1e-320 -3", (-3, -1e-320)),
        (b"1628697792090 -inf 9223372036854775807", (2**63 - 1, -math.inf)),
        (b"1628697792090 Infinity 1\r", (1, math.inf)),
    ],
)
def test_lines_of_all_versions(tmp_path, line, expected):
    path = written(tmp_path, line + b"\n")
    assert claims(path, path.read_bytes())
    reading = read(path)
    assert (int(reading.columns[0].step[0]), float(reading.columns[0].value[0])) == expected
    assert reading.problems == ()


def test_times_of_all_versions(tmp_path):
    data = b"1628697792090 1 0\n1628697792 1 1\n0 1 2\n"
    wall = read(written(tmp_path, data)).columns[0].wall_time
    assert wall[:2].tolist() == [1628697792.09, 1628697792.0] and math.isnan(wall[2])
    assert read(written(tmp_path, b"0 1 0\n1 1 1\n")).columns[0].wall_time is None


def test_metrics_keep_their_whole_name(tmp_path):
    for key in ("loss", "val/loss", "metrics/mAP50(B)", "a/metrics/b", "metrics/metrics"):
        path = written(tmp_path, LINES, key)
        assert read(path).columns[0].tag == key
        assert base_of(path) == tmp_path / "mlruns" / "1" / RUN
    relative = Path("runs") / "metrics" / RUN / "metrics" / "metrics" / "x"
    assert base_of(relative) == Path("runs") / "metrics" / RUN
    assert base_of(Path("some") / "metrics" / "metrics" / "x") == Path("some")
    assert base_of(Path("some") / "loss") is None


def test_a_run_below_a_folder_metrics_is_found_by_its_meta_file(tmp_path, monkeypatch):
    folder = tmp_path / "metrics" / "exp" / "my run"
    path = folder / "metrics" / "metrics" / "loss"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"5 0.5 1\n")
    assert not claims(path, path.read_bytes())
    (folder / "meta.yaml").write_text("run_id: x\n")
    assert claims(path, path.read_bytes())
    assert base_of(path) == folder and read(path).columns[0].tag == "metrics/loss"
    monkeypatch.chdir(path.parent)
    assert base_of(Path("loss")) == folder and read(Path("loss")).columns[0].tag == "metrics/loss"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 4096,
        b"1628697792090 0.5 1",
        b"1628697792090\t0.5\t1\n",
        b"1628697792090,0.5,1\n",
        b"step\tloss\n0\t0.5\n",
        b"epoch,loss\n0,0.5\n",
        b"0 0.5 0.5 0.2 0.2\n",
        b"3 0.5 7\n",
        b"1628697792090 train 1\n",
        b"1628697792090 1_0 1\n",
        b'{"loss": 0.5, "step": 1}\n',
        b"\xff\xfe1628697792090 0.5 1\n",
    ],
)
def test_what_is_no_metric_file_is_left_to_others(tmp_path, data):
    assert not claims(written(tmp_path, data), data)


def test_place_and_name_decide_too(tmp_path):
    assert not claims(tmp_path / "loss", LINES)
    assert not claims(tmp_path / "metrics.d" / "loss", LINES)
    assert not claims(tmp_path / "1" / RUN / "metrics" / ".loss.swp", LINES)
    assert not claims(tmp_path / "1" / "models" / "m-7d0" / "metrics" / "loss", LINES)
    assert claims(tmp_path / "1" / RUN / "metrics" / "loss", LINES)


def test_nobody_else_claims_a_metric_file(tmp_path):
    path = written(tmp_path, LINES)
    for other in (dvclive, keras_csv, mlflow_sqlite, tfevents, trackio):
        assert not other.claims(path, LINES)


def test_every_cut_is_a_prefix_and_no_damage(tmp_path):
    whole = points(read(written(tmp_path, LINES)))
    for end in range(len(LINES)):
        reading = read(written(tmp_path, LINES[:end]))
        n = LINES[:end].count(b"\n")
        assert (points(reading) if reading.columns else []) == whole[:n]
        tail = end and LINES[end - 1 : end] != b"\n"
        expected = [("truncated", n + 1, 1)] if tail else [] if n else [("empty", 1, 0)]
        assert problems(reading) == expected


def test_bad_lines_are_counted_and_others_kept(tmp_path):
    bad = [
        b"garbage",
        b"\0" * 30,
        b"1628697792090 x 1",
        b"1628697792090 1 9223372036854775808",
        b"\xff\xfe 1 2",
    ]
    data = LINES + b"\n" + b"\n".join(bad) + b"\n" + LINES
    reading = read(written(tmp_path, data), display="run/loss")
    assert len(points(reading)) == 6
    assert problems(reading) == [("non_numeric", 5 + i, 1) for i in range(5)]
    assert reading.problems[0].text.startswith("run/loss:5: expected time, value and step, found 'garbage'")


def test_numbers_and_lines_have_a_longest(tmp_path):
    long = b"1628697792090 " + b"1" * 500 + b" 1\n"
    reading = read(written(tmp_path, long + LINES))
    assert problems(reading) == [("non_numeric", 1, 1)] and len(points(reading)) == 3
    endless = b"7" * (3 * files.MAX_LINE) + b"\n"
    reading = read(written(tmp_path, LINES + endless + LINES + endless[:-1]))
    assert len(points(reading)) == 6
    assert problems(reading) == [("over_limit", 4, 1), ("over_limit", 8, 1)]
    assert [problem.skipped for problem in reading.problems] == [len(endless), len(endless) - 1]


def test_lines_beyond_the_limit_are_said_to_be_left_out(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MAX_LINES", 2)
    reading = read(written(tmp_path, LINES + LINES))
    assert len(points(reading)) == 2 and problems(reading) == [("over_limit", 3, 0)]
    assert reading.problems[0].skipped == len((LINES + LINES).split(b"\n", 2)[2])


def test_at_most_a_hundred_problems_are_listed(tmp_path):
    reading = read(written(tmp_path, b"x\n" * 500))
    assert len(reading.problems) == 101 and reading.problems[-1].lost == 400
    assert reading.columns == ()


def test_a_pipe_is_not_waited_for(tmp_path):
    path = written(tmp_path, b"").with_name("pipe")
    os.mkfifo(path)
    with pytest.raises(OSError, match="not a regular file"):
        read(path)


def test_parameters_are_read_within_bounds(tmp_path):
    base = tmp_path / RUN
    (base / "params" / "deep").mkdir(parents=True)
    texts = {"lr": "1e-3", "flag": "False", "name": "adam", "hash": "12e4567", "ver": "1_0", "none": "None"}
    for name, text in texts.items():
        (base / "params" / name).write_text(text)
    (base / "params" / "deep" / "raw").write_bytes(b"\xff" * 100_000)
    (base / "params" / "link").symlink_to("/etc/hostname")
    os.mkfifo(base / "params" / "pipe")
    found = hparams_of(base)
    assert found.pop("deep/raw") == "\ufffd" * 1000
    assert found == {
        "flag": False,
        "hash": "12e4567",
        "lr": 0.001,
        "name": "adam",
        "none": "None",
        "ver": "1_0",
    }
    for index in range(1500):
        (base / "params" / f"x{index}").write_text("1")
    assert len(hparams_of(base)) == 1000
    assert hparams_of(tmp_path / "nothing") == {}


@given(st.lists(st.tuples(st.integers(0, 2**62), st.floats(), st.integers(-(2**63), 2**63 - 1)), min_size=1))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_mlflow_writes_comes_back_bit_for_bit(tmp_path, rows):
    data = "".join(f"{stamp} {value} {step}\n" for stamp, value, step in rows).encode()
    reading = read(written(tmp_path, data))
    value = [math.nan if math.isnan(value) else value for _, value, _ in rows]
    assert points(reading) == [
        (step, struct.pack("<d", one)) for (_, _, step), one in zip(rows, value, strict=True)
    ]
    assert reading.problems == ()


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_are_too_odd(tmp_path, data):
    path = written(tmp_path, LINES + data)
    claims(path, data)
    reading = read(path)
    assert points(reading)[:2] == points(read(written(tmp_path, LINES)))[:2]
    assert len(points(reading)) + sum(problem.lost for problem in reading.problems) >= 3
