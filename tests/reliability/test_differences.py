"""docs/differences.md: each of its rows is true, of TensorBoard's EventAccumulator and of us."""

import logging
import re
from pathlib import Path

import pytest
from bad_events import one_more
from bad_framing import AT, MIDDLE, POINTS, SOUND, flipped, inserted
from event_files import (
    BFLOAT16,
    FLOAT,
    NAME,
    event,
    file_bytes,
    header,
    histogram,
    metadata,
    new_style,
    record,
    simple,
    tensor,
    value_of,
)
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.plugins.hparams import plugin_data_pb2
from tensorboard.util.tensor_util import make_ndarray

from loganalyzer.readers import find_runs, read_runs, tfevents

DOCUMENT = Path(__file__).parents[2] / "docs" / "differences.md"
CHECKED = {}


@pytest.fixture(autouse=True)
def quiet():
    """TensorBoard warns of what it drops."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def log(tmp_path):
    """A folder with one event file of these bytes."""

    def write(data, name=NAME):
        (tmp_path / name).write_bytes(data)
        return tmp_path

    return write


def theirs(folder, **options):
    options = {"purge_orphaned_data": False, "size_guidance": dict.fromkeys(SIZES, 0)} | options
    accumulator = EventAccumulator(str(folder), **options)
    accumulator.Reload()
    return accumulator


SIZES = ("scalars", "tensors", "histograms", "images", "audio", "compressedHistograms")


def scalars(accumulator, tag="loss"):
    return [(one.step, one.value) for one in accumulator.Scalars(tag)]


def ours(folder, name=NAME):
    return tfevents.read(folder / name, display="x")


def points(reading, tag="loss"):
    return [
        (step, value)
        for column in reading.columns
        if column.tag == tag
        for step, value in zip(column.step.tolist(), column.value.tolist(), strict=True)
    ]


def kinds(reading):
    return [problem.kind for problem in reading.problems]


def row(name):
    """The test checks the row of the document with this name."""

    def mark(test):
        CHECKED[name] = test
        return test

    return mark


@row("damage")
def test_damage(log):
    folder = log(flipped(SOUND, AT[MIDDLE] + 14))
    assert scalars(theirs(folder)) == POINTS[:20]
    assert points(ours(folder)) == POINTS[:20] + POINTS[21:]
    assert kinds(ours(folder)) == ["corrupt_data"]


@row("length that cannot be")
def test_length(log):
    folder = log(inserted(header(1 << 63)))
    with pytest.raises((OverflowError, MemoryError)):
        theirs(folder)
    assert points(ours(folder)) == POINTS


@row("payload that is no event")
def test_payload(log):
    folder = log(inserted(record(b"\xff\xff\xff")))
    with pytest.raises(Exception, match="Error parsing"):
        theirs(folder)
    assert points(ours(folder)) == POINTS
    assert kinds(ours(folder)) == ["bad_event"]


@row("tag that is not UTF-8")
def test_tag(log):
    payload = event(0, simple("tag?", 0.5)).SerializeToString().replace(b"tag?", b"tag\xff")
    folder = log(SOUND + record(payload))
    with pytest.raises(Exception, match="Error parsing"):
        theirs(folder)
    assert points(ours(folder), "tag\\xff") == [(0, 0.5)]


@row("live tail")
def test_live_tail(log):
    folder = log(SOUND[:-1])
    assert scalars(theirs(folder)) == points(ours(folder)) == POINTS[:-1]
    assert kinds(ours(folder)) == ["truncated"]


@row("no records")
def test_no_records(log):
    folder = log(b"")
    assert theirs(folder).Tags()["scalars"] == []
    assert kinds(ours(folder)) == ["empty"]


@row("scalars as tensors")
def test_scalars_as_tensors(log):
    folder = log(file_bytes(event(3, tensor("a", 0.5), new_style("b", 0.25))))
    accumulator = theirs(folder)
    assert (accumulator.Tags()["scalars"], accumulator.Tags()["tensors"]) == ([], ["a", "b"])
    assert float(make_ndarray(accumulator.Tensors("a")[0].tensor_proto)) == 0.5
    assert points(ours(folder), "a") + points(ours(folder), "b") == [(3, 0.5), (3, 0.25)]


@row("one tag in both ways")
def test_one_tag_in_both_ways(log):
    folder = log(file_bytes(event(1, simple("loss", 1.0)), event(2, tensor("loss", 2.0))))
    accumulator = theirs(folder)
    assert (scalars(accumulator), len(accumulator.Tensors("loss"))) == ([(1, 1.0)], 1)
    assert points(ours(folder)) == [(1, 1.0), (2, 2.0)]


@row("bfloat16")
def test_bfloat16(log):
    folder = log(file_bytes(event(1, tensor("loss", 1.5, dtype=BFLOAT16))))
    proto = theirs(folder).Tensors("loss")[0].tensor_proto
    with pytest.raises(Exception):  # noqa: B017 - which one depends on the version of NumPy
        float(make_ndarray(proto))
    assert points(ours(folder)) == [(1, 1.5)]


@row("scalar that is none")
def test_scalar_that_is_none(log):
    proto = TensorProto(dtype=FLOAT, float_val=[1.0, 2.0])
    folder = log(one_more_bytes(value_of("x", proto)))
    assert len(theirs(folder).Tensors("x")) == 1
    assert (points(ours(folder), "x"), kinds(ours(folder))) == ([], ["bad_event"])


def one_more_bytes(*values):
    return inserted(record(event(20, *values).SerializeToString()))


@row("tensors of other plugins")
def test_tensors_of_other_plugins(log):
    proto = TensorProto(dtype=FLOAT, float_val=[1.0])
    folder = log(one_more_bytes(value_of("x", proto, "pr_curves")))
    assert len(theirs(folder).Tensors("x")) == 1
    assert (points(ours(folder), "x"), kinds(ours(folder))) == ([], [])


@row("samples")
def test_samples(log):
    folder = log(
        file_bytes(*(event(step, simple("loss", step), tensor("y", step)) for step in range(12_000)))
    )
    accumulator = EventAccumulator(str(folder))
    accumulator.Reload()
    assert (len(accumulator.Scalars("loss")), len(accumulator.Tensors("y"))) == (10_000, 10)
    assert len(points(ours(folder))) == len(points(ours(folder), "y")) == 12_000


BACK = [0, 1, 2, 3, 1, 2]


@row("steps that go back")
def test_steps_that_go_back(log):
    events = [event(step, simple("loss", at)) for at, step in enumerate(BACK)]
    start = Event(wall_time=1.7e9, step=1, session_log=SessionLog(status=SessionLog.START))
    folder = log(file_bytes(start, *events[:4], start, *events[4:]))
    assert [step for step, _ in scalars(theirs(folder))] == BACK
    assert [step for step, _ in scalars(theirs(folder, purge_orphaned_data=True))] == [0, 1, 2]
    assert [step for step, _ in points(ours(folder))] == BACK
    folder = log(file_bytes(*events))
    assert [step for step, _ in scalars(theirs(folder, purge_orphaned_data=True))] == BACK
    ((run,),) = map(read_runs, find_runs(folder))
    (series,) = run.series
    assert list(zip(series.step, series.value, strict=True)) == [(0, 0.0), (1, 4.0), (2, 5.0)]
    assert (series.superseded, [problem.kind for problem in run.problems]) == (3, ["restarted"])


@row("two values at each step")
def test_two_writers(log):
    folder = log(file_bytes(*(event(step, simple("loss", side)) for step in range(4) for side in (1.0, 2.0))))
    assert scalars(theirs(folder)) == [(step, side) for step in range(4) for side in (1.0, 2.0)]
    ((run,),) = map(read_runs, find_runs(folder))
    assert {one.tag: one.value.tolist() for one in run.series} == {"loss": [1.0] * 4, "loss#2": [2.0] * 4}
    assert [problem.kind for problem in run.problems] == ["duplicate"]


@row("a step logged again")
def test_step_again(log):
    steps = [0, 1, 1, 1, 2, 3, 4, 5]
    folder = log(file_bytes(*(event(step, simple("loss", at)) for at, step in enumerate(steps))))
    assert scalars(theirs(folder)) == points(ours(folder)) == [(step, at) for at, step in enumerate(steps)]
    ((run,),) = map(read_runs, find_runs(folder))
    (series,) = run.series
    assert (series.step.tolist(), series.value.tolist()) == (
        [0, 1, 2, 3, 4, 5],
        [0.0, 3.0, 4.0, 5.0, 6.0, 7.0],
    )
    assert [(problem.kind, problem.lost) for problem in run.problems] == [("duplicate", 2)]


@row("one step for all points")
def test_one_step(log):
    folder = log(file_bytes(*(event(0, simple("loss", value)) for value in range(5))))
    assert scalars(theirs(folder)) == points(ours(folder)) == [(0, value) for value in range(5)]
    ((run,),) = map(read_runs, find_runs(folder))
    (series,) = run.series
    assert (series.step.tolist(), series.value.tolist()) == ([0, 1, 2, 3, 4], [0.0, 1.0, 2.0, 3.0, 4.0])
    assert [problem.kind for problem in run.problems] == ["duplicate"]


@row("copies")
def test_copies(log):
    log(SOUND)
    folder = log(SOUND, NAME.replace(".7.", ".8."))
    assert len(scalars(theirs(folder))) == 2 * len(POINTS)
    ((run,),) = map(read_runs, find_runs(folder))
    assert len(run.series[0]) == len(POINTS)
    assert "duplicate" in {problem.kind for problem in run.problems}


@row("histograms")
def test_histograms(log):
    value = histogram("h", min=0, max=2, num=2, sum=2, sum_squares=4, bucket_limit=[1, 2], bucket=[1, 1])
    folder = log(file_bytes(event(1, value)))
    assert theirs(folder).Histograms("h")[0].histogram_value.bucket == [1, 1]
    (found,) = ours(folder).histograms
    assert (found.step.tolist(), found.max.tolist(), found.mean.tolist()) == ([1], [2.0], [1.0])


@row("hyper-parameters")
def test_hyperparameters(log):
    start = plugin_data_pb2.SessionStartInfo()
    start.hparams["lr"].number_value = 0.5
    start.hparams["opt"].string_value = "adam"
    content = plugin_data_pb2.HParamsPluginData(session_start_info=start).SerializeToString()
    tag = "_hparams_/session_start_info"
    folder = log(file_bytes(event(0, Summary.Value(tag=tag, metadata=metadata("hparams", content)))))
    assert theirs(folder).PluginTagToContent("hparams").keys() == {"_hparams_/session_start_info"}
    assert dict(ours(folder).hparams) == {"lr": 0.5, "opt": "adam"}


@row("images, audio, text, graphs")
def test_media(log):
    image = Summary.Value(tag="i", image=Summary.Image(height=1, width=1, encoded_image_string=b"x"))
    text = Summary.Value(tag="t", metadata=metadata("text"), tensor=TensorProto(dtype=7, string_val=[b"x"]))
    folder = log(file_bytes(event(0, image, text)))
    tags = theirs(folder).Tags()
    assert (tags["images"], tags["tensors"]) == (["i"], ["t"])
    assert (ours(folder).columns, kinds(ours(folder))) == ((), [])


@row("tags without end")
def test_long_tags(log):
    folder = log(one_more(simple("t" * 5000, 1.0)))
    assert "t" * 5000 in theirs(folder).Tags()["scalars"]
    assert {len(column.tag) for column in ours(folder).columns} == {4, 1024}
    assert kinds(ours(folder)) == ["over_limit"]


@row("wall times that are none")
def test_wall_times(log):
    folder = log(file_bytes(event(0, simple("loss", 1.0), wall_time=float("nan"))))
    assert scalars(theirs(folder)) == points(ours(folder)) == [(0, 1.0)]


def test_every_row_of_the_document_is_checked():
    text = DOCUMENT.read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([a-zA-Z][^|]*?) +\|", text, re.MULTILINE)
    assert [one for one in rows if one != "log"] == list(CHECKED)
