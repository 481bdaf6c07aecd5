from itertools import combinations
from math import inf, isnan, nan

import numpy as np
import pytest
from curves import loss
from hypothesis import given
from hypothesis import strategies as st

from loganalyzer.features import pairs as f


def naive_trend(values):
    """The middle of the slopes of all pairs, times the way to the end, by the best."""
    first = values.index(min(values))
    after = values[first:]
    slopes = [(after[j] - after[i]) / (j - i) for i, j in combinations(range(len(after)), 2)]
    return float(np.median(slopes)) * (len(after) - 1) / values[first]


@given(st.lists(st.integers(1, 50), min_size=5, max_size=15))
def test_the_trend_is_the_middle_of_all_slopes(values):
    if len(values) - values.index(min(values)) >= 3:
        assert f.trend_after_best(loss(" ".join(map(str, values)))) == pytest.approx(naive_trend(values))


def test_one_odd_point_makes_no_trend():
    assert f.trend_after_best(loss("2 1.5 1x9 9")) == 0.0
    assert f.trend_after_best(loss("2 1 1.1 1.2 1.3 1.4")) == pytest.approx(0.4)


def test_jitter_is_what_neighbours_differ_by_and_no_slope():
    assert f.level_jitter(loss("10-0.1x49")) == pytest.approx(0, abs=1e-9)
    assert f.level_jitter(loss("(1 2)x20")) == pytest.approx(1 / 1.5)
    assert f.progress_jitter(loss("3 3 3 (1 2)x20")) == pytest.approx(0.5)
    assert f.progress_jitter(loss("1 1 1 (1 2)x20")) == inf


def test_jitter_is_compared_between_curves_of_epochs_only():
    val, train = loss("(1 2)x20"), loss("(1 1.1)x20")
    assert f.jitter_ratio(val, train) == pytest.approx(10)
    assert isnan(f.jitter_ratio(val, loss("(1 1.1)x100")))
    assert f.jitter_ratio(val, loss("2-0.01x39")) > 1e6


