from math import isnan

import pytest
from curves import loss

from loganalyzer.features import Curve
from loganalyzer.features import schedule as f
from loganalyzer.model.role import Role


def rate(text: str) -> Curve:
    return Curve(loss(text).series, Role("lr", "none", "none", "test"))


def test_longest_stretch_of_zeros():
    curve = rate("0 0.1x5 0x3 0.1 0x1 0.1x3")
    assert (f.zero_index(curve), f.zero_end_index(curve)) == (7, 10)
    assert f.zero_points(curve) == 4
    assert f.zero_share(curve) == pytest.approx(4 / 18)
    assert f.zero_rest(curve) == pytest.approx(7 / 18)


def test_no_zero():
    curve = rate("0.1x9")
    assert isnan(f.zero_index(curve))
    assert isnan(f.zero_end_index(curve))
    assert f.zero_share(curve) == 0.0


def test_zeros_to_the_end_leave_no_rest():
    assert f.zero_rest(rate("0.1x4 0x4")) == 0.0


def test_a_rate_runs_out_for_good():
    curve = rate("0.1x3 0.00001 0.1x3 0.00001x9")
    assert f.ran_out_index(curve, 1e-3) == 9
    assert f.ran_out_share(curve, 1e-3) == pytest.approx(1 - 9 / 18)


def test_a_rate_that_stays_up_does_not_run_out():
    assert isnan(f.ran_out_index(rate("0.1-0.001x50"), 1e-3))
    assert f.ran_out_share(rate("0x9"), 1e-3) == 0.0


def test_a_raise_is_measured_from_the_lowest_rate_before():
    curve, other = rate("0.1x10 0.01x10 0.08x20"), loss("1x41")
    assert f.raised_until(curve, 30, other) == pytest.approx(8.0)
    assert f.raised_until(curve, 15, other) == pytest.approx(1.0)
    assert isnan(f.raised_until(curve, float("nan"), other))


def test_the_start_of_a_warm_up_is_no_raise():
    assert f.raised_until(rate("0.0001 0.1x39"), 39, loss("1x39")) == pytest.approx(1.0)


def test_a_second_warm_up_falls_at_once_and_climbs_in_steps():
    curve = rate("0.02+0.02x4 0.1x14 0.02+0.02x4 0.1x10")
    assert f.rewarm_count(curve, 0.3) == 1
    assert f.rewarm_index(curve, 0.3) == 20


@pytest.mark.parametrize(
    "text", ["(0.1 0.08 0.05 0.01)x8", "0.1x20 0.001x20", "0.1x10 0.01 0.1x10", "0.1x30"]
)
def test_restarts_decays_and_blips_are_no_second_warm_up(text):
    assert f.rewarm_count(rate(text), 0.3) == 0
    assert isnan(f.rewarm_index(rate(text), 0.3))


def test_a_drop_between_two_moments():
    curve, other = rate("0.1x20 0.01x20"), loss("1x41")
    assert f.dropped_between(curve, 20, 20, other) == pytest.approx(10.0)
    assert f.dropped_between(curve, 5, 8, other) == pytest.approx(1.0)
    assert isnan(f.dropped_between(curve, 20, float("nan"), other))
