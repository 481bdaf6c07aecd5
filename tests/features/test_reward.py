"""Returns are judged by their course."""

from math import inf, isnan, nan

import numpy as np
import pytest

from loganalyzer.features import Curve
from loganalyzer.features.reward import (
    best_return,
    climb_in_level,
    climbed_again,
    dip_share,
    fallen_share,
    first_return,
    first_share,
    gain_in_level,
    gain_in_scatter,
    last_return,
    last_share,
    lost_for_good,
    lost_share,
    net_gain_in_level,
    resumed_share,
    return_fall_index,
)
from loganalyzer.model.role import Role
from loganalyzer.model.run import Series
from loganalyzer.rulebook.notation import parse_series

REWARD = Role("reward", "train", "higher", "test")


def reward(text, seed=0):
    step, value = parse_series(text, seed)
    return Curve(Series("reward", step, value), REWARD)


def test_levels_are_means_in_the_units_of_the_curve():
    of = reward("10x49 30x49")
    assert (first_return(of), last_return(of), best_return(of)) == (10.0, 30.0, 30.0)


def test_blocks_of_a_long_curve_are_means():
    step = np.arange(100_000)
    value = np.where(step % 2 == 0, 0.0, 2.0)
    assert first_return(Curve(Series("reward", step, value), REWARD)) == 1.0


def test_gain_is_measured_from_the_first_tenth():
    assert gain_in_level(reward("10x49 30x49")) == pytest.approx(2.0)
    assert gain_in_level(reward("-200x49 -100x49")) == pytest.approx(0.5)
    assert net_gain_in_level(reward("10x29 30x39 10x29")) == pytest.approx(0.0)


def test_a_return_that_rose_at_once_is_measured_from_its_first_points():
    assert gain_in_level(reward("2 6 10x97")) == pytest.approx(4.0)
    assert gain_in_level(reward("9.9 10x98~0.1")) < 0.1


@pytest.mark.parametrize("seed", range(10))
def test_flat_noise_gains_about_a_standard_deviation(seed):
    assert gain_in_scatter(reward("20x999~5", seed)) < 2.0
    assert gain_in_scatter(reward("20+0.02x999~5", seed)) > 5.0


def test_a_flat_curve_has_gained_nothing_whatever_its_level():
    for text in ("0x60", "-200x60", "1e6x60"):
        of = reward(text)
        assert (gain_in_level(of), gain_in_scatter(of), climb_in_level(of), lost_share(of)) == (0, 0, 0, 0)


def test_rewards_between_zero_and_one_are_shares():
    assert first_share(reward("0.9x40")) == pytest.approx(0.9)
    assert last_share(reward("0.1x20 0.8x20")) == pytest.approx(0.8)
    assert isnan(first_share(reward("0.9x20 1.2x20"))) and isnan(last_share(reward("-0.1 0.9x20")))


def test_a_climb_that_is_lost():
    of = reward("0+2x50 100x20 20x29")
    assert climb_in_level(of) == pytest.approx(1.0, abs=0.05)
    assert lost_share(of) == pytest.approx(0.8, abs=0.03)
    assert fallen_share(of, 0.35) == pytest.approx(0.3, abs=0.02)
    assert return_fall_index(of, 0.35) == pytest.approx(71, abs=2)
    assert climbed_again(of) == pytest.approx(1.0, abs=0.01)
    assert lost_for_good(of, 0.35, 0.2) == lost_share(of)
    assert lost_for_good(of, 0.35, 0.5) == 0.0


def test_a_dip_that_was_made_good():
    of = reward("0+2x50 20x19 100x29")
    assert (lost_share(of), fallen_share(of, 0.35)) == (pytest.approx(0.0, abs=0.01), 0.0)
    assert isnan(return_fall_index(of, 0.35))
    assert climbed_again(of) == pytest.approx(1.8, abs=0.05)


def test_what_wanders_climbs_again_and_again():
    assert climbed_again(reward("0+1x99~1")) < 1.5
    assert climbed_again(reward("(0+1x9 10-1x9)x10")) > 4.0


def test_a_dip_soon_after_an_event():
    of, event = reward("0+1x60 20x19 80x19"), reward("0x98")
    assert dip_share(of, 60.0, event, 0.1) == pytest.approx(0.66, abs=0.05)
    assert dip_share(of, 30.0, event, 0.1) <= 0.0
    assert dip_share(of, nan, event, 0.1) == 0.0


def test_the_return_of_the_step_of_an_event_is_after_it():
    of, event = reward("0+1x60 20x38"), reward("0x98")
    assert dip_share(of, 61.0, event, 0.1) == pytest.approx(0.66, abs=0.05)


def test_a_log_that_begins_in_the_middle():
    assert resumed_share(reward("1x60")) == 0.0
    assert resumed_share(reward("_x60 1x59")) == pytest.approx(60 / 119)


def test_what_is_not_finite_is_bridged():
    of = reward("10x20 nan inf 10x20")
    assert (first_return(of), best_return(of)) == (10.0, 10.0)
    assert best_return(of) < inf
