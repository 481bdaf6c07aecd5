"""A file that is read on says what it says when it is read whole."""

from pathlib import Path

import pytest
from event_files import event, file_bytes, histogram, losses, record, simple, tensor, write
from hypothesis import given
from hypothesis import strategies as st
from readings import curves
from test_together import KINDS, TAGS, said

from loganalyzer.readers import growing, tfevents
from loganalyzer.readers.events.points import Mark
from loganalyzer.readers.growing import read_on

SAMPLES = Path(__file__).parents[2] / "sample_logs"
EVENT_FILES = sorted(SAMPLES.rglob("*tfevents*"))[::4]
VALUES = st.tuples(st.sampled_from(sorted(KINDS)), st.sampled_from(TAGS))


def grown(folder, data, cuts):
    """A file that grows from cut to cut, each time read on and read whole; the last reading and its marks."""
    mark, columns, marks = None, (), []
    for cut in (*sorted(cuts), len(data)):
        path = write(folder, data[:cut])
        reading, mark = read_on(path, "log", mark, columns)
        marks.append(mark)
        assert said(reading) == said(tfevents.read(path, display="log"))
        columns = reading.columns
    return reading, marks


@given(st.lists(st.lists(VALUES, min_size=1, max_size=3), max_size=20), st.data())
def test_whatever_was_logged_and_wherever_it_was_cut(tmp_path_factory, logged, data):
    events = [
        event(step, *(KINDS[kind](tag, step / 8) for kind, tag in values))
        for step, values in enumerate(logged)
    ]
    whole = file_bytes(*events)
    cuts = data.draw(st.lists(st.integers(0, len(whole)), max_size=3))
    grown(tmp_path_factory.mktemp("logs"), whole, cuts)


@given(st.integers(0, 900), st.integers(1, 255), st.integers(0, 900))
def test_damage_on_either_side_of_the_cut(tmp_path_factory, at, flip, cut):
    data = bytearray(file_bytes(*losses(20)))
    data[at % len(data)] ^= flip
    grown(tmp_path_factory.mktemp("logs"), bytes(data), [cut])


@pytest.mark.parametrize("path", EVENT_FILES, ids=lambda path: path.parent.name)
def test_files_of_real_writers(tmp_path, path):
    data = path.read_bytes()
    grown(tmp_path, data, [len(data) // 3, len(data) // 2 + 1, len(data) - 5])


def test_only_what_is_new_is_looked_at(tmp_path, monkeypatch):
    begun = []
    blocks = growing.read_blocks
    monkeypatch.setattr(
        growing,
        "read_blocks",
        lambda *args, begin, **more: begun.append(begin) or blocks(*args, begin=begin, **more),
    )
    data = file_bytes(*losses(50))
    size = len(record(losses(50)[30].SerializeToString()))
    reading, marks = grown(tmp_path, data, [len(data) - 10 * size, len(data) - 3])
    assert begun == [0, len(data) - 10 * size, len(data) - size]
    assert [mark.offset for mark in marks] == [*begun[1:], len(data)]
    assert len(curves(reading)["loss"][0]) == 50


@pytest.mark.parametrize(
    "replaced",
    [
        lambda data: data[:500],
        lambda data: data[:30] + bytes([data[30] ^ 1]) + data[31:],
        lambda data: file_bytes(*losses(60, "other")),
    ],
    ids=["shorter", "head", "other"],
)
def test_a_file_that_is_another_is_read_from_its_beginning(tmp_path, replaced):
    data = file_bytes(*losses(50))
    path = write(tmp_path, data)
    reading, mark = read_on(path, "log")
    path = write(tmp_path, replaced(data))
    again, _ = read_on(path, "log", mark, reading.columns)
    assert said(again) == said(tfevents.read(path, display="log"))


def test_there_is_no_mark_where_to_go_on_is_not_exact(tmp_path):
    filled = histogram("w", min=0, max=1, num=1, bucket_limit=[1.0], bucket=[1])
    broken = bytearray(file_bytes(*losses(9)))
    broken[200] ^= 1
    for data in (file_bytes(event(0, filled)), bytes(broken), b""):
        assert read_on(write(tmp_path, data), "log")[1] is None
    assert read_on(tmp_path / "missing", "log")[1] is None
    assert isinstance(read_on(write(tmp_path, file_bytes()), "log")[1], Mark)


def test_curves_that_turn_out_to_be_no_scalars_are_given_up(tmp_path):
    begun = file_bytes(event(0, tensor("a", 1.0, plugin=None)), event(0, simple("b", 1.0)))
    later = record(event(1, tensor("a", 2.0, plugin="foreign")).SerializeToString())
    reading, marks = grown(tmp_path, begun + later, [len(begun)])
    assert marks[0] is not None
    assert marks[1] is None
    assert sorted(curves(reading)) == ["b"]
