from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isnan
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loganalyzer.model.rule import FeatureUse
from loganalyzer.rulebook.locate import compose
from loganalyzer.rulebook.schema import maker


@dataclass(frozen=True)
class Inner:
    n: int
    on: bool = False


@dataclass(frozen=True)
class Outer:
    text: str
    number: float
    colour: Literal["red", "green"]
    words: tuple[str, ...] = ()
    inner: tuple[Inner, ...] = ()
    table: Mapping[str, float] = field(default_factory=dict)


def make(kind, text):
    complaints = []

    def complain(place, said):
        complaints.append((place.line, place.column, said))

    node = compose(text.encode(), complain)
    assert node is not None
    return maker(kind)(node, complain), complaints


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (str, "no", "no"),
        (str, "1e-3", "1e-3"),
        (str, "null", "null"),
        (str, "2024-01-01", "2024-01-01"),
        (str, '""', ""),
        (str, "0x1F", "0x1F"),
        (float, "1e-3", 0.001),
        (float, "1", 1.0),
        (float, ".5", 0.5),
        (float, "-inf", float("-inf")),
        (float, "+.inf", float("inf")),
        (float, "'2'", 2.0),
        (int, "12", 12),
        (int, "-3", -3),
        (int, "010", 10),
        (bool, "true", True),
        (bool, "false", False),
        (str | float, "val", "val"),
        (str | float, "3", 3.0),
        (str | float, "1e-3", 0.001),
        (str | float, "'3'", "3"),
        (tuple[str, ...], "[a, b]", ("a", "b")),
        (tuple[str, ...], "alone", ("alone",)),
        (tuple[str, ...], "[]", ()),
        (tuple[float, ...], "7", (7.0,)),
        (Mapping[str, float], "{a: 1, b: 2}", {"a": 1.0, "b": 2.0}),
        (Mapping[str, float], "{}", {}),
        (Literal["a", "b"], "b", "b"),
        (Inner, "{n: 3}", Inner(3)),
        (tuple[Inner, ...], "[{n: 3, on: true}]", (Inner(3, True),)),
        (FeatureUse, "{use: f}", FeatureUse("f", {})),
        (FeatureUse, "{window: 3, use: f, of: val}", FeatureUse("f", {"window": 3.0, "of": "val"})),
    ],
)
def test_the_type_decides_what_a_text_means(kind, text, expected):
    value, complaints = make(kind, text)
    assert complaints == []
    assert value == expected
    assert type(value) is type(expected)


@pytest.mark.parametrize("text", ["nan", ".nan", ".NaN", "NaN"])
def test_nan_is_a_number(text):
    assert isnan(make(float, text)[0])


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        (str, "[a]", 'expected a text; found a list (write "" for an empty text)'),
        (str, "---", 'expected a text; found nothing (write "" for an empty text)'),
        (float, "many", "expected a number; found `many`"),
        (float, "1_000", "expected a number; found `1_000`"),
        (float, "0x10", "expected a number; found `0x10`"),
        (float, "１", "expected a number; found `１`"),
        (float, "1,5", "expected a number; found `1,5`"),
        (float, "---", "expected a number; found nothing"),
        (int, "1.0", "expected a whole number; found `1.0`"),
        (int, "9" * 5000, f"expected a whole number; found `{'9' * 40}...`"),
        (bool, "yes", "expected true or false; found `yes`"),
        (bool, "True", "expected true or false; found `True`"),
        (bool, '"\\e[31m"', "expected true or false; found `\\x1b[31m`"),
        (tuple[str, ...], "{a: 1}", "expected a list; found a mapping"),
        (tuple[str, ...], "---", "expected a list; found nothing"),
        (Mapping[str, float], "[1]", "expected a mapping; found a list"),
        (Literal["loss", "lr"], "los", "`los` is not allowed here; did you mean `loss`?"),
        (Literal["loss", "lr"], "zzz", "`zzz` is not allowed here; expected one of loss, lr"),
        (Inner, "3", "expected a mapping with n; found `3`"),
        (Inner, "{}", "expected the key n"),
        (Inner, "{n: 1, onn: true}", "unknown key `onn`; did you mean `on`?"),
        (FeatureUse, "{of: val}", "expected a mapping with the key use; found a mapping"),
        (FeatureUse, "f", "expected a mapping with the key use; found `f`"),
        (FeatureUse, "{use: f, of: [a]}", 'expected a text; found a list (write "" for an empty text)'),
    ],
)
def test_what_cannot_be_made_is_told(kind, text, said):
    value, complaints = make(kind, text)
    stands_in = {float: 1.0, int: 1, bool: False, Literal["loss", "lr"]: "loss"}
    assert value == stands_in.get(kind)
    assert [complaint[2] for complaint in complaints] == [said]


def test_everything_wrong_is_told_at_its_place():
    value, complaints = make(
        Outer, "text: [no]\ncolor: red\nwords: {}\ninner:\n  - {n: 1}\n  - {n: x, on: maybe}\n  - 7\n"
    )
    assert value is None
    assert sorted(complaints) == [
        (1, 1, "expected keys number, colour"),
        (1, 7, 'expected a text; found a list (write "" for an empty text)'),
        (2, 1, "unknown key `color`; did you mean `colour`?"),
        (3, 8, "expected a list; found a mapping"),
        (6, 9, "expected a whole number; found `x`"),
        (6, 16, "expected true or false; found `maybe`"),
        (7, 5, "expected a mapping with n; found `7`"),
    ]


@given(st.floats(allow_nan=False))
def test_every_float_comes_back(number):
    assert make(float, repr(number))[0] == number
