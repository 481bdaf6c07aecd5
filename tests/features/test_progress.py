from math import inf, isnan

import numpy as np
import pytest
from curves import accuracy, loss
from hypothesis import given
from hypothesis import strategies as st

from loganalyzer.features import progress as f
from loganalyzer.features.curve import Curve
from loganalyzer.model.run import Series


def decay(time_constants: float, n: int = 120) -> Curve:
    value = 0.2 + np.exp(-np.linspace(0.0, time_constants, n))
    return Curve(Series("loss", np.arange(n), value), loss("1 2").role)


def test_a_straight_line_keeps_its_pace_and_a_decay_loses_it_as_documented():
    assert f.tail_pace(loss("2-0.02x60")) == pytest.approx(1.0)
    paces = [f.tail_pace(decay(t)) for t in (1, 2, 4)]
    assert paces == pytest.approx([0.70, 0.45, 0.15], abs=0.04)


def test_a_rise_has_a_negative_pace():
    assert f.tail_pace(loss("1+0.02x60")) == pytest.approx(-1.0)
    assert f.tail_pace(loss("1+0.05x40 3-0.02x20")) > 0.0


def test_a_curve_that_ends_where_it_began_has_no_pace():
    assert isnan(f.tail_pace(loss("1x20")))


@given(st.floats(1e-3, 1e3))
def test_pace_and_early_share_do_not_depend_on_the_unit(unit):
    curve = decay(2.0)
    other = Curve(Series("loss", np.arange(120), curve.value * unit), curve.role)
    assert f.tail_pace(other) == pytest.approx(f.tail_pace(curve))
    assert f.early_share(other, 0.25) == pytest.approx(f.early_share(curve, 0.25))
    assert f.tail_in_noise(other) == pytest.approx(f.tail_in_noise(curve), rel=1e-6)


def test_improvement_is_told_from_noise():
    assert f.tail_in_noise(loss("2-0.02x60")) > 1000
    assert abs(f.tail_in_noise(loss("2x60~0.1"))) < 3
    assert f.tail_in_noise(loss("1x20")) == 0.0


def test_levels_of_many_points_are_surer_and_a_bend_is_no_noise():
    def zigzag(n: int) -> Curve:
        value = np.linspace(2.0, 1.0, n) + 0.05 * (-1.0) ** np.arange(n)
        return Curve(Series("loss", np.arange(n), value), loss("1x2").role)

    assert f.tail_in_noise(zigzag(200)) > 2 * f.tail_in_noise(zigzag(30)) > 0
    assert f.tail_in_noise(loss("3 2 1.6 1.4 1.3")) == inf
    assert f.tail_in_noise(loss("3 2 1.6 1.65 1.3")) < 10


def test_late_fall_is_measured_against_the_end():
    assert f.late_fall(loss("3x20 2x20"), 0.9) == pytest.approx(0.5)
    assert f.late_fall(accuracy("0.25x20 0.5x20"), 0.9) == pytest.approx(0.5)


def test_early_share_of_what_was_gained():
    assert f.early_share(loss("2-0.1x10 1x30"), 0.25) == pytest.approx(1.0, abs=0.11)
    assert f.early_share(loss("2x30 2-0.1x10"), 0.25) == 0.0


def test_end_ratio():
    assert f.end_ratio(loss("3x20"), loss("2x20")) == pytest.approx(1.5)


def test_the_best_is_reached_where_the_curve_comes_near_it_first():
    curve = loss("2-0.1x10 0.999x29")
    assert f.reached_index(curve, 0.01) == 10
    assert f.reached_share(curve, 0.01) == pytest.approx(10 / 40)
    assert f.reached_index(curve, 0.0) == 11


def test_fall_between_the_moments_of_another_curve():
    rate = loss("1x4 0x5 1x9")
    curve = loss("2x20 2-0.05x20 1x40")
    assert f.fall_between(curve, 5, 10, rate) == pytest.approx(0.5, abs=0.1)
    assert f.fall_between(curve, 12, 18, rate) == pytest.approx(0.0)
    assert isnan(f.fall_between(curve, float("nan"), 3, rate))


@given(st.lists(st.integers(1, 6), min_size=1, max_size=40), st.sampled_from([0.0, 0.3, 1.0]))
def test_longest_rest_is_that_of_trying_every_range(values, band):
    curve = loss(" ".join(map(str, values)))
    value = curve.smooth
    longest = max(
        stop - first
        for first in range(value.size)
        for stop in range(first + 1, value.size + 1)
        if np.ptp(value[first:stop]) <= band * value[first]
    )
    first, stop = f._rests(curve, band)
    assert stop - first == longest
    assert np.ptp(value[first:stop]) <= band * value[first]


def test_what_came_before_and_after_a_rest():
    curve = loss("2-0.1x5 1.5x19 1.4-0.1x9")
    assert f.rest_index(curve, 0.01) == 5
    assert f.rest_end_index(curve, 0.01) == 26
    assert f.rest_share(curve, 0.01) == pytest.approx(21 / 36)
    assert f.gain_before_rest(curve, 0.01) == pytest.approx(0.25)
    assert f.gain_after_rest(curve, 0.01) == pytest.approx(0.6, abs=0.08)


def test_a_rest_to_the_end_has_nothing_after_it():
    curve = loss("2-0.1x5 1.5x19")
    assert isnan(f.rest_end_index(curve, 0.01))
    assert f.gain_after_rest(curve, 0.01) == 0.0
