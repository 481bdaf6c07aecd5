"""Records that repeat: the fast path must say what the slow one says, and leave what is odd to it."""

from __future__ import annotations

import os
import random
from pathlib import Path

import numpy as np
import pytest
from event_files import event, file_bytes, record, simple, tensor, write
from hypothesis import given, settings
from hypothesis import strategies as st

from loganalyzer.model.run import ReadProblem
from loganalyzer.readers import tfevents
from loganalyzer.readers.events import periods
from loganalyzer.readers.events.points import Points
from loganalyzer.readers.events.problems import Problems
from loganalyzer.readers.events.tfrecord import Block, Damage, scan

TAGS = ("train/loss", "lr", "a", "validation/accuracy", "validation/a_loss")
Said = tuple[list[tuple[str, list[bytes]]], tuple[ReadProblem, ...], int]


@pytest.fixture
def eager(monkeypatch):
    """Take short stretches too."""
    monkeypatch.setattr(periods, "_MIN_RECORDS", 12)
    monkeypatch.setattr(periods, "_MIN_BYTES", 0)


def said(path: Path, columns_from: int = 100) -> Said:
    """All points as bytes by tag, all problems, and the number of records."""
    points = Points(Problems("log"))
    for item in items_of(path):
        if isinstance(item, Damage):
            points.problems.add(item.kind, item.offset, item.text, skipped=item.skipped, lost=item.lost)
        else:
            tfevents.decode(item, points, columns_from=columns_from)
    columns = [
        (c.tag, [array.tobytes() for array in (c.step, c.wall_time, c.value)]) for c in points.columns()
    ]
    return columns, points.problems.all(), points.records


def items_of(path: Path) -> list[Block | Damage]:
    fd = os.open(path, os.O_RDONLY)
    try:
        return list(scan(fd, os.fstat(fd).st_size))
    finally:
        os.close(fd)


def periodic(path: Path) -> int:
    """Records on the fast path."""
    return sum(item.start.size for item in items_of(path) if isinstance(item, Block) and item.pattern)


def without_periods(path: Path) -> Said:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(periods, "_MIN_BYTES", 1 << 60)
        assert periodic(path) == 0
        return said(path)


def regular(n: int, first: int = 0, tags: tuple[str, ...] = TAGS) -> list[bytes]:
    """One record for each tag at each of `n` steps."""
    source = np.random.default_rng(first)
    writers = (simple, tensor)
    events = [
        event(step, writers[i % 2](tag, source.normal()), wall_time=1.7e9 + step + i / 9)
        for step in range(first, first + n)
        for i, tag in enumerate(tags)
    ]
    return [record(item.SerializeToString()) for item in events]


def test_a_regular_log_is_on_the_fast_path_but_for_its_ends(tmp_path, eager):
    path = write(tmp_path, file_bytes() + b"".join(regular(3000, 200)))
    assert periodic(path) >= 2990 * len(TAGS)
    assert said(path) == without_periods(path)


def test_steps_that_grow_longer_begin_a_new_stretch(tmp_path, eager):
    path = write(tmp_path, file_bytes() + b"".join(regular(300)))
    assert periodic(path) >= 290 * len(TAGS)
    assert said(path) == without_periods(path)


def test_a_log_without_a_period_is_left_alone(tmp_path, eager):
    source = random.Random(1)
    events = [event(step, simple(tag, step)) for step in range(900) for tag in TAGS if source.random() < 0.5]
    path = write(tmp_path, file_bytes(*events))
    assert periodic(path) == 0


def test_what_is_too_short_to_pay_is_left_alone(tmp_path):
    path = write(tmp_path, file_bytes() + b"".join(regular(300)))
    assert periodic(path) == 0


def test_equal_keys_with_other_constants_end_a_stretch(tmp_path, eager):
    """The key of a record is its size and its end; what lies before that may differ."""
    rest = "/a/tag/that/ends/alike"
    first = regular(50, 200, ("one" + rest,))
    second = regular(50, 250, ("two" + rest,))
    path = write(tmp_path, file_bytes() + b"".join(first + second))
    columns, problems, _ = said(path)
    assert [tag for tag, _ in columns] == ["one" + rest, "two" + rest]
    assert (columns, problems) == without_periods(path)[:2]


@pytest.mark.parametrize("chunk", [3_000, 10_007, 1 << 20])
@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from([0, 90, 16_300]), st.integers(1, 90)), min_size=1, max_size=4),
    st.integers(0, 999),
)
def test_stretches_interrupted_and_damaged_say_what_the_slow_path_says(
    tmp_path_factory, chunk, streaks, seed
):
    source = random.Random(seed)
    pieces = [file_bytes()]
    for first, n in streaks:
        tags = tuple(source.sample(TAGS, source.randint(1, len(TAGS))))
        records = regular(n, first, tags)
        for _ in range(source.choice((0, 0, 1, 3))):
            at = source.randrange(len(records) + 1)
            records.insert(at, source.choice((b"noise", record(b"\x09no event"), record(b"")[:7])))
        pieces += records
        if source.random() < 0.3:
            pieces.append(record(event(first, simple("now and then", 1.0)).SerializeToString()))
    data = bytearray(b"".join(pieces))
    for _ in range(source.choice((0, 0, 1, 5))):
        data[source.randrange(len(data))] ^= 1 << source.randrange(8)
    path = write(tmp_path_factory.mktemp("stretches"), bytes(data[: len(data) - source.choice((0, 0, 9))]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(periods, "_MIN_RECORDS", 12)
        patch.setattr(periods, "_MIN_BYTES", 0)
        patch.setattr("loganalyzer.readers.events.resync.CHUNK", chunk)
        fast = said(path)
    assert fast == without_periods(path)


def test_one_flip_in_a_stretch_costs_one_record(tmp_path, eager):
    records = regular(400, 200)
    source = random.Random(5)
    for _ in range(30):
        victim = source.randrange(20 * len(TAGS), 390 * len(TAGS))
        data = bytearray(file_bytes() + b"".join(records))
        at = len(file_bytes()) + sum(map(len, records[:victim]))
        data[at + source.randrange(len(records[victim]))] ^= 1 << source.randrange(8)
        path = write(tmp_path, bytes(data))
        columns, (problem,), n_records = said(path)
        assert problem.offset == at
        assert n_records == len(records)
        assert (columns, (problem,), n_records) == without_periods(path)


def test_pieces_without_periods_are_looked_at_less_and_less_often(monkeypatch):
    looks = []
    monkeypatch.setattr(periods, "find_pattern", lambda data, start: looks.append(piece))
    finder = periods.Finder()
    data = bytes(1 << 20)
    for piece in range(40):
        for start in (0, 1000, 2000):
            assert finder.find(data, piece * len(data), start) is None
    assert looks == [0, 1, 3, 7, 15, 31]
