from __future__ import annotations

import warnings
from math import inf, isnan, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loganalyzer.errors import LogAnalyzerError
from loganalyzer.rulebook.expr import drop_clauses, parse
from loganalyzer.rulebook.syntax import MAX_CHARACTERS, MAX_DEPTH, MAX_NODES, ExpressionError


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("1 + 2 * 3", 7.0),
        ("(1 + 2) * 3", 9.0),
        ("-2 - -3", 1.0),
        ("+a", 0.25),
        ("a / 4", 0.0625),
        ("1e-3", 0.001),
        (".5 + 1.", 1.5),
        ("2 > 1", 1.0),
        ("2 < 1", 0.0),
        ("1 < 2 < 3", 1.0),
        ("1 < 2 > 3", 0.0),
        ("1 <= 1 and 1 >= 1 and 1 == 1", 1.0),
        ("1 != 1", 0.0),
        ("1 != 2 and 2 != 1", 1.0),
        ("not 0", 1.0),
        ("not 0.5", 0.0),
        ("0.3 + 0.5 * (a > 0)", 0.8),
        ("abs(-3)", 3.0),
        ("min(3, 1, 2)", 1.0),
        ("max(3, 1, 2)", 3.0),
        ("clip(5, 0, 1)", 1.0),
        ("clip(-5, 0, 1)", 0.0),
        ("clip(a, 0, 1)", 0.25),
        ("exp(0)", 1.0),
        ("log(exp(2))", 2.0),
        ("sqrt(9)", 3.0),
        ("isfinite(a) and not isfinite(unknown)", 1.0),
        ("\n  a\n  > 0\n", 1.0),
    ],
)
def test_value(source, expected):
    assert parse(source).value({"a": 0.25, "unknown": nan}) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("1 / 0", inf),
        ("-1 / 0", -inf),
        ("1 / -0.0", -inf),
        ("0 / 0", nan),
        ("u / 0", nan),
        ("1e308 * 10", inf),
        ("exp(1000)", inf),
        ("exp(-1000)", 0.0),
        ("log(0)", -inf),
        ("log(-1)", nan),
        ("sqrt(-1)", nan),
        ("sqrt(0)", 0.0),
        ("log(u)", nan),
        ("sqrt(u)", nan),
        ("min(1, u)", nan),
        ("max(u, 1)", nan),
        ("clip(u, 0, 1)", nan),
        ("clip(1, 0, u)", nan),
        ("1 / 0 - 1 / 0", nan),
    ],
)
def test_nothing_raises(source, expected):
    assert parse(source).value({"u": nan}) == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize("operation", ["<", "<=", ">", ">=", "==", "!="])
def test_a_comparison_with_nan_is_false(operation):
    assert not parse(f"u {operation} 1").holds({"u": nan})
    assert not parse(f"1 {operation} u").holds({"u": nan})
    assert not parse(f"u {operation} u").holds({"u": nan})


def test_nan_is_not_true():
    assert not parse("u").holds({"u": nan})
    assert not parse("u or 0").holds({"u": nan})
    assert parse("not u").holds({"u": nan})
    assert parse("u").holds({"u": -0.1})


def test_values_are_read_as_float64_and_numpy_does_not_warn():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert parse("a / b").value({"a": np.float64(1), "b": np.float64(0)}) == inf
        assert type(parse("a").value({"a": np.float32(0.5)})) is float


def test_names_and_kind():
    expression = parse("min(rise, 1) >= low and not (2 * low < rise)")
    assert expression.names == {"rise", "low"}
    assert expression.is_condition
    assert not parse("min(rise, 1)").is_condition
    assert parse("isfinite(rise)").is_condition


def test_a_name_without_a_value_is_a_key_error():
    with pytest.raises(KeyError, match="b"):
        parse("a + b").value({"a": 1.0})


