"""What single layers, all layers together, and norms of gradients tell."""

from math import isnan

import numpy as np
import pytest
from curves import loss
from hypothesis import given
from hypothesis import strategies as st

from loganalyzer.features import Curve, gradients, layers
from loganalyzer.model.role import Role
from loganalyzer.model.run import Series
from loganalyzer.rulebook.notation import parse_several


def several(text: str) -> tuple[Curve, ...]:
    role = Role("layer_gradients", "none", "none", "test")
    return tuple(Curve(Series(str(i), *one), role) for i, one in enumerate(parse_several(text)))


def test_what_is_held_is_held_to_the_end():
    curve = loss("0.5 1 0.5 0.9 1 0.95")
    assert layers.held_above_index(curve, 0.9) == 3
    assert layers.held_above_count(curve, 0.9) == 3
    assert layers.held_above_level(curve, 0.9) == 0.95
    assert layers.held_below_index(loss("1 0.1 1 0.1 0"), 0.2) == 3
    assert layers.held_below_level(loss("1 0.1 1 0.1 0"), 0.2) == pytest.approx(0.05)


def test_what_is_left_in_the_end_is_not_held():
    curve = loss("1 1 1 0.5")
    assert isnan(layers.held_above_index(curve, 0.9))
    assert layers.held_above_count(curve, 0.9) == 0
    assert isnan(layers.held_above_level(curve, 0.9))
    assert layers.held_below_count(curve, 0.4) == 0


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.floats(0, 1))
def test_held_above_is_the_longest_end_without_a_lower_value(values, limit):
    curve = Curve(Series("a", np.arange(len(values)), np.array(values)), Role("loss", "train", "none", ""))
    count = next((i for i, value in enumerate(reversed(values)) if value < limit), len(values))
    assert layers.held_above_count(curve, limit) == count


def test_first_and_last_layer_are_compared_by_their_medians():
    group = several("1e-6x8 5 | 1x9 | 0.01x9")
    assert layers.first_to_last(group) == pytest.approx(1e-4)
    assert layers.layer_count(group) == 3
    assert isnan(layers.first_to_last(several("1x9")))
    assert isnan(layers.first_to_last(several("1x9 | 0x9")))


def test_the_ratio_is_low_from_the_step_it_falls_for_good():
    assert layers.low_ratio_index(several("1x3 1e-5x5 | 1x4 1x4"), 1e-3) == 4
    # the last layer is logged at every third step: its value at or before each step of the first counts
    assert layers.low_ratio_index(several("1 1 1 1 1 1 1 | 1 _ _ 1e4 _ _ 1e4"), 1e-3) == 3
    assert isnan(layers.low_ratio_index(several("1x9 | 1x9"), 1e-3))


def test_growth_is_of_all_layers_together():
    assert layers.growth_factor(several("1x4 20x15 | 100x19")) == pytest.approx(
        np.hypot(20, 100) / np.hypot(1, 100)
    )
    assert layers.growth_factor(several("1x9 50x29")) == pytest.approx(50)
    assert layers.growth_index(several("1x9 50x29"), 10) == 10
    assert isnan(layers.growth_factor(several("0x9 50x29")))


def test_nothing_is_dead_while_one_layer_is_not():
    assert layers.all_zero_index(several("0.5 1 1 1 | 0 0 1 1")) == 2
    assert layers.all_zero_count(several("0.5 1 1 1 | 0 0 1 1")) == 2
    assert layers.all_zero_count(several("1x9 | 1x8 0.99")) == 0
    assert layers.layers_above(several("1x9 | 0.5x9 | 0.95x9"), 0.9) == 2
    assert layers.layers_below(several("1x9 | 0.5x9 | 0.95x9"), 0.9) == 1


def test_no_number_is_no_zero():
    assert layers.unmoved_count(several("0x9 | nanx9")) == 0
    assert layers.unmoved_count(several("1 0x8 | 1 1 0x7")) == 8
    assert layers.unmoved_index(several("1 0x8 | 1 1 0x7")) == 2
    assert gradients.zero_tail_count(loss("1 nan 0 0")) == 2
    assert gradients.zero_tail_count(loss("0 0 nan")) == 0


def test_a_surge_is_held_for_two_points():
    assert gradients.surge_factor(loss("1x9 500 1x9")) == pytest.approx(1)
    assert gradients.surge_factor(loss("1x9 500 300 1x9")) == pytest.approx(300)
    assert gradients.surge_index(loss("1x9 500 300 1x9"), 100) == 10
    assert isnan(gradients.surge_index(loss("1x9 500 1x9"), 100))


@pytest.mark.parametrize("text", ["1", "1 2", "1 2 3 4 5", "0x20", "nanx20"])
def test_without_a_usual_level_there_is_no_surge(text):
    assert isnan(gradients.surge_factor(loss(text)))


def test_the_usual_level_is_the_median_so_far():
    rng = np.random.default_rng(0)
    value = rng.lognormal(size=60)
    curve = Curve(Series("a", np.arange(60), value), Role("grad_norm", "none", "none", ""))
    naive = [min(value[i], value[i + 1]) / sorted(value[:i])[i // 2] for i in range(gradients.USUAL, 59)]
    assert gradients.surge_factor(curve) == max(naive)


def test_the_level_before_zeros_tells_a_jump_from_a_floor():
    assert gradients.level_before_zeros(loss("2 2 1 1 1 1 1 0 0 0")) == 0.5
    assert gradients.level_before_zeros(loss("2 1 0.1 0.01 0.002 0.001 0.001 0.001 0.001 0 0")) < 1e-3
    assert isnan(gradients.level_before_zeros(loss("0x9")))
    assert isnan(gradients.zero_tail_index(loss("1 0 1")))


def test_pinned_is_what_reaches_the_greatest():
    assert gradients.pinned_share(loss("0.5x9 1x39"), 1e-4) == 1.0
    assert gradients.pinned_share(loss("(0.5 1)x20"), 1e-4) == pytest.approx(0.5, abs=0.02)
    assert gradients.pinned_share(loss("1 nanx39"), 1e-4) == 0.0
    assert gradients.pinned_share(loss("0x39"), 1e-4) == 0.0


def test_bursts_are_counted_once_each_and_above_their_surroundings():
    curve = loss("1x30~0.05 40 50 1x30~0.05 60 1x30~0.05")
    assert gradients.burst_count(curve, 10, 8) == 2
    assert gradients.burst_index(curve, 10, 8) == 31
    assert gradients.burst_count(loss("1x40~0.05 100x40~5"), 10, 8) == 0
    assert gradients.burst_count(loss("1x40~0.05 -1 50 1x40"), 10, 8) >= 0
    assert gradients.burst_count(loss("0x40 50 0x40"), 10, 8) == 0


def test_still_is_what_repeats_to_the_last_digit():
    group = several("1 2 3 3 3 3 | 1 1 1 2 2 2")
    assert layers.still_index(group) == 3
    assert layers.still_count(group) == 3
    assert layers.moving_count(group, 3) == 0
    assert layers.moving_count(group, 4) == 1
    assert layers.moving_count(several("1 2 3 4 5 6 | 1 nan 1 1 1 1"), 5) == 2
