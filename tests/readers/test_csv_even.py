"""Tables that are parsed in one call: the careful reader must say the very same of each."""

from __future__ import annotations

import warnings
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from loganalyzer.readers import csv_even, csv_table
from loganalyzer.readers.csv_columns import has_curves
from loganalyzer.readers.csv_even import begins_even, even_table
from loganalyzer.readers.csv_grid import grid_of
from loganalyzer.readers.csv_text import text_of
from loganalyzer.readers.keras_csv import _read_carefully, claims, read
from loganalyzer.readers.limits import Deadline, Limits, applied

EVEN = b"epoch,accuracy,loss,lr\n0,0.5,1.25,1e-05\n1,0.75,0.5,1e-05\n2,0.8,-0.0,5E-06\n"
WIDE = {"columns": 1000, "line": 400}


def carefully(data):
    return _read_carefully("run/history.csv", data, len(data), Deadline(len(data)))


def said(reading):
    """Everything in a reading, arrays as their type and bytes."""
    plain = {item.name: getattr(reading, item.name) for item in fields(reading)}
    plain["columns"] = [
        (
            one.tag,
            one.step.dtype,
            one.step.tobytes(),
            one.value.dtype,
            one.value.tobytes(),
            one.wall_time,
            one.axis,
        )
        for one in reading.columns
    ]
    return plain


def check(path, data):
    """Both readers agree, and so do both ways to claim; whether the table was taken for an even one."""
    path.write_bytes(data)
    assert said(read(path, display="run/history.csv")) == said(carefully(data))
    if begins_even(data):
        table = csv_table.parse(text_of(data))
        assert table is not None
        assert has_curves(grid_of(table))
    return even_table(data, **WIDE) is not None


@pytest.mark.parametrize(
    "data",
    [
        EVEN,
        EVEN.replace(b"\n", b"\r\n"),
        EVEN.replace(b"epoch", b"step"),
        EVEN.replace(b"lr", b"epochs"),
        EVEN.replace(b"loss", b"val/loss (mean)-2"),
        EVEN.replace(b"0.8", b"1e300"),
        EVEN.replace(b"0.8", b"9007199254740993"),
        EVEN.replace(b"0.8", b"123456789.12345678901234567890"),
        EVEN.replace(b"0.8", b"2.2250738585072011e-308"),
        EVEN.replace(b"0.8", b"5e-324"),
        EVEN.replace(b"\n2", b"\n200"),
        EVEN.replace(b"\n0", b"\n-7"),
        EVEN.replace(b"\n0", b"\n0.0"),
        EVEN.replace(b"-0.0", b"1").replace(b"\n0", b"\n-0"),
        b"epoch,loss\n0,1\n",
    ],
)
def test_even_tables_are_parsed_in_one_call(tmp_path, data):
    assert check(tmp_path / "history.csv", data)
    assert begins_even(data)


@pytest.mark.parametrize(
    "data",
    [
        EVEN[:-1],
        EVEN[:-2],
        EVEN + b"3",
        EVEN + b"300",
        EVEN + b"300,0.5,0.5,0.25",
        EVEN.replace(b"0.75", b""),
        EVEN.replace(b"0.75", b"-0"),
        EVEN.replace(b"0.75", b"nan"),
        EVEN.replace(b"0.75", b"1e400"),
        EVEN.replace(b"0.75", b"0.7.5"),
        EVEN.replace(b"0.75", b"075"),
        EVEN.replace(b"0.75", b"1-2"),
        EVEN.replace(b"0.75", b'"0.75"'),
        EVEN.replace(b"0.75", b"0.75,"),
        EVEN.replace(b"0.75", b"0.75\r"),
        EVEN.replace(b"0.75,", b"0.75\n,"),
        EVEN.replace(b"0.75", b"0.75\0"),
        EVEN.replace(b"\n1", b"\n\n1"),
        EVEN.replace(b"\n1", b"\r\n1"),
        EVEN.replace(b"\n1", b"\n#1"),
        EVEN.replace(b"\n1", b"\nepoch,accuracy,loss,lr\n1"),
        EVEN.replace(b"\n1", b"\n1.5"),
        EVEN.replace(b"\n1", b"\n0"),
        EVEN.replace(b"\n1", b"\n3"),
        EVEN.replace(b"\n2", b"\n9007199254740993"),
        EVEN.replace(b"\n2", b"\n1e300"),
        EVEN.replace(b"lr", b"time"),
        EVEN.replace(b"lr", b"loss"),
        EVEN.replace(b"lr", b" lr"),
        EVEN.replace(b"lr", b"l\xc3\xa9r"),
        EVEN.replace(b"epoch", b"phase"),
        EVEN.replace(b"epoch", b""),
        b"\xef\xbb\xbf" + EVEN,
        EVEN.replace(b",", b";"),
        EVEN.replace(b"\n", b"\r"),
        EVEN.split(b"\n", 1)[0] + b"\n",
        b"epoch\n1\n2\n",
        b"epoch,unknown\n1,2\n",
        b"",
    ],
)
def test_odd_tables_are_left_to_the_careful_reader(tmp_path, data):
    assert not check(tmp_path / "history.csv", data)