@pytest.mark.parametrize(
    ("source", "column"),
    [
        ("", 1),
        ("   ", 1),
        ("a.b", 2),
        ("a.__class__", 2),
        ("a[0]", 2),
        ("[1]", 1),
        ("{1}", 1),
        ("'text'", 1),
        ('a == "x"', 6),
        ("f'{a}'", 2),
        ("lambda: 1", 1),
        ("a if b else c", 3),
        ("[x for x in y]", 1),
        ("(x for x in y)", 4),
        ("a := 1", 3),
        ("a = 1", 3),
        ("a; b", 2),
        ("a # and b", 3),
        ("a\\\nb", 2),
        ("a ** 2", 1),
        ("a // 2", 1),
        ("1 + a % 2", 7),
        ("a @ b", 3),
        ("~a", 1),
        ("a & b", 3),
        ("a << 2", 1),
        ("a is b", 3),
        ("a in b", 3),
        ("a not in b", 7),
        ("True", 1),
        ("None", 1),
        ("await a", 1),
        ("yield", 1),
        ("a, b", 1),
        ("()", 1),
        ("max((1, 2), 3)", 5),
        ("(a", 3),
        ("a)", 2),
        ("a) + (b", 2),
        ("1 2", 1),
        ("a b", 1),
        ("1 +", 4),
        ("0x10", 1),
        ("1_000", 1),
        ("1j", 1),
        ("1 + 007", 5),
        ("1and 2", 1),
        ("1.2.3", 1),
        ("1e999", 1),
        ("1 + " + "9" * 400, 5),
        ("é", 1),
        ("１", 1),
        ("a\0", 2),
        ("a\u2028", 2),
        ("min", 1),
        ("1 + min", 5),
        ("abs()", 1),
        ("min(1)", 1),
        ("clip(1, 2)", 1),
        ("abs(1, 2)", 1),
        ("open(1)", 1),
        ("__import__(1)", 1),
        ("abs(1)(2)", 1),
        ("abs(*a)", 5),
        ("abs(x=1)", 6),
        ("max(1, 2, **a)", 13),
        ("max(*a, 2)", 5),
    ],
)
def test_refused(source, column):
    with pytest.raises(ExpressionError) as caught:
        parse(source)
    assert caught.value.column == column
    assert isinstance(caught.value, LogAnalyzerError)
    assert isinstance(caught.value, ValueError)
    assert str(caught.value).startswith(f"column {column}: ")


def test_an_empty_text_is_told_as_such():
    with pytest.raises(ExpressionError, match="found nothing"):
        parse(" ")


@pytest.mark.parametrize(
    "source",
    [
        "+".join(["1"] * 100_000),
        "-" * 9_000 + "1",
        "(" * 1_000_000,
        "-" * 1_990 + "1",
        "not " * 490 + "a",
        "(" * 900 + "a" + ")" * 900,
        "abs(" * 200 + "a" + ")" * 200,
        "<".join(["a"] * 900),
        " and ".join(["a"] * 300),
        "max(" + ",".join(["a"] * 500) + ")",
        "9" * 1_999,
        "1e" + "9" * 1_990,
        "a" * 2_001,
        " " * 5_000_000,
    ],
)
def test_hostile_sizes_are_refused_with_a_short_message(source):
    with pytest.raises(ExpressionError) as caught:
        parse(source)
    assert len(str(caught.value)) < 300


def test_limits_are_inclusive():
    assert parse("a" * MAX_CHARACTERS).names == {"a" * MAX_CHARACTERS}
    assert parse("+".join(["1"] * MAX_DEPTH)).value({}) == MAX_DEPTH
    with pytest.raises(ExpressionError, match="deeper"):
        parse("+".join(["1"] * (MAX_DEPTH + 1)))
    assert parse("(" * MAX_DEPTH + "1" + ")" * MAX_DEPTH).value({}) == 1
    with pytest.raises(ExpressionError, match="parentheses"):
        parse("(" * (MAX_DEPTH + 1) + "1" + ")" * (MAX_DEPTH + 1))
    most = " and ".join(["a"] * (MAX_NODES - 1))
    assert parse(most).holds({"a": 1.0})
    with pytest.raises(ExpressionError, match="parts"):
        parse(most + " and a")


# -- a slow twin: the same tree, computed by NumPy ----------------------------------------------------------

NUMBERS = st.sampled_from([0.0, -0.0, 1.0, -1.0, 0.5, 3.0, 1e300, -1e300, 1e-300, inf, -inf, nan])
NAMES = st.sampled_from(["a", "b", "c"])


def _twin(operation, x, y):
    with np.errstate(all="ignore"):
        table = {
            "+": lambda: x + y,
            "-": lambda: x - y,
            "*": lambda: x * y,
            "/": lambda: x / y,
            # of 0.0 and -0.0 NumPy takes either; we take the first
            "min": lambda: np.minimum(x, y) if x != y else x,
            "max": lambda: np.maximum(x, y) if x != y else x,
            "<": lambda: np.float64(x < y),
            ">=": lambda: np.float64(x >= y),
            "and": lambda: np.float64((abs(x) > 0) & (abs(y) > 0)),
            "or": lambda: np.float64((abs(x) > 0) | (abs(y) > 0)),
        }
        return table[operation]()