def naive_alone(value, other, factor, calm, share):
    n, found = len(value), []
    least = share * (np.median(value[:3]) - min(value))
    for i in range(max(3, n // 10), n):
        level = np.median(value[max(0, i - 5) : i])
        calmest = sorted(other[max(0, i - 5) : max(1, i - 1)])
        before = min(np.median(calmest), calm * calmest[round(0.25 * (len(calmest) - 1))])
        near = max(other[max(0, i - 1) : i + 3])
        high = value[i] >= factor * level and value[i] - level >= least
        if high and near < calm * before:
            found.append(i)
    return found


@given(st.lists(st.sampled_from([1, 1, 1, 1, 2, 5, 9]), min_size=8, max_size=18), st.data())
def test_rises_alone_as_a_loop_finds_them(values, data):
    other = data.draw(st.lists(st.sampled_from([1, 1, 1, 2]), min_size=len(values), max_size=len(values)))
    val, train = (loss(" ".join(map(str, row))) for row in (values, other))
    expected = naive_alone(values, other, 3, 1.3, 0.2)
    assert f._alone(val, train, 3, 1.3, 0.2)[0].tolist() == expected


def test_a_rise_with_training_is_not_alone():
    val = loss("1x19 9 1x19")
    assert f.alone_count(val, loss("1x38"), 3, 1.3, 0.2) == 1
    assert f.alone_index(val, loss("1x38"), 3, 1.3, 0.2) == 20
    assert f.alone_count(val, loss("1x19 9 1x18"), 3, 1.3, 0.2) == 0
    # the mean of the training epoch shows it one later
    assert f.alone_count(val, loss("1x20 9 1x17"), 3, 1.3, 0.2) == 0


def test_a_rise_that_the_next_sample_makes_good_is_an_accident():
    calm = loss("1x29")
    assert isnan(f.lasting_factor(loss("1x19 9 1x9"), calm, 3, 1.3, 0.2))
    assert f.lasting_factor(loss("1x19 9 3 1x8"), calm, 3, 1.3, 0.2) == 9
    assert f.lasting_factor(loss("1x19 5 9 1x8"), calm, 3, 1.3, 0.2) == 9
    assert f.lasting_factor(loss("1x28 9"), calm, 3, 1.3, 0.2) == 9


def test_rises_on_the_floor_are_not_counted():
    val = loss("2-0.1x18 0.02x9 0.3 0.02x9 0.3 0.02x9")
    assert f.alone_count(val, loss("1x47"), 3, 1.3, 0.1) == 2
    assert f.alone_count(val, loss("1x47"), 3, 1.3, 0.2) == 0


def test_jitter_is_not_compared_with_single_batches():
    val, train = loss("(1 2)x10"), loss("(1 1.1)x10")
    assert f.jitter_ratio(val, train) == pytest.approx(10)
    assert isnan(f.jitter_ratio(val, loss("(1 1.1)x20")))
    assert isnan(f.jitter_ratio(loss("(1 2)x20"), train))


def test_the_turn_comes_after_the_best():
    assert f.turn_index(loss("2-0.1x9 1.2+0.1x9")) == 10
    assert f.turn_index(loss("2-0.1x9")) == 9


def test_single_batches_do_not_decide_whether_training_is_calm():
    val, batches = loss("1x19 9 1x19"), loss("(1 1 1 1 1 1 1 1 1 3)x39")
    assert f.alone_count(val, batches, 3, 1.3, 0.2) == 1


def test_the_first_samples_are_not_alone():
    assert f.alone_count(loss("1 30 20 1x37"), loss("1x39"), 3, 1.3, 0.2) == 0


def test_fall_after_and_across():
    val, train = loss("1x20"), loss("2x9 1x10")
    assert f.fall_after(train, 2.0, val) == pytest.approx(0.5)
    assert f.fall_after(train, 15.0, val) == 0.0
    # at the step itself the level before is still the old one
    assert f.fall_across(train, 11.0, val) == pytest.approx(0.5)
    assert isnan(f.fall_after(train, float("nan"), val))


def test_a_run_that_ends_while_it_climbs_has_no_level_yet():
    short = loss("0.83 0.64 0.68 0.72 0.73 1.04")
    assert f.climb_after_best(short) == pytest.approx(f.trend_after_best(short))
    assert f.climb_after_best(loss("2-0.1x10 1x8 1x8 1.5x3")) == pytest.approx(0.5)


@given(st.lists(st.integers(1, 50), min_size=5, max_size=15))
def test_order_is_rising_less_falling_pairs(values):
    curve = loss(" ".join(map(str, values)))
    after = values[int(curve.smooth.argmin()) + 1 :]
    n = len(after)
    if n > 6:
        found = sum((b > a) - (b < a) for a, b in combinations(after, 2))
        assert f.order_after_best(curve) == pytest.approx(found / (n * (n - 1) * (2 * n + 5) / 18) ** 0.5)


def test_a_noisy_level_has_no_order_and_a_climb_has():
    assert abs(f.order_after_best(loss("2 1.5 1 1 (1.4 1.2)x10"))) < 2
    assert f.order_after_best(loss("2-0.1x9 1.2+0.1x9")) > 3
    assert f.order_after_best(loss("2-0.1x9")) == 0.0


def test_a_few_that_rise_one_by_one_are_clear_in_a_short_history_only():
    assert f.order_after_best(loss("1.5 1.2 1 1.1 1.2 1.3")) == inf
    assert f.order_after_best(loss("1.5 1.2 1 1.1 1.3 1.2")) < 2
    assert f.order_after_best(loss("3-0.1x20 1.1 1.2 1.3")) < 2.33


def test_a_climb_that_came_back_is_measured_where_it_stood():
    assert f.climb_before_best(loss("3-0.1x20")) == 0.0
    assert f.climb_before_best(loss("4 3 2 2 2 3 3 3 2 1 1 1 2 3")) == pytest.approx(0.5)
    # where values are not positive there are no ratios: a share of the best
    assert f.climb_before_best(loss("1 0 -1 -1 0 0 -1 -2 -2 -2")) == pytest.approx(0.5)


def test_a_rise_is_looked_for_around_the_moment_of_another_curve():
    train, val = loss("1x40 3x10 1x30"), loss("1x20")
    assert f.rise_near(train, 10.0, val) == 3.0
    assert f.rise_near(train, 5.0, val) == 1.0
    assert isnan(f.rise_near(train, nan, val))
    assert isnan(f.rise_near(loss("1x40 -1x40"), 10.0, val))
    assert f.rise_near(loss("1x40 30 1x39"), 10.0, val) == 1.0
