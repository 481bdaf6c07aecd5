"""Event files: every layout that writers use, slow twins, and input that is not as it should be."""

from __future__ import annotations

import os
import random
import struct
import sys
from pathlib import Path

import numpy as np
import pytest
from event_files import (
    BFLOAT16,
    DOUBLE,
    FLOAT,
    HALF,
    INT32,
    INT64,
    NAME,
    STRING,
    event,
    file_bytes,
    histogram,
    losses,
    metadata,
    new_style,
    record,
    shaped,
    simple,
    tensor,
    value_of,
    write,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from tensorboard.compat.proto.event_pb2 import Event, SessionLog, SourceMetadata
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData
from tensorboard.util.tensor_util import make_ndarray

from loganalyzer.model.run import QUANTILES
from loganalyzer.readers import tfevents
from loganalyzer.readers.events.limits import EventLimits
from loganalyzer.readers.events.points import Points
from loganalyzer.readers.events.problems import Problems
from loganalyzer.readers.events.tfrecord import Damage, scan
from loganalyzer.readers.limits import Limits, applied
from loganalyzer.readers.reading import Column, Reading

PLAIN, COLUMNS = sys.maxsize, 0
Table = dict[str, list[tuple[int, int, int]]]


def bits(number: float) -> int:
    return struct.unpack("<q", struct.pack("<d", number))[0]


def table(columns: tuple[Column, ...]) -> Table:
    """Step, wall time and value of each point, the floats as their bits."""
    return {
        column.tag: list(
            zip(
                column.step.tolist(),
                column.wall_time.view(np.int64).tolist(),
                column.value.view(np.int64).tolist(),
                strict=True,
            )
        )
        for column in columns
    }


def decoded(path: Path, columns_from: int, limits: EventLimits | None = None) -> Points:
    points = Points(Problems(str(path)), limits or EventLimits())
    fd = os.open(path, os.O_RDONLY)
    try:
        for item in scan(fd, os.fstat(fd).st_size):
            if not isinstance(item, Damage):
                tfevents.decode(item, points, columns_from=columns_from)
    finally:
        os.close(fd)
    return points


def read(folder: Path, data: bytes, name: str = NAME) -> Reading:
    return tfevents.read(write(folder, data, name))


def values(reading: Reading) -> dict[str, list[float]]:
    return {column.tag: column.value.tolist() for column in reading.columns}


def kinds(reading: Reading) -> list[str]:
    return [problem.kind for problem in reading.problems]


# -- which files


@pytest.mark.parametrize(
    ("name", "head", "expected"),
    [
        (NAME, b"", True),
        ("events.out.tfevents.1700000000.host.profile-empty", record(b"\x09" + bytes(8)), False),
        ("model.ckpt", b"", False),
        ("log", record(b"\x09" + bytes(8)), True),
        ("log", record(b"\x0a" + bytes(8)), False),
        ("log", record(b"\x09" + bytes(8))[:12], False),
        ("log", b"\x01" + record(b"\x09" + bytes(8)), False),
    ],
)
def test_claims_by_name_or_by_first_record(name, head, expected):
    assert tfevents.claims(Path("runs.tfevents", name), head) is expected


def test_an_empty_file_is_one_problem(tmp_path):
    reading = read(tmp_path, b"")
    assert kinds(reading) == ["empty"]
    assert (reading.columns, reading.source.records, reading.source.bytes) == ((), 0, 0)


def test_a_file_of_one_header_record_is_no_problem(tmp_path):
    reading = read(tmp_path, file_bytes())
    assert (reading.columns, reading.problems, reading.source.records) == ((), (), 1)


def test_a_missing_file_a_folder_and_a_pipe_are_problems(tmp_path):
    os.mkfifo(tmp_path / "tfevents.pipe")
    for path in (tmp_path / "tfevents.none", tmp_path, tmp_path / "tfevents.pipe"):
        reading = tfevents.read(path)
        assert kinds(reading) == ["unreadable"]
        assert reading.problems[0].path == str(path)


def test_an_error_of_the_disk_keeps_what_came_before(tmp_path, monkeypatch):
    path = write(tmp_path, file_bytes(*losses(4000)))
    monkeypatch.setattr("loganalyzer.readers.events.resync.CHUNK", 50_000)
    pread = os.pread

    def fail_behind(fd: int, n: int, offset: int) -> bytes:
        if offset > 90_000:
            raise OSError(5, "Input/output error")
        return pread(fd, n, offset)

    monkeypatch.setattr(os, "pread", fail_behind)
    reading = tfevents.read(path)
    assert kinds(reading) == ["unreadable"]
    assert "Input/output error" in reading.problems[0].text
    got = values(reading)["loss"]
    assert 2000 < len(got) < 4000
    assert got == [step / 8 for step in range(len(got))]


def test_the_display_name_is_used_throughout(tmp_path):
    path = write(tmp_path, file_bytes(*losses(2))[:-1])
    reading = tfevents.read(path, display="a/b")
    assert (reading.source.path, reading.problems[0].path) == ("a/b", "a/b")
    assert (reading.source.format, reading.source.bytes, reading.source.records) == (
        "tfevents",
        path.stat().st_size,
        2,
    )


# -- layouts


def test_scalars_as_value_and_as_tensor_of_every_writer(tmp_path):
    reading = read(
        tmp_path,
        file_bytes(
            event(0, simple("old", 0.1)),
            event(1, tensor("keras", 0.1)),
            event(2, new_style("torch", 0.1)),
            event(3, simple("a", 1.5), simple("b", -2.5), simple("a", 3.5)),
            event(4, Summary.Value(node_name="node", tensor=TensorProto(dtype=FLOAT, float_val=[7.0]))),
        ),
    )
    widened = float(np.float32(0.1))
    assert values(reading) == {
        "old": [widened],
        "keras": [widened],
        "torch": [widened],
        "a": [1.5, 3.5],
        "b": [-2.5],
        "node": [7.0],
    }
    assert [column.step.tolist() for column in reading.columns] == [[3, 3], [3], [1], [4], [0], [2]]
    assert reading.problems == ()


@pytest.mark.parametrize("columns_from", [PLAIN, COLUMNS])
@pytest.mark.parametrize(
    ("dtype", "numbers"),
    [
        (FLOAT, [0.1, -0.0, float("nan"), float("inf")]),
        (DOUBLE, [0.1, 1e300, float("-inf")]),
        (HALF, [0.1, 65504.0, float("nan")]),
        (BFLOAT16, [0.15625, -3e38, float("inf")]),
        (INT32, [-(2**31), 7]),
        (INT64, [2**53, -5]),
    ],
)
def test_tensor_content_of_every_type(tmp_path, dtype, numbers, columns_from):
    numbers = numbers * 20
    events = [event(i, tensor("x", number, dtype=dtype, plugin=None)) for i, number in enumerate(numbers)]
    if dtype == BFLOAT16:
        raw = [struct.pack("<f", number)[2:] for number in numbers]
        expected = [struct.unpack("<f", b"\0\0" + half)[0] for half in raw]
    else:
        expected = [float(make_ndarray(item.summary.value[0].tensor)) for item in events]
    (column,) = decoded(write(tmp_path, file_bytes(*events)), columns_from).columns()
    assert list(map(bits, column.value.tolist())) == list(map(bits, expected))


@pytest.mark.parametrize(
    ("proto", "expected"),
    [
        (TensorProto(dtype=INT32, int_val=[-3]), -3.0),
        (TensorProto(dtype=4, int_val=[255]), 255.0),
        (TensorProto(dtype=5, int_val=[-300]), -300.0),
        (TensorProto(dtype=INT64, int64_val=[-(2**40)]), float(-(2**40))),
        (TensorProto(dtype=10, bool_val=[True]), 1.0),
        (TensorProto(dtype=HALF, half_val=[0x3555]), float(np.uint16(0x3555).view(np.float16))),
        (TensorProto(dtype=BFLOAT16, half_val=[0x3FC0]), 1.5),
        (TensorProto(dtype=22, uint32_val=[2**32 - 1]), float(2**32 - 1)),
        (TensorProto(dtype=23, uint64_val=[2**63]), float(2**63)),
        (TensorProto(dtype=DOUBLE, double_val=[0.1]), 0.1),
        (TensorProto(dtype=FLOAT, float_val=[2.0], tensor_shape=shaped(1)), 2.0),
        (TensorProto(dtype=FLOAT, float_val=[2.0], tensor_shape=shaped(1, 1)), 2.0),
    ],
)
def test_numbers_in_lists(tmp_path, proto, expected):
    events = [event(step, value_of("x", proto)) for step in range(40)]
    for columns_from in (PLAIN, COLUMNS):
        points = decoded(write(tmp_path, file_bytes(*events)), columns_from)
        assert table(points.columns())["x"] == [(step, bits(1.7e9), bits(expected)) for step in range(40)]


@pytest.mark.parametrize(
    "proto",
    [
        TensorProto(dtype=FLOAT),
        TensorProto(dtype=FLOAT, float_val=[1.0, 2.0]),
        TensorProto(dtype=FLOAT, tensor_content=b"\0\0"),
        TensorProto(dtype=FLOAT, tensor_content=bytes(8)),
        TensorProto(dtype=FLOAT, float_val=[1.0], tensor_shape=shaped(1 << 31)),
        TensorProto(dtype=FLOAT, float_val=[1.0], tensor_shape=shaped(0)),
        TensorProto(dtype=STRING, string_val=[b"1.0"]),
        TensorProto(dtype=77, tensor_content=bytes(4)),
    ],
)
def test_a_scalar_that_is_none_is_missing_and_its_neighbours_stay(tmp_path, proto):
    events = [event(step, tensor("x", step), simple("y", step)) for step in range(6)]
    events[3].summary.value[0].CopyFrom(value_of("x", proto))
    reading = read(tmp_path, file_bytes(*events))
    assert values(reading) == {"x": [0, 1, 2, 4, 5], "y": [0, 1, 2, 3, 4, 5]}
    (problem,) = reading.problems
    assert (problem.kind, problem.lost) == ("bad_event", 1)
    assert problem.offset == len(file_bytes(*events[:3]))
    assert "one number of tag 'x'" in problem.text


def test_without_a_scalar_plugin_other_tensors_are_no_scalars_and_no_problem(tmp_path):
    vector = TensorProto(dtype=FLOAT, float_val=[1.0, 2.0], tensor_shape=shaped(2))
    text = TensorProto(dtype=STRING, string_val=[b"a model"])
    one = TensorProto(dtype=FLOAT, float_val=[1.0])
    events = [
        event(0, value_of("vector", vector, None)),
        event(0, value_of("keras", text, "graph_keras_model")),
        event(0, value_of("other", one, "pr_curves"), value_of("none", one, None)),
        event(0, Summary.Value(tag="image", image=Summary.Image(encoded_image_string=b"png"))),
        event(0, Summary.Value(tag="audio", audio=Summary.Audio(encoded_audio_string=b"wav"))),
        Event(wall_time=1.0, graph_def=b"\xff\xff not looked at"),
        event(0, Summary.Value(tag="nothing", metadata=metadata("scalars"))),
    ]
    reading = read(tmp_path, file_bytes(*events))
    assert values(reading) == {"none": [1.0]}
    assert (reading.problems, reading.source.records) == ((), 8)


@pytest.mark.parametrize("columns_from", [PLAIN, COLUMNS])
def test_the_first_metadata_of_a_tag_holds_for_all_of_it(tmp_path, columns_from):
    table_ = value_of(
        "h", TensorProto(dtype=DOUBLE, double_val=[0, 1, 4], tensor_shape=shaped(1, 3)), "histograms"
    )
    bare = value_of("h", TensorProto(dtype=DOUBLE, double_val=[0, 1, 4], tensor_shape=shaped(1, 3)), None)
    events = [event(0, tensor("s", 0.0), tensor("p", 0.0, plugin="other"), table_)]
    for step in range(1, 60):
        events += [
            event(step, tensor("s", step, plugin=None if step % 2 else "other")),
            event(step, tensor("p", step, plugin=None if step % 2 else "scalars")),
            event(step, bare),
        ]
    points = decoded(write(tmp_path, file_bytes(*events)), columns_from)
    (column,) = points.columns()
    assert (column.tag, column.value.tolist()) == ("s", list(range(60)))
    (histograms,) = points.histograms()
    assert (histograms.tag, histograms.step.tolist()) == ("h", list(range(60)))


def test_steps_and_times_are_kept_as_they_are(tmp_path):
    steps = [5, 3, 3, -1, -(2**63), 2**63 - 1, 0]
    times = [1e9, float("nan"), float("inf"), -5.0, 0.0, 123.0, 1e9]
    events = [event(step, simple("x", 1.0), wall_time=time) for step, time in zip(steps, times, strict=True)]
    reading = read(tmp_path, file_bytes(*events))
    (column,) = reading.columns
    assert column.step.tolist() == steps
    assert list(map(bits, column.wall_time.tolist())) == list(map(bits, times))
    assert reading.problems == ()


def test_a_tag_that_is_not_utf8_is_kept(tmp_path):
    raw = event(1, simple("t?g", 2.0)).SerializeToString().replace(b"t?g", b"t\xffg")
    reading = read(tmp_path, file_bytes(event(0, simple("x", 1.0))) + record(raw))
    assert values(reading) == {"t\\xffg": [2.0], "x": [1.0]}
    assert reading.problems == ()


def test_repeated_messages_merge_and_later_kinds_replace_as_protobuf_demands(tmp_path):
    first, second = event(1, simple("x", 1.0)), event(2, simple("y", 2.0), wall_time=5.0)
    graph = Event(graph_def=b"graph")
    payloads = [
        (first.SerializeToString() + second.SerializeToString()),
        (first.SerializeToString() + graph.SerializeToString()),
        (graph.SerializeToString() + second.SerializeToString()),
        (
            first.SerializeToString() + b"\x7b\x08\x01\x7c" + b"\xf8\x07\x01"
        ),  # an unknown group and an unknown field
    ]
    expected = [Event.FromString(payload) for payload in payloads]
    reading = read(tmp_path, b"".join(map(record, payloads)))
    points = [(v.tag, e.step, e.wall_time, v.simple_value) for e in expected for v in e.summary.value]
    ours = [
        (column.tag, *point)
        for column in reading.columns
        for point in zip(column.step.tolist(), column.wall_time.tolist(), column.value.tolist(), strict=True)
    ]
    assert sorted(ours) == sorted(points)
    assert len(points) == 4


def test_hyperparameters_of_the_session_start(tmp_path):
    data = HParamsPluginData()
    for name, number in (("lr", 0.1), ("batch", 32.0)):
        data.session_start_info.hparams[name].number_value = number
    data.session_start_info.hparams["opt"].string_value = "adam"
    data.session_start_info.hparams["amp"].bool_value = True
    data.session_start_info.hparams["none"].null_value = 0
    start = Summary.Value(
        tag="_hparams_/session_start_info", metadata=metadata("hparams", data.SerializeToString())
    )
    end = HParamsPluginData(session_end_info={"status": 1})
    finish = Summary.Value(
        tag="_hparams_/session_end_info", metadata=metadata("hparams", end.SerializeToString())
    )
    reading = read(tmp_path, file_bytes(event(0, start), event(0, finish), event(0, simple("x", 1.0))))
    assert dict(reading.hparams) == {"amp": True, "batch": 32.0, "lr": 0.1, "opt": "adam"}
    assert list(reading.hparams) == sorted(reading.hparams)
    assert (values(reading), reading.problems) == ({"x": [1.0]}, ())


@pytest.mark.parametrize(
    ("name", "events", "expected"),
    [
        (NAME, losses(2), "pytorch"),
        ("tfevents.1.host", losses(2), "tensorboardX"),
        ("tfevents.1.host", [], ""),
        ("tfevents.1.host", [event(0, simple("a", 1.0), simple("b", 1.0))], "tensorflow"),
        ("tfevents.1.host", [*losses(2), Event(session_log=SessionLog(status=1))], "tensorflow"),
        ("tfevents.1.host.5.0.v2", [event(0, tensor("loss", 1.0))], "tensorflow"),
        ("tfevents.1.host.5.0.v2", [event(0, tensor("epoch_loss", 1.0))], "keras"),
        (
            "tfevents.x",
            [Event(source_metadata=SourceMetadata(writer="tensorflow.core.util.events_writer")), *losses(1)],
            "tensorflow",
        ),
        (
            "tfevents.x",
            [Event(source_metadata=SourceMetadata(writer="tensorboard.summary.writer.event_file_writer"))],
            "pytorch",
        ),
    ],
)
def test_framework_is_guessed_from_writer_name_and_contents(tmp_path, name, events, expected):
    assert read(tmp_path, file_bytes(*events), name).framework == expected


# -- histograms


def test_histogram_of_buckets_with_sums(tmp_path):
    data = np.concatenate([np.zeros(500), np.linspace(0.001, 1, 500)])
    limits = [-1e-12, 0.0, 1e-12, *np.linspace(0.01, 1.01, 101)]
    counts = np.histogram(data, [-1.0, *limits])[0]
    value = histogram(
        "h",
        min=0.0,
        max=1.0,
        num=1000,
        sum=data.sum(),
        sum_squares=(data**2).sum(),
        bucket_limit=limits,
        bucket=counts,
    )
    (found,) = read(tmp_path, file_bytes(event(7, value), event(8, value))).histograms
    assert (found.tag, found.step.tolist()) == ("h", [7, 8])
    assert (found.min[0], found.max[0]) == (0.0, 1.0)
    assert found.mean[0] == pytest.approx(data.mean())
    assert found.std[0] == pytest.approx(data.std())
    assert found.zero_share[0] == 0.5
    assert found.quantiles[1] == pytest.approx(np.quantile(data, QUANTILES), abs=0.01)


def from_table(tmp_path: Path, rows: np.ndarray) -> tuple[object, Reading]:
    proto = TensorProto(
        dtype=DOUBLE, tensor_shape=shaped(*rows.shape), tensor_content=rows.astype("<f8").tobytes()
    )
    reading = read(tmp_path, file_bytes(event(1, value_of("h", proto, "histograms"))))
    return (reading.histograms[0] if reading.histograms else None), reading


def equal_buckets(data: np.ndarray, n: int = 30) -> np.ndarray:
    counts, edges = np.histogram(data, n)
    return np.stack([edges[:-1], edges[1:], counts], axis=1)


def test_histogram_as_a_table(tmp_path):
    data = np.random.default_rng(1).normal(3.0, 2.0, 10_000)
    found, _ = from_table(tmp_path, equal_buckets(data))
    assert found.min[0] == pytest.approx(data.min())
    assert found.max[0] == pytest.approx(data.max())
    assert found.mean[0] == pytest.approx(data.mean(), abs=0.02)
    assert found.std[0] == pytest.approx(data.std(), rel=0.02)
    assert found.quantiles[0] == pytest.approx(np.quantile(data, QUANTILES), abs=0.1)
    assert np.isnan(found.zero_share[0])  # a wide bucket around zero tells nothing


@pytest.mark.parametrize(
    ("data", "low", "high"),
    [
        (np.zeros(50), 1.0, 1.0),
        (np.linspace(2, 3, 50), 0.0, 0.0),
        (np.linspace(-3, -2, 50), 0.0, 0.0),
        (np.concatenate([np.zeros(900), np.linspace(0, 1, 100)]), 0.88, 0.92),
        (-np.concatenate([np.zeros(900), np.linspace(0, 1, 100)]), 0.88, 0.92),
        (np.linspace(0, 1, 3000), 0.0, 0.01),
    ],
)
def test_share_of_zeros_in_equal_buckets(tmp_path, data, low, high):
    rows = equal_buckets(data) if data.any() else np.array([[0.0, 0.0, float(data.size)]])
    found, _ = from_table(tmp_path, rows)
    assert low <= found.zero_share[0] <= high


def test_empty_single_and_broken_histograms(tmp_path):
    single = histogram("single", min=2, max=2, num=3, sum=6, sum_squares=12, bucket_limit=[3], bucket=[3])
    empty = histogram("empty")
    broken = histogram("broken", num=1, min=0, max=1, bucket_limit=[1, 2], bucket=[1])
    odd = value_of(
        "odd", TensorProto(dtype=DOUBLE, double_val=[1, 2], tensor_shape=shaped(1, 2)), "histograms"
    )
    endless = histogram("endless", min=-np.inf, max=np.inf, num=2, bucket_limit=[0, np.inf], bucket=[1, 1])
    reading = read(tmp_path, file_bytes(event(0, single, empty, broken, odd, endless, simple("x", 1.0))))
    found = {item.tag: item for item in reading.histograms}
    assert sorted(found) == ["empty", "endless", "single"]
    assert found["single"].quantiles.tolist() == [[2.0] * 5]
    assert (found["single"].mean[0], found["single"].std[0]) == (2.0, 0.0)
    assert np.isnan(found["empty"].mean[0])
    assert kinds(reading) == ["bad_event", "bad_event"]
    assert values(reading) == {"x": [1.0]}


# -- slow twins


def twin(data: bytes) -> Table:
    """What the file says, event by event and through tensorboard's own messages."""
    events, at = [], 0
    while at < len(data):
        (length,) = struct.unpack_from("<Q", data, at)
        events.append(Event.FromString(data[at + 12 : at + 12 + length]))
        at += 16 + length
    plugin: dict[str, str] = {}
    for value in (value for item in events for value in item.summary.value if value.HasField("metadata")):
        plugin.setdefault(value.tag, value.metadata.plugin_data.plugin_name)
    found: Table = {}
    for item in events:
        for value in item.summary.value:
            if value.HasField("simple_value"):
                number = value.simple_value
            elif value.HasField("tensor") and plugin.get(value.tag, "") in ("", "scalars"):
                array = make_ndarray(value.tensor)
                if array.size != 1 or array.dtype.kind not in "fiub":
                    continue
                number = float(array.item())
            else:
                continue
            found.setdefault(value.tag, []).append((item.step, bits(item.wall_time), bits(number)))
    return found


TAGS = [
    "a",
    "ab",
    "train/loss",
    "val_loss",
    "x" * 40,
    "layer01/weight",
    "layer02/weight",
    "layer10/weight",
    "",
]
LAYOUTS = {
    "old": simple,
    "keras": tensor,
    "bare": lambda tag, number: tensor(tag, number, plugin=None),
    "double": lambda tag, number: tensor(tag, number, dtype=DOUBLE),
    "half": lambda tag, number: tensor(tag, number, dtype=HALF),
    "torch": new_style,
    "foreign": lambda tag, number: tensor(tag, number, plugin="foreign"),
    "int": lambda tag, number: value_of(tag, TensorProto(dtype=INT64, int64_val=[step_of(number)])),
    "image": lambda tag, _: Summary.Value(tag=tag, image=Summary.Image(height=2)),
    "vector": lambda tag, number: value_of(
        tag, TensorProto(dtype=FLOAT, float_val=[number, number], tensor_shape=shaped(2)), None
    ),
}
STEPS = [-(2**63), -1, 0, 100, 120, 16_370, 2_097_140, 2**31, 2**63 - 3000]


def step_of(number: float) -> int:
    return int(number) if np.isfinite(number) else 0


KINDS = st.tuples(st.sampled_from(TAGS), st.sampled_from(sorted(LAYOUTS)))
PATTERNS = st.lists(st.lists(KINDS, min_size=1, max_size=3), min_size=1, max_size=5)
STREAKS = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(1, 50)), min_size=1, max_size=3)
ODD = [float("nan"), float("inf"), -0.0, 1e-45, 65504.0]


