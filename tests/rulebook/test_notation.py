from __future__ import annotations

from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loganalyzer.rulebook.notation import MAX_DEPTH, MAX_SAMPLES, NotationError, parse_series


def values(text):
    steps, found = parse_series(text)
    assert steps.dtype == np.int64
    assert found.dtype == np.float64
    assert steps.shape == found.shape
    return list(zip(steps.tolist(), found.tolist(), strict=True))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", [1]),
        ("-2+4x3", [-2, 2, 6, 10]),
        (" 1-2x4", [1, -1, -3, -5, -7]),
        ("1x4", [1, 1, 1, 1, 1]),
        ("1x0", [1]),
        ("10+10x2 30+20x5", [10, 20, 30, 30, 50, 70, 90, 110, 130]),
        ("1e-3-1e-4x1", [0.001, 0.0009]),
        ("1e-3x1", [0.001, 0.001]),
        (".5 5. +1", [0.5, 5.0, 1.0]),
        ("nan inf -inf +inf", [nan, inf, -inf, inf]),
        ("nanx1 inf-1x1", [nan, nan, inf, inf]),
        ("(1 2)x3", [1, 2, 1, 2, 1, 2]),
        ("( 1 2 )x2\n3", [1, 2, 1, 2, 3]),
        ("((1 2)x2 0)x2 9", [1, 2, 1, 2, 0, 1, 2, 1, 2, 0, 9]),
        ("(1+1x2)x2", [1, 2, 3, 1, 2, 3]),
        ("(1)x0 2", [2]),
        ("1x2~0", [1, 1, 1]),
    ],
)
def test_values(text, expected):
    steps, found = parse_series(text)
    np.testing.assert_allclose(found, expected, rtol=1e-15)
    np.testing.assert_array_equal(steps, np.arange(len(expected)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 _ 2", [(0, 1.0), (2, 2.0)]),
        ("1 _x3 2", [(0, 1.0), (4, 2.0)]),
        ("_x2 1", [(2, 1.0)]),
        ("(1 _)x2 3", [(0, 1.0), (2, 1.0), (4, 3.0)]),
        ("_", []),
    ],
)
def test_a_missing_sample_skips_its_step(text, expected):
    assert values(text) == expected


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("", 1),
        ("   ", 1),
        ("(1)x0", 1),
        ("one", 1),
        ("1 two", 3),
        ("1,2", 2),
        ("1+2", 2),
        ("1+-2x3", 2),
        ("1+x3", 2),
        ("1+nanx3", 2),
        ("1+infx3", 2),
        ("--1", 1),
        ("1x", 2),
        ("1x-1", 2),
        ("1x1.5", 4),
        ("1x1x1", 4),
        ("1~", 2),
        ("1~-1", 2),
        ("1~nan", 2),
        ("_~1", 2),
        ("_+1x2", 2),
        ("(1 2", 1),
        ("3 (1 2", 3),
        ("(1 2)", 5),
        ("(1 2) x3", 5),
        ("(1 2)3", 5),
        ("1)x2", 2),
        (")x2", 1),
        ("1(2)x2", 2),
        ("(1)x2(2)x2", 6),
        ("0x1F", 4),
        ("1_000", 2),
        ("NaN", 1),
        ("１", 1),
    ],
)
def test_refused(text, column):
    with pytest.raises(NotationError) as caught:
        parse_series(text)
    assert caught.value.column == column


@pytest.mark.parametrize(
    "text",
    [
        "1x999999999",
        "1x9999999999999999999999",
        "_x999999999",
        "(1)x999999999",
        "((((1x999)x999)x999)x999)x999",
        "(" * 100_000,
        "1x99999 1",
    ],
)
def test_hostile_sizes_are_refused_before_they_are_built(text):
    with pytest.raises(NotationError) as caught:
        parse_series(text)
    assert len(str(caught.value)) < 200


def test_limits_are_inclusive():
    assert parse_series(f"1x{MAX_SAMPLES - 1}")[1].size == MAX_SAMPLES
    assert parse_series(f"(1)x{MAX_SAMPLES}")[1].size == MAX_SAMPLES
    deep = MAX_DEPTH - 1
    assert values("(" * deep + "1" + ")x1" * deep) == [(0, 1.0)]
    with pytest.raises(NotationError, match="groups"):
        parse_series("(" * (deep + 1) + "1" + ")x1" * (deep + 1))


def test_long_ramps_do_not_gather_rounding():
    assert parse_series("0+0.1x1000")[1][1000] == 100.0


def test_noise_has_the_standard_deviation_it_says():
    found = parse_series("3+0.001x9999~0.5")[1] - (3 + 0.001 * np.arange(10_000))
    assert found.std() == pytest.approx(0.5, rel=0.03)
    assert found.mean() == pytest.approx(0.0, abs=0.02)
    kurtosis = float(np.mean((found / found.std()) ** 4))
    assert kurtosis == pytest.approx(3.0, abs=0.2)
    assert abs(np.corrcoef(found[1:], found[:-1])[0, 1]) < 0.03


def test_noise_is_the_same_every_time_and_everywhere():
    # written down once: a change of these numbers changes the tests of every rule
    np.testing.assert_array_equal(parse_series("0x3~1")[1], parse_series("0~1 0~1 0~1 0~1")[1])
    np.testing.assert_allclose(parse_series("1~0.1 1~0.1")[1], [0.9882223267970467, 1.251415978274797])


def test_noise_of_one_sample_does_not_depend_on_what_follows():
    np.testing.assert_array_equal(parse_series("1x9~0.1")[1], parse_series("1x9~0.1 5x100~1")[1][:10])


def test_seeds_give_independent_noise():
    one, two = parse_series("0x4999~1", 1)[1], parse_series("0x4999~1", 2)[1]
    assert abs(np.corrcoef(one, two)[0, 1]) < 0.05


def test_repeats_of_a_group_have_their_own_noise():
    found = parse_series("(1~0.1)x3")[1]
    assert len(set(found.tolist())) == 3


ITEMS = st.one_of(
    st.integers(-99, 99).map(lambda a: (f"{a}", [a])),
    st.tuples(st.integers(-99, 99), st.integers(-9, 9), st.integers(0, 6)).map(
        lambda t: (f"{t[0]}{t[1]:+d}x{t[2]}", [t[0] + t[1] * i for i in range(t[2] + 1)])
    ),
    st.integers(1, 4).map(lambda n: (f"_x{n}", [None] * n)),
)
ROWS = st.recursive(
    st.lists(ITEMS, min_size=1, max_size=4).map(
        lambda row: (" ".join(t for t, _ in row), [s for _, samples in row for s in samples])
    ),
    lambda rows: st.tuples(rows, st.integers(1, 3), rows).map(
        lambda t: (f"({t[0][0]})x{t[1]} {t[2][0]}", t[0][1] * t[1] + t[2][1])
    ),
    max_leaves=5,
)


@given(ROWS)
def test_same_as_a_list_written_out(row):
    text, samples = row
    expected = [(i, float(sample)) for i, sample in enumerate(samples) if sample is not None]
    assert values(text) == expected


@given(st.text(alphabet="0123456789.+-ex_~() nainf", max_size=25))
def test_any_text_is_a_curve_or_a_notation_error(text):
    try:
        steps, _ = parse_series(text)
        assert bool(np.all(np.diff(steps) > 0))
    except NotationError as error:
        assert 1 <= error.column <= max(len(text), 1)