def test_limits_of_the_scan_hold(tmp_path):
    path = tmp_path / "history.csv"
    long = EVEN.replace(b"0.75", b"0." + b"75" * 300)
    for data, limits in (
        (long, Limits()),
        (EVEN, Limits(columns=2)),
        (EVEN, Limits(line_bytes=10)),
        (EVEN, Limits(file_s=0.0)),
    ):
        path.write_bytes(data)
        with applied(limits):
            assert {problem.kind for problem in read(path).problems} & {"over_limit", "non_numeric"}
    assert even_table(EVEN, columns=4, line=23) is not None
    assert even_table(EVEN, columns=3, line=23) is None
    assert even_table(EVEN, columns=4, line=15) is None
    assert len(max(EVEN.split(b"\n")[1:], key=len)) == 16
    assert even_table(EVEN, columns=4, line=16) is not None


def test_a_large_table_is_left_to_the_careful_reader(monkeypatch, tmp_path):
    monkeypatch.setattr(csv_even, "MAX_BYTES", len(EVEN) - 1)
    assert not check(tmp_path / "history.csv", EVEN)


def test_a_file_is_claimed_for_what_its_first_row_says(tmp_path):
    path = tmp_path / "history.csv"
    assert claims(path, EVEN + b"then,something,else,stands,here\n")
    assert not claims(
        path, EVEN.replace(b"epoch", b"model").replace(b"\n0", b"\nresnet").replace(b"\n1", b"\nvit")
    )


NUMBERS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.floats(0, 1, width=32).map(repr),
    st.integers(-(2**70), 2**70).map(str),
    st.decimals(allow_nan=False, allow_infinity=False, places=25, min_value=-10, max_value=10).map(str),
)


@given(st.lists(NUMBERS, min_size=1, max_size=30))
def test_numbers_are_those_of_float_bit_for_bit(texts):
    data = "epoch,loss\n" + "".join(f"{at},{text}\n" for at, text in enumerate(texts))
    table = even_table(data.encode(), **WIDE)
    if table is None:
        assert "-0" in texts or any("." not in text and "e" not in text and len(text) > 300 for text in texts)
    else:
        expected = np.array([float(text) for text in texts])
        assert table.columns[0].value.tobytes() == expected.tobytes()


ODDITIES = [
    "",
    "nan",
    "-0",
    " 1",
    "1 ",
    "\t",
    "x",
    "+1",
    ".5",
    "1.",
    "1_0",
    "\r",
    "\n",
    ",",
    '"',
    '"1"',
    "#",
    "[",
    "]",
    "1e",
    "e5",
]
ODDITIES += [
    "\0",
    "\x0b",
    "\x1b[0m",
    "é",
    "−1",
    "loss",
    "epoch",
    "1,5",
    "null",
    "true",
    "0x1",
    "1e999",
    "9" * 450,
]
CELLS = st.one_of(NUMBERS, st.sampled_from(["0", "0.0", "0.5", "1", "2", "3"]), st.sampled_from(ODDITIES))
NAMES = ["epoch", "step", "loss", "val_loss", "acc", "lr", "time", "", "index", "batch", "1", "split", "x y"]


@st.composite
def tables(draw):
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4))
    end = draw(st.sampled_from(["\n", "\n", "\r\n", "\r"]))
    odd = draw(st.integers(0, 2))
    rows = [
        [str(at), *draw(st.lists(NUMBERS, min_size=len(names) - 1, max_size=len(names) - 1))]
        for at in range(draw(st.integers(0, 6)))
    ]
    for _ in range(odd if rows else 0):
        row = draw(st.sampled_from(rows))
        row[draw(st.integers(0, len(row) - 1))] = draw(CELLS)
    text = end.join(",".join(row) for row in [names, *rows]) + draw(st.sampled_from([end, end, end, ""]))
    return text.encode()


@settings(max_examples=300, deadline=None)
@given(tables())
@example(EVEN)
def test_both_readers_agree_on_tables_that_are_nearly_even(tmp_path_factory, data):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check(tmp_path_factory.getbasetemp() / "history.csv", data)
