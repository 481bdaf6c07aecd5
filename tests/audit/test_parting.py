"""Where two curves part: noise, spikes and the luck of a seed are no parting, what stays is one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loganalyzer.audit.parting import course
from loganalyzer.engine.summary import sparkline
from loganalyzer.model.run import Series


def curve(value, step=None):
    value = np.array(value, dtype=float)
    return Series("loss", np.arange(value.size) if step is None else np.array(step), value)


def learned(seed, n=60, noise=0.02, floor=0.3, rate=0.1):
    """A decay with noise, and a wobble that lasts: what one seed makes of a setup."""
    rng = np.random.default_rng(seed)
    wobble = np.convolve(rng.normal(0, 0.02, n + 9), np.ones(10) / 3, "valid")
    return floor + 2 * np.exp(-rate * np.arange(n)) + wobble + rng.normal(0, noise, n)


@pytest.mark.parametrize("seed", range(20))
def test_two_seeds_of_one_setup_stay_together(seed):
    found = course(curve(learned(seed)), curve(learned(seed + 100)), "lower")
    assert found.relation == "together"
    assert found.parting is None
    assert found.same_until is None


@pytest.mark.parametrize("seed", range(5))
def test_one_that_turns_away_parts_where_it_turns_and_the_better_one_is_named(seed):
    turned = learned(seed + 100)
    turned[40:] += 0.1 * np.arange(20)
    found = course(curve(learned(seed)), curve(turned), "lower")
    assert found.relation == "parted"
    assert 40 <= found.parting.step <= 45
    assert found.parting.after == found.parting.step - 1
    assert found.parting.better == "a"
    assert found.parting.strength > 1
    assert found.parting.level_b > found.parting.level_a
    assert course(curve(learned(seed)), curve(turned), "higher").parting.better == "b"
    assert course(curve(learned(seed)), curve(turned), "none").parting.better == ""


def test_another_floor_parts_and_a_slightly_other_one_does_not():
    calm = learned(1, noise=0.001)
    assert course(curve(calm), curve(calm + 0.4), "lower").parting.step == 0
    assert course(curve(calm), curve(calm + 0.4), "lower").parting.after is None
    assert course(curve(calm), curve(calm + 0.05), "lower").relation == "together"


def test_what_comes_back_is_no_parting():
    away = learned(1)
    away[20:30] += 1.0
    assert course(curve(learned(1)), curve(away), "lower").relation == "together"
    spiky = learned(1)
    spiky[[10, 25, 59]] += 5.0
    assert course(curve(learned(1)), curve(spiky), "lower").relation == "together"


def test_a_faster_start_that_is_caught_up_with_is_no_parting():
    slow, fast = learned(1, n=120, rate=0.08), learned(2, n=120, rate=0.2)
    assert course(curve(slow), curve(fast), "lower").relation == "together"


def test_the_same_curve_is_identical_whatever_is_in_it():
    odd = learned(3)
    odd[5], odd[9] = np.nan, np.inf
    found = course(curve(odd), curve(odd.copy()), "lower")
    assert (found.relation, found.same_until, found.parting) == ("identical", 59, None)


@pytest.mark.parametrize("until", [0, 1, 30, 58])
def test_a_shared_beginning_ends_at_the_very_step(until):
    other = learned(1)
    other[until + 1 :] += 1e-12
    found = course(curve(learned(1), np.arange(60) * 10), curve(other, np.arange(60) * 10), "lower")
    assert found.same_until == 10 * until
    assert found.relation == "together"


def test_a_longer_run_of_the_same_is_together_and_the_same_to_the_end():
    found = course(curve(learned(1)[:40]), curve(learned(1)), "lower")
    assert (found.relation, found.same_until, found.last_step) == ("together", 39, 39)


def test_one_that_stops_being_finite_parts_there_and_the_other_is_better():
    lost = learned(1)
    lost[50:] = np.nan
    found = course(curve(learned(2)), curve(lost), "lower")
    assert found.parting.step == 50
    assert found.parting.level_b is None
    assert found.parting.strength is None
    assert found.parting.better == "a"
    assert course(curve(lost), curve(lost + 0.001), "lower").relation == "together"


def test_lines_lie_between_samples_of_other_steps():
    dense = curve(np.linspace(2, 1, 100))
    sparse = curve(np.linspace(2, 1, 34), np.arange(0, 100, 3))
    assert course(dense, sparse, "lower").relation == "together"
    lower = curve(np.linspace(2, 1, 34) - np.r_[np.zeros(17), np.full(17, 0.5)], np.arange(0, 100, 3))
    found = course(dense, lower, "lower")
    assert (found.parting.step, found.parting.after) == (51, 48)


@pytest.mark.parametrize("step", [[100, 101, 102], [58, 59, 60, 61]])
def test_too_few_steps_in_both_are_not_compared(step):
    assert course(curve(learned(1)), curve([1.0] * len(step), step), "lower").relation == "apart"


def test_decades_are_compared_as_such():
    fall = 2 * 0.9 ** np.arange(80)
    found = course(curve(fall), curve(np.where(np.arange(80) < 50, fall, fall * 5)), "lower")
    assert found.parting.step == 50


def test_thinned_curves_of_two_seeds_stay_together_and_a_jump_parts_them():
    def thinned(value):
        line = sparkline(curve(value))
        return curve(line.value, line.step)

    a, b = (thinned(learned(seed, 5000, 0.2, rate=0.002)) for seed in (1, 2))
    assert course(a, b, "lower", (True, True)).relation == "together"
    jumped = learned(2, 5000, 0.2, rate=0.002)
    jumped[3000:] += 1.0
    found = course(a, thinned(jumped), "lower", (True, True))
    assert 2950 <= found.parting.step <= 3100


finite = st.floats(-1e308, 1e308)


@given(st.lists(finite | st.sampled_from([np.nan, np.inf]), min_size=1, max_size=40), st.data())
def test_sides_can_be_swapped_and_nothing_breaks(value, data):
    other = data.draw(st.lists(finite, min_size=1, max_size=40))
    one, two = course(curve(value), curve(other), "lower"), course(curve(other), curve(value), "lower")
    assert (one.relation, one.same_until) == (two.relation, two.same_until)
    if one.parting is not None:
        assert (one.parting.step, one.parting.level_a) == (two.parting.step, two.parting.level_b)
        assert {one.parting.better, two.parting.better} in ({"a", "b"}, {""})
