"""Text in pieces, places in it, and the counters of records."""

import io
import json
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loganalyzer.readers.limits import Limits
from loganalyzer.readers.records import pieces as pieces_module
from loganalyzer.readers.records.clock import Points, clocks_of
from loganalyzer.readers.records.cursor import Broken, Cursor, Cut, OverLimit
from loganalyzer.readers.records.pieces import Pieces, lines_of
from loganalyzer.readers.records.values import decode, leaves

JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


def split(text, cuts):
    ends = sorted({cut % (len(text) + 1) for cut in cuts} | {0, len(text)})
    return [text[start:stop] for start, stop in pairwise(ends)]


@settings(max_examples=150, deadline=None)
@given(JSON, st.lists(st.integers(0, 10**6), max_size=6), st.sampled_from([None, 0, 2]))
def test_a_value_is_found_whole_however_its_text_is_cut(value, cuts, indent):
    text = json.dumps(value, indent=indent)
    cursor = Cursor(split(text + " ,", cuts))
    assert cursor.value() == text
    assert cursor.peek() == ","
    assert decode(text) == value or value != value


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="ab\n", max_size=40), st.lists(st.integers(0, 10**6), max_size=6))
def test_lines_are_those_of_the_whole_text(text, cuts):
    found = list(lines_of(split(text, cuts)))
    assert "\n".join(line.text for line in found) + ("\n" if text.endswith("\n") else "") == text or not found
    assert [line.number for line in found] == list(range(1, len(found) + 1))
    assert [line.is_ended for line in found] == [True] * text.count("\n") + [False] * (
        bool(text) and not text.endswith("\n")
    )
    assert all(line.length == len(line.text) for line in found)


def test_long_lines_keep_their_length_only(monkeypatch):
    monkeypatch.setattr(pieces_module, "MAX_RECORD", 5)
    found = [tuple(line) for line in lines_of(["abc", "def\nxy", "\n", "123456"])]
    assert found == [(1, "", 6, True), (2, "xy", 2, True), (3, "", 6, False)]


def test_bytes_become_text_and_are_counted(monkeypatch):
    monkeypatch.setattr(pieces_module, "_PIECE", 4)
    data = "a\nöß\n".encode() + b"\0\0\xff\n\0"
    pieces = Pieces(io.BytesIO(data))
    assert "".join(pieces) == "a\nöß\n\ufffd\n"
    assert (pieces.bad, pieces.bad_line, pieces.nul, pieces.nul_line) == (1, 3, 3, 3)
    assert (pieces.size, pieces.is_cut) == (len(data), False)


def test_no_more_than_the_limit_is_read(monkeypatch):
    monkeypatch.setattr(pieces_module, "_PIECE", 4)
    monkeypatch.setattr(pieces_module, "MAX_BYTES", 8)
    for size, is_cut in ((7, False), (8, False), (9, True), (100, True)):
        pieces = Pieces(io.BytesIO(b"x" * size))
        assert len("".join(pieces)) == min(size, 8)
        assert pieces.is_cut == is_cut


@pytest.mark.parametrize(
    ("text", "raised"),
    [
        ("", Cut),
        ("   ", Cut),
        ("12", Cut),
        ('"abc', Cut),
        ("[1, 2", Cut),
        ('{"a": "}', Cut),
        ("]", Broken),
        (":", Broken),
        ("[1}", Broken),
        ('{"a": [1}]', Broken),
    ],
)
def test_what_is_no_whole_value_says_so(text, raised):
    with pytest.raises(raised):
        Cursor([text]).value()


def test_values_over_the_limit_are_not_taken(monkeypatch):
    monkeypatch.setattr("loganalyzer.readers.records.cursor.MAX_RECORD", 10)
    assert Cursor(['"12345678" ']).value() == '"12345678"'
    for text in ('"123456789" ', "[1, 2, 3, 4, 5] ", "[" * 20):
        with pytest.raises(OverLimit):
            Cursor([text]).value()


def test_lines_are_counted_across_pieces():
    cursor = Cursor(['{"a":\n', ' 1,\n\n"b"', ": \n[2,\n3]}"])
    assert [(name, first, cursor.value(), cursor.line) for name, first in cursor.members()] == [
        ("a", "1", "1", 2),
        ("b", "[", "[2,\n3]", 6),
    ]
    assert cursor.peek() == ""


def test_objects_too_deep_are_left_as_text():
    depth = Limits().json_depth + 2
    record = json.loads('{"a":' * depth + "1" + "}" * depth)
    assert [value for _, value in leaves(record)] == ["{...}"]
    assert dict(leaves({"a": {"b": 1.0, "c": {"d": 2.0}}})) == {"a/b": 1.0, "a/c/d": 2.0}


@settings(max_examples=80, deadline=None)
@given(st.lists(st.integers(0, 20), max_size=12), st.lists(st.integers(0, 20), max_size=12, unique=True))
def test_a_step_is_looked_up_as_in_a_dictionary(asked, rows):
    rows.sort()
    points = Points(np.array(rows, np.int64), np.array(rows, float) * 10)
    there, value = points.at(np.array(asked, np.int64))
    steps = {row: row * 10.0 for row in rows}
    assert there.tolist() == [row in steps for row in asked]
    assert [found for found in value.tolist() if found == found] == [
        steps[row] for row in asked if row in steps
    ]


def points(values):
    return Points(np.arange(len(values)), np.array(values, float))


@pytest.mark.parametrize(
    ("counters", "expected"),
    [
        ({"step": [1, 2, 3, 4]}, ["step"]),
        ({"epoch": [0, 0, 1, 1, 2, 2], "step": [1, 2, 3, 4, 5, 6]}, ["step"]),
        ({"epoch": [0.25, 0.5, 0.75, 1.0]}, []),
        ({"epochs": [100, 100, 100, 100]}, []),
        ({"steps": [64, 64, 64, 64], "epoch": [1, 2, 3, 4]}, ["epoch"]),
        ({"step": [5, 1, 4, 2, 6, 0, 3, 1]}, []),
        ({"step": [1, 2, 3, 4, 5, 2, 3, 4, 5, 6]}, ["step"]),
        ({"step": [float("nan"), float("inf"), 1, 2]}, []),
        ({"step": [1, 1, 2, 2, 3, 3, 4, 4]}, ["step"]),
        ({"epoch": [1, 1, 2, 2], "batch": [1, 2, 1, 2]}, ["batch"]),
    ],
)
def test_a_counter_is_one_that_counts(counters, expected):
    curve = points([1.0] * len(next(iter(counters.values()))))
    clocks = clocks_of({name: points(values) for name, values in counters.items()}, [curve])
    assert [clock.name for clock in clocks][:1] == expected
