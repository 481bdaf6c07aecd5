"""Many small files at once: each must come out as it does alone, whatever lies beside it."""

from __future__ import annotations

import os
import random
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from event_files import (
    INT64,
    event,
    file_bytes,
    histogram,
    losses,
    metadata,
    new_style,
    record,
    simple,
    tensor,
    value_of,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.compat.proto.tensor_pb2 import TensorProto

from loganalyzer.readers import tfevents
from loganalyzer.readers.events import together
from loganalyzer.readers.events.limits import EventLimits
from loganalyzer.readers.reading import Reading

TAGS = ["a", "train/loss", "val_loss", "layer01/weight", "layer02/weight"]
KINDS = {
    "plain": simple,
    "keras": tensor,
    "bare": lambda tag, number: tensor(tag, number, plugin=None),
    "torch": new_style,
    "foreign": lambda tag, number: tensor(tag, number, plugin="foreign"),
    "varint": lambda tag, number: value_of(tag, TensorProto(dtype=INT64, int64_val=[int(number)]), None),
    "histogram": lambda tag, number: histogram(tag, min=0, max=1, num=1, bucket_limit=[number], bucket=[1]),
    "nothing": lambda tag, number: Summary.Value(tag=tag, metadata=metadata("hparams")),
}


def said(reading: Reading) -> dict[str, object]:
    """Everything in a reading, arrays as their type and bytes."""
    plain = {item.name: getattr(reading, item.name) for item in fields(reading)}
    for name in ("columns", "histograms"):
        plain[name] = [[array_bytes(getattr(one, item.name)) for item in fields(one)] for one in plain[name]]
    return plain


def array_bytes(value: object) -> object:
    return (value.dtype.str, value.shape, value.tobytes()) if isinstance(value, np.ndarray) else value


def save(folder: Path, files: list[bytes]) -> list[Path]:
    paths = []
    for i, data in enumerate(files):
        path = folder / f"run{i}" / "events.out.tfevents.1700000000.host.7.0"
        path.parent.mkdir()
        path.write_bytes(data)
        paths.append(path)
    return paths


def alone(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The paths that are read by `read` from here on."""
    seen: list[Path] = []
    read = tfevents.read
    monkeypatch.setattr(
        tfevents, "read", lambda path, **options: (seen.append(path), read(path, **options))[1]
    )
    return seen


def steady(run: int, steps: int = 40) -> bytes:
    source = np.random.default_rng(run)
    events = [event(step, simple(tag, source.normal())) for step in range(steps) for tag in TAGS]
    return file_bytes(*events)


def test_sound_files_are_decoded_together(tmp_path, monkeypatch):
    paths = save(tmp_path, [steady(run, 30 + run % 3) for run in range(12)])
    expected = [said(tfevents.read(path, display=str(i))) for i, path in enumerate(paths)]
    seen = alone(monkeypatch)
    found = tfevents.read_many(paths, [str(i) for i in range(12)])
    assert [said(reading) for reading in found] == expected
    assert seen == []


def test_a_file_that_is_not_sound_is_read_alone_and_its_neighbours_are_not(tmp_path, monkeypatch):
    good = steady(0)
    flipped = bytearray(good)
    flipped[3000] ^= 1
    broken_header = bytearray(good)
    broken_header[len(file_bytes()) + 3] ^= 1
    bad = [
        bytes(flipped),
        bytes(broken_header),
        good[:-3],
        good + b"\0" * 5,
        b"",
        b"no event file",
        bytes(5000),
        good + bytes(16 * 200),
        file_bytes(*losses(50), event(0, histogram("h", min=0, max=1, num=1, bucket_limit=[1], bucket=[1]))),
        good + record(b"\xff no event"),
    ]
    files = [steady(1)] + [data for item in bad for data in (item, steady(len(item)))]
    paths = [*save(tmp_path, files), tmp_path / "missing", tmp_path]
    os.mkfifo(tmp_path / "tfevents.pipe")
    paths.append(tmp_path / "tfevents.pipe")
    expected = [said(tfevents.read(path)) for path in paths]
    seen = alone(monkeypatch)
    assert [said(reading) for reading in tfevents.read_many(paths)] == expected
    assert seen == [*paths[1 : 2 * len(bad) : 2], *paths[-3:]]


def test_a_large_file_is_read_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(tfevents, "SMALL", 5000)
    paths = save(tmp_path, [steady(0, 3), steady(1, 300), steady(2, 3)])
    seen = alone(monkeypatch)
    assert [len(reading.columns) for reading in tfevents.read_many(paths)] == [5, 5, 5]
    assert seen == [paths[1]]


def test_more_files_than_one_batch_holds(tmp_path, monkeypatch):
    paths = save(tmp_path, [steady(run, 5 + run % 7) for run in range(40)])
    expected = [said(tfevents.read(path)) for path in paths]
    monkeypatch.setattr(together, "_BATCH", 4000)
    monkeypatch.setattr(together, "SMALL", 3000)
    monkeypatch.setattr(tfevents, "SMALL", 3000)
    assert [said(reading) for reading in tfevents.read_many(paths)] == expected


def test_a_file_with_too_many_tags_says_so(tmp_path):
    many = file_bytes(*(event(step, simple(tag, step)) for step in range(30) for tag in TAGS))
    paths = save(tmp_path, [many, file_bytes(*losses(30)), file_bytes(*losses(40))])
    found = tfevents.read_many(paths, limits=EventLimits(tags=3))
    assert [len(reading.columns) for reading in found] == [3, 1, 1]
    assert [[problem.kind for problem in reading.problems] for reading in found] == [["over_limit"], [], []]


def test_files_that_share_little_are_read_alone(tmp_path, monkeypatch):
    """A record that stands alone costs more among others than in its own file."""
    files = [
        file_bytes(*(event(s, simple(f"run {run} {i}", s)) for s in range(4) for i in range(20)))
        for run in range(5)
    ]
    paths = save(tmp_path, [*files, steady(0), steady(1)])
    expected = [said(tfevents.read(path)) for path in paths]
    seen = alone(monkeypatch)
    assert [said(reading) for reading in tfevents.read_many(paths)] == expected
    assert seen == paths[:5]


def test_no_files_and_one_file(tmp_path):
    assert tfevents.read_many([]) == []
    (path,) = save(tmp_path, [steady(0)])
    assert [said(reading) for reading in tfevents.read_many([path])] == [said(tfevents.read(path))]


PATTERN = st.lists(
    st.lists(st.tuples(st.sampled_from(TAGS), st.sampled_from(sorted(KINDS))), min_size=1, max_size=2),
    min_size=1,
    max_size=3,
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(PATTERN, st.integers(0, 40)), min_size=1, max_size=3), st.integers(0, 999))
def test_each_file_comes_out_as_it_does_alone(tmp_path_factory, sorts, seed):
    source = random.Random(seed)
    files = []
    for _ in range(source.randint(2, 12)):
        pattern, n = source.choice(sorts)
        n += source.choice((0, 0, 0, 1))
        first = source.choice((0, 0, 100, 16_370, -1))
        events = [
            event(step, *(KINDS[how](tag, float(source.randint(-9, 9))) for tag, how in values))
            for step in range(first, first + n)
            for values in pattern
        ]
        data = bytearray(file_bytes(*events))
        if source.random() < 0.2:
            data[source.randrange(len(data))] ^= 1 << source.randrange(8)
        files.append(bytes(data[: len(data) - source.choice((0, 0, 0, 0, 7, 60))]))
    paths = save(tmp_path_factory.mktemp("runs"), files)
    found = tfevents.read_many(paths)
    assert [said(reading) for reading in found] == [said(tfevents.read(path)) for path in paths]
