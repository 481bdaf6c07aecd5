from math import inf, isnan, log

import numpy as np
import pytest
from curves import accuracy, loss
from hypothesis import given
from hypothesis import strategies as st

from loganalyzer.features import Curve
from loganalyzer.features import shape as f
from loganalyzer.model.run import Series

CURVES = st.lists(st.floats(1e-3, 1e3), min_size=3, max_size=60)


def of(values):
    return Curve(Series("loss", np.arange(len(values)), np.array(values)), loss("1").role)


def test_levels_are_in_the_units_of_the_curve():
    falling = loss("2-0.04x40")
    assert f.start_level(falling) == 2.0
    assert f.end_level(falling) == pytest.approx(0.46)
    rising = accuracy("0.1+0.02x40")
    assert f.start_level(rising) == pytest.approx(0.1)
    assert f.best_level(rising) == pytest.approx(0.88)
    assert f.worst_level(rising) == pytest.approx(0.1)


def test_best_is_a_level_not_one_lucky_point():
    curve = loss("2x20 0.1 2x20")
    assert f.best_level(curve) == 2.0
    assert f.best_index(loss("2-0.1x10 1+0.1x29")) == 10


def test_rise_factor_of_a_return_to_the_start():
    assert f.rise_factor(loss("2-0.05x20 1+0.05x20 2x9")) == pytest.approx(2.0, rel=0.1)
    assert f.rise_factor(loss("2-0.04x40")) == pytest.approx(1.1, abs=0.15)


def test_rise_factor_without_positive_values_counts_the_improvement():
    assert f.rise_factor(loss("1-0.1x20 -1+0.1x20 1x9")) == pytest.approx(2.0, abs=0.05)
    assert f.rise_factor(loss("-1+0.1x20 1x9")) == inf


def test_giveback_counts_decades_not_units():
    fell_by_decades = loss("1 0.1 0.01 0.001 0.0001x20 0.0003x20")
    assert f.giveback(fell_by_decades) == pytest.approx(log(3) / log(10_000), rel=0.01)
    assert f.giveback(loss("2-0.05x30")) == pytest.approx(0.0, abs=0.25)


@given(CURVES, st.floats(1e-2, 1e2))
def test_ratios_do_not_depend_on_the_unit_of_the_loss(values, unit):
    one, other = of(values), of([unit * v for v in values])
    for feature in (f.rise_factor, f.giveback, f.change_share, f.way_back, f.start_factor, f.returned_factor):
        assert feature(other) == pytest.approx(feature(one), rel=1e-6, abs=1e-6)


@given(CURVES)
def test_levels_lie_within_the_curve(values):
    curve = of(values)
    for level in (f.start_level, f.end_level, f.best_level, f.worst_level):
        assert min(values) <= level(curve) <= max(values)


def test_departure_is_where_the_curve_leaves_its_best_for_good():
    assert f.departure_index(loss("2-0.2x5 1 1.5 1 2x5")) == 9
    assert isnan(f.departure_index(loss("2-0.1x10")))


def test_a_loss_that_grows_without_end_departs_at_three_times_its_best():
    growing = " ".join(f"{0.5 * 4**k:g}" for k in range(1, 9))
    curve = loss(f"2.5-0.1x20 {growing}")
    assert curve.value[int(f.departure_index(curve))] == 2.0


def test_rise_after_best_does_not_look_before_the_best():
    assert f.rise_after_best(loss("9 1 1.2")) == pytest.approx(0.2)
    assert f.rise_after_best(loss("3 2 1")) == 0.0


def test_fall_since_compares_curves_of_different_length():
    train = loss("2-0.01x100")
    val = loss("2-0.1x10")
    assert f.fall_since(train, 5, val) == pytest.approx((1.5 - 1.05) / 1.5, abs=0.05)
    assert isnan(f.fall_since(train, float("nan"), val))


def test_way_back_of_a_spike_that_decays():
    assert f.way_back(loss("2-0.1x18 20 2 0.4 0.21x9")) > 0.9
    assert f.way_back(loss("2-0.1x18 20x9")) == pytest.approx(0.0, abs=0.01)


def test_long_curves_are_judged_by_block_medians():
    noisy = loss("2-0.001x1000~0.001 1x1000~0.3")
    assert noisy.outline.value.size == 200
    assert f.end_level(noisy) == pytest.approx(1.0, abs=0.1)