@settings(max_examples=50, deadline=None)
@given(PATTERNS, STREAKS, st.integers(0, 999))
def test_both_decoders_equal_the_slow_twin(tmp_path_factory, patterns, streaks, seed):
    """Streaks of events of a few kinds, as training writes them, with odd numbers among the values."""
    source = random.Random(seed)
    events = []
    for first, n in streaks:
        for step, pattern in ((first + i, pattern) for i in range(n) for pattern in patterns):
            numbers = [source.choice(ODD) if source.random() < 0.1 else source.gauss(0, 100) for _ in pattern]
            summary = [LAYOUTS[how](tag, number) for (tag, how), number in zip(pattern, numbers, strict=True)]
            time = float("nan") if source.random() < 0.02 else 1.7e9 + source.random()
            events.append(event(step, *summary, wall_time=time))
    data = file_bytes(*events)
    path = write(tmp_path_factory.mktemp("stream"), data)
    for columns_from in (PLAIN, COLUMNS):
        points = decoded(path, columns_from)
        assert table(points.columns()) == twin(data)
        assert {problem.kind for problem in points.problems.all()} <= {"bad_event", "over_limit"}


def test_both_decoders_equal_the_slow_twin_over_many_chunks(tmp_path, monkeypatch):
    source = np.random.default_rng(3)
    events = []
    for step in range(1500):
        events.append(event(step, simple("train/learning_rate", step * 1e-3), wall_time=1.7e9 + step))
        events.append(event(step, simple("val/learning_rate", source.normal())))
        events.append(event(step * 20, tensor("epoch_loss", source.normal())))
        if step % 7 == 0:
            events.append(event(step, simple("a", 1.0), simple("b", source.normal())))
    data = file_bytes(*events)
    path = write(tmp_path, data)
    monkeypatch.setattr("loganalyzer.readers.events.resync.CHUNK", 60_000)
    for columns_from in (PLAIN, COLUMNS, 500):
        points = decoded(path, columns_from)
        assert table(points.columns()) == twin(data)
        assert points.records == len(events) + 1