def _combine(children):
    def join(operation, left, right):
        text = (
            f"{operation}({left[0]}, {right[0]})"
            if operation in ("min", "max")
            else f"({left[0]} {operation} {right[0]})"
        )
        return text, lambda v: _twin(operation, left[1](v), right[1](v))

    operations = st.sampled_from(["+", "-", "*", "/", "min", "max", "<", ">=", "and", "or"])
    return st.builds(join, operations, children, children)


TREES = st.recursive(NAMES.map(lambda n: (n, lambda v: np.float64(v[n]))), _combine, max_leaves=12)


@given(TREES, NUMBERS, NUMBERS, NUMBERS)
def test_same_as_numpy(tree, a, b, c):
    source, twin = tree
    values = {"a": a, "b": b, "c": c}
    expected = float(twin(values))
    got = parse(source).value(values)
    assert got == expected or (isnan(got) and isnan(expected))


@given(st.text(max_size=60))
def test_any_text_is_an_expression_or_an_expression_error(source):
    try:
        parse(source)
    except ExpressionError as error:
        assert 1 <= error.column <= len(source) + 1


WORDS = ["a", "b", "1", "0.5", *"+-*/<(),", ">=", "==", "and", "or", "not", "min", "max", "abs", "**"]


@given(st.lists(st.sampled_from(WORDS), max_size=12))
def test_any_row_of_words_is_an_expression_or_an_expression_error(words):
    source = " ".join(words)
    try:
        parse(source).value({"a": 1.0, "b": nan})
    except ExpressionError as error:
        assert 1 <= error.column <= len(source) + 1


# -- clauses ------------------------------------------------------------------------------------------------


def test_drop_clauses_of_an_and():
    assert [(drop.clause, drop.rest.source) for drop in drop_clauses("a > 1 and b and not c")] == [
        ("a > 1", "b and (not c)"),
        ("b", "a > 1 and (not c)"),
        ("not c", "a > 1 and b"),
    ]


def test_drop_clauses_below_or_and_not():
    assert [(drop.clause, drop.rest.source) for drop in drop_clauses("a > 1 or not (b < 2 and c)")] == [
        ("b < 2", "a > 1 or not c"),
        ("c", "a > 1 or not b < 2"),
    ]


def test_drop_clauses_within_clauses():
    drops = drop_clauses("a and (b or c and d)")
    assert [drop.clause for drop in drops] == ["a", "b or (c and d)", "c", "d"]
    assert [drop.rest.source for drop in drops] == ["b or (c and d)", "a", "a and (b or d)", "a and (b or c)"]


def test_a_chain_is_an_and():
    assert [(drop.clause, drop.rest.source) for drop in drop_clauses("0 < a <= 1")] == [
        ("0 < a", "a <= 1"),
        ("a <= 1", "0 < a"),
    ]


def test_the_rest_is_not_held_to_the_limits_of_what_is_written():
    deep = "not " * (MAX_DEPTH - 2) + "(a<b<c)"
    assert [drop.rest.holds({"a": 1, "b": 2, "c": 1}) for drop in drop_clauses(deep)] == [False, True]
    wide = "and".join(["(a<b)"] * 50)
    most = wide + "and" + "(a<" + "b" * (MAX_CHARACTERS - len(wide) - 7) + ")"
    assert len(most) == MAX_CHARACTERS
    drops = drop_clauses(most)
    assert len(drops) == 51
    assert len(drops[0].rest.source) > MAX_CHARACTERS
    assert drops[-1].rest.holds({"a": 0, "b": 1})


def test_nothing_to_drop():
    assert drop_clauses("a > 1 or b > 1") == ()
    assert drop_clauses("0.5 * a") == ()


def test_drop_clauses_refuses_what_parse_refuses():
    with pytest.raises(ExpressionError):
        drop_clauses("a and b[0]")


@given(st.lists(st.sampled_from(["a < b", "c", "not b", "a < b < c", "(a or b)"]), min_size=2, max_size=5))
def test_the_rest_is_the_conjunction_of_the_others(clauses):
    for drop in drop_clauses(" and ".join(clauses)):
        for values in ({"a": 0, "b": 1, "c": 2}, {"a": 1, "b": 0, "c": 0}, {"a": 1, "b": 1, "c": 1}):
            whole = parse(f"({drop.rest.source}) and ({drop.clause})").holds(values)
            assert whole == parse(" and ".join(clauses)).holds(values)