def test_values_equal_those_of_the_accumulator(tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from tensorboard.summary.writer.event_file_writer import EventFileWriter

    writer = EventFileWriter(str(tmp_path))
    for step in range(2500):
        writer.add_event(event(step, simple("loss", 1 / (step + 1)), wall_time=1.7e9 + step / 7))
        writer.add_event(event(step, tensor("epoch_loss", step / 3), wall_time=1.7e9 + step / 7))
    writer.close()
    (path,) = tmp_path.iterdir()
    accumulator = EventAccumulator(str(path), size_guidance={"scalars": 0, "tensors": 0})
    accumulator.Reload()
    theirs = {
        "loss": [(e.step, bits(e.wall_time), bits(e.value)) for e in accumulator.Scalars("loss")],
        "epoch_loss": [
            (e.step, bits(e.wall_time), bits(float(make_ndarray(e.tensor_proto))))
            for e in accumulator.Tensors("epoch_loss")
        ],
    }
    reading = tfevents.read(path)
    assert table(reading.columns) == theirs
    assert (reading.framework, reading.source.records) == ("pytorch", 5001)


# -- damage


def test_a_stream_of_good_and_bad_events(tmp_path):
    good = [event(step, simple("x", step)) for step in range(4)]
    good[1].wall_time = float("nan")
    raw = [record(item.SerializeToString()) for item in good]
    not_proto = record(b"\xff\xff\xff")
    broken = bytearray(record(b"\xff\xff\xff"))
    broken[13] ^= 1
    bad_data = bytearray(raw[2])
    bad_data[-6] ^= 1
    reading = read(tmp_path, raw[0] + raw[1] + not_proto + broken + bytes(bad_data) + raw[3])
    assert values(reading) == {"x": [0.0, 1.0, 3.0]}
    at = len(raw[0] + raw[1])
    assert [(p.kind, p.offset, p.lost) for p in reading.problems] == [
        ("bad_event", at, 1),
        ("corrupt_data", at + 19, 1),
        ("corrupt_data", at + 38, 1),
    ]
    assert reading.source.records == 4


def test_a_growing_file_yields_the_event_once_its_last_byte_is_there(tmp_path):
    data = file_bytes(*losses(3))
    before = read(tmp_path, data[:-1])
    assert values(before) == {"loss": [0.0, 0.125]}
    assert kinds(before) == ["truncated"]
    after = read(tmp_path, data)
    assert values(after) == {"loss": [0.0, 0.125, 0.25]}
    assert after.problems == ()


def test_every_cut_is_a_prefix_and_never_called_damage(tmp_path):
    events = [event(step, simple("x", step), tensor("y", -step)) for step in range(6)]
    data = file_bytes(*events)
    whole = table(read(tmp_path, data).columns)
    for cut in range(len(data)):
        reading = read(tmp_path, data[:cut])
        assert all(points == whole[tag][: len(points)] for tag, points in table(reading.columns).items())
        assert set(kinds(reading)) <= ({"truncated"} if cut else {"empty"})
        assert sum(p.skipped for p in reading.problems) == cut - last_end(data, cut)


def last_end(data: bytes, cut: int) -> int:
    at = 0
    while at < cut and at + 16 + struct.unpack_from("<Q", data, at)[0] <= cut:
        at += 16 + struct.unpack_from("<Q", data, at)[0]
    return at


def test_single_bit_flips_never_make_a_value_and_are_always_reported(tmp_path):
    data = file_bytes(*(event(step, simple("x", step), tensor("y", -step)) for step in range(8)))
    whole = {tag: set(points) for tag, points in table(read(tmp_path, data).columns).items()}
    for bit in random.Random(1).sample(range(8 * len(data)), 700):
        damaged = bytearray(data)
        damaged[bit // 8] ^= 1 << bit % 8
        reading = read(tmp_path, bytes(damaged))
        found = table(reading.columns)
        assert all(set(points) <= whole[tag] and len(points) >= 7 for tag, points in found.items())
        assert kinds(reading) in (["corrupt_length"], ["corrupt_data"])


@pytest.mark.parametrize("columns_from", [PLAIN, COLUMNS])
def test_flips_among_many_events_cost_just_these(tmp_path, columns_from):
    events = [event(step, simple("x", step), wall_time=1.7e9 + step) for step in range(3000)]
    size, source = len(record(events[2000].SerializeToString())), random.Random(2)
    for _ in range(40):
        data = bytearray(file_bytes(*events))
        victim = source.randrange(300, 2000)
        at = len(file_bytes(*events[:victim]))
        data[at + 12 + source.randrange(size - 14)] ^= 1 << source.randrange(8)
        points = decoded(write(tmp_path, bytes(data)), columns_from)
        (column,) = points.columns()
        assert column.value.tolist() == [step for step in range(3000) if step != victim]
        assert [(p.kind, p.offset) for p in points.problems.all()] == [("corrupt_data", at)]


def test_at_most_a_hundred_problems_and_a_count(tmp_path):
    good = record(event(0, simple("x", 1.0)).SerializeToString())
    reading = read(tmp_path, (good + record(b"\xff")) * 130)
    assert values(reading) == {"x": [1.0] * 130}
    assert kinds(reading) == ["bad_event"] * 100 + ["over_limit"]
    assert reading.problems[-1].lost == 30
    assert "found 30 more" in reading.problems[-1].text


@pytest.mark.parametrize("columns_from", [PLAIN, COLUMNS])
def test_more_tags_than_a_sane_run_has_are_left_out_and_counted(tmp_path, columns_from):
    limits = EventLimits(tags=3)
    events = [event(step, simple(f"tag{i}", step)) for step in range(40) for i in range(5)]
    points = decoded(write(tmp_path, file_bytes(*events)), columns_from, limits)
    assert [column.step.size for column in points.columns()] == [40, 40, 40]
    assert points.refused == 80
    reading = tfevents.read(tmp_path / NAME, limits=limits)
    assert [(p.kind, p.lost) for p in reading.problems] == [("over_limit", 80)]


# -- limits


@pytest.mark.parametrize("columns_from", [PLAIN, COLUMNS])
def test_long_tags_are_cut_and_told_apart_by_a_hash(tmp_path, columns_from):
    limits = EventLimits(tag_bytes=40)
    tags = ["a" * 40, "a" * 41, "a" * 41 + "b", "\u00e9" * 21, "short"]
    events = [event(step, tensor(tag, step)) for step in range(40) for tag in tags]
    points = decoded(write(tmp_path, file_bytes(*events)), columns_from, limits)
    columns = {column.tag: column.step.size for column in points.columns()}
    assert len(columns) == 5
    assert set(columns.values()) == {40}
    assert {"a" * 40, "short"} < columns.keys()
    assert all(len(tag.encode()) <= 40 for tag in columns)
    assert len(points.shortened) == 3


def test_cut_tags_are_one_line_of_the_report(tmp_path):
    path = write(tmp_path, file_bytes(*(event(0, simple(c * 2000, 1.0), simple(c, 1.0)) for c in "abc")))
    reading = tfevents.read(path)
    (problem,) = reading.problems
    assert (problem.kind, problem.lost) == ("over_limit", 0)
    assert "at most 1024 bytes, found 3 longer" in problem.text
    assert [len(column.tag) for column in reading.columns] == [1, 1024] * 3


def test_fewer_problems_may_be_listed(tmp_path):
    path = write(tmp_path, file_bytes() + record(b"\xff") * 7)
    reading = tfevents.read(path, limits=EventLimits(problems=2))
    assert kinds(reading) == ["bad_event", "bad_event", "over_limit"]
    assert reading.problems[-1].lost == 5


def test_the_limits_of_the_scan_hold_unless_others_are_given(tmp_path):
    image = Summary.Value(tag="image", image=Summary.Image(encoded_image_string=bytes(3000)))
    path = write(tmp_path, file_bytes(*losses(3), event(3, image), *losses(2)))
    with applied(Limits(record_bytes=1000)):
        assert kinds(tfevents.read(path)) == ["over_limit"]
        assert kinds(tfevents.read(path, limits=EventLimits())) == []
        (reading, _) = tfevents.read_many([path, path])
    assert values(reading)["loss"] == [0, 0.125, 0.25, 0, 0.125]
    assert "at most 1000 bytes, found one of 3" in reading.problems[0].text


def test_a_file_that_takes_too_long_yields_what_came_before(tmp_path, monkeypatch):
    path = write(tmp_path, file_bytes(*losses(4000)))
    monkeypatch.setattr("loganalyzer.readers.events.resync.CHUNK", 50_000)
    reading = tfevents.read(path, limits=EventLimits(file_s=-1e9))
    (problem,) = reading.problems
    assert problem.kind == "over_limit"
    got = values(reading)["loss"]
    assert 500 < len(got) < 4000
    assert problem.offset == len(file_bytes(*losses(len(got))))
    assert problem.skipped == path.stat().st_size - problem.offset
    whole = tfevents.read(path, limits=EventLimits(file_s=1e9))
    assert (len(values(whole)["loss"]), whole.problems) == (4000, ())


# -- bytes that do not fit their CRC


@pytest.mark.parametrize("n", [20, 3000])
def test_unverified_bytes_are_used_only_if_asked_for_and_always_reported(tmp_path, n):
    data = bytearray(file_bytes(*losses(n)))
    at = len(file_bytes(*losses(7)))
    data[len(file_bytes(*losses(8))) - 5] ^= 0x80  # the sign of the eighth value
    path = write(tmp_path, bytes(data))
    strict = tfevents.read(path)
    assert -0.875 not in values(strict)["loss"]
    assert [(p.kind, p.offset, p.lost) for p in strict.problems] == [("corrupt_data", at, 1)]
    lenient = tfevents.read(path, accept_bad_crc=True)
    assert values(lenient)["loss"] == [*values(strict)["loss"][:7], -0.875, *values(strict)["loss"][7:]]
    assert [(p.kind, p.offset, p.lost) for p in lenient.problems] == [("corrupt_data", at, 0)]
    assert "taken unverified" in lenient.problems[0].text
    many = tfevents.read_many([path, path], accept_bad_crc=True)
    assert [values(reading) for reading in many] == [values(lenient)] * 2


def test_unverified_bytes_that_are_no_event_stay_out(tmp_path):
    broken = bytearray(record(b"\xff\xff\xff"))
    broken[13] ^= 1
    path = write(tmp_path, file_bytes(*losses(3)) + bytes(broken) + file_bytes(*losses(1)))
    reading = tfevents.read(path, accept_bad_crc=True)
    assert [(p.kind, p.lost) for p in reading.problems] == [("corrupt_data", 1)]
    assert values(reading)["loss"] == [0.0, 0.125, 0.25, 0.0]


# -- what comes after damage


def test_records_behind_damage_are_said_to_be_recovered(tmp_path):
    head, tail = file_bytes(*losses(3)), file_bytes(*losses(5))
    reading = read(tmp_path, head + b"noise" + tail)
    (problem,) = reading.problems
    where = f"the 6 records from byte {len(head) + 5} on were found again by search and are recovered"
    assert where in problem.text
    live = read(tmp_path, head + b"noise" + tail[:-3])
    assert "the 5 records" in live.problems[0].text
    assert "are recovered" in live.problems[0].text
    assert kinds(live) == ["corrupt_length", "truncated"]


def test_records_between_two_damages_are_suspect(tmp_path):
    """A text may hold whole records; once its own header is gone, nothing else tells them from real ones."""
    inside = b"".join(record(item.SerializeToString()) for item in losses(4, "inside"))
    text = bytearray(record(b"a text that quotes a log: " + inside + b" and goes on" * 9))
    text[3] ^= 1
    head = file_bytes(*losses(3))
    reading = read(tmp_path, head + bytes(text) + file_bytes(*losses(5)))
    first, second = reading.problems
    assert first.kind == second.kind == "corrupt_length"
    assert f"the 4 records from byte {first.offset + first.skipped} on" in first.text
    assert f"are suspect: at byte {second.offset} they end in damage" in first.text
    assert "the 6 records" in second.text
    assert "are recovered" in second.text
    assert values(reading)["inside"] == [0.0, 0.125, 0.25, 0.375]


def test_where_framing_holds_nothing_is_recovered(tmp_path):
    data = bytearray(file_bytes(*losses(9)))
    data[len(file_bytes(*losses(4))) + 20] ^= 1
    (problem,) = read(tmp_path, bytes(data)).problems
    assert problem.kind == "corrupt_data"
    assert "recovered" not in problem.text


def test_damage_is_told_of_even_if_the_disk_fails_behind_it(tmp_path, monkeypatch):
    path = write(tmp_path, file_bytes(*losses(30)) + b"noise" + file_bytes(*losses(3000)))
    monkeypatch.setattr("loganalyzer.readers.events.resync.CHUNK", 10_000)
    pread = os.pread

    def fail_behind(fd: int, n: int, offset: int) -> bytes:
        if offset > 50_000:
            raise OSError(5, "Input/output error")
        return pread(fd, n, offset)

    monkeypatch.setattr(os, "pread", fail_behind)
    assert kinds(tfevents.read(path)) == ["unreadable", "corrupt_length"]
