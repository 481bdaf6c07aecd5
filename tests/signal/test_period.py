import numpy as np
import pytest

from loganalyzer.signal.period import find_period, remove_period
from loganalyzer.signal.synthetic import curve
from loganalyzer.signal.transform import choose_transform, transformed


def pattern(n, period, seed):
    rng = np.random.default_rng(seed)
    shape = np.resize(rng.normal(size=period), n)
    return shape + 0.3 * rng.normal(size=n) + 5.0 * np.exp(-np.arange(n) / n / 0.1)


@pytest.mark.parametrize("n, period", [(400, 16), (1000, 37), (1000, 80), (6000, 251), (40_000, 1999)])
def test_finds_the_length_of_a_pattern(n, period):
    assert abs(find_period(pattern(n, period, 1)) - period) <= max(1, round(0.001 * period))


@pytest.mark.parametrize(
    "name", ["exponential_noisy", "correlated_strong", "oscillation_onset", "warm_restarts"]
)
@pytest.mark.parametrize("seed", range(4))
def test_no_period_in_noise_in_events_or_in_swings_that_set_in(name, seed):
    value = curve(name, 1000, seed).value
    assert find_period(transformed(value, choose_transform(value, "lower"))) == 0


def test_what_dies_out_is_no_period():
    value = pattern(1000, 40, 2) * np.exp(-np.arange(1000) / 200)
    assert find_period(value - value.mean()) == 0


def test_too_short_to_tell():
    assert find_period(pattern(63, 7, 0)) == 0


def test_removal_leaves_trend_and_noise():
    rng = np.random.default_rng(5)
    index = np.arange(1000)
    rest = -0.002 * index + 0.1 * rng.normal(size=1000)
    ramp = (index % 50) / 50.0 - 0.5
    left = remove_period(rest + 2.0 * ramp, 50)
    assert np.std(left - rest) < 0.07
    assert np.polyfit(index, left, 1)[0] == pytest.approx(-0.002, rel=0.05)


@pytest.mark.parametrize("period", [0, 1, -3, 26, 1000])
def test_nothing_is_removed_that_does_not_fit_four_times(period):
    value = np.arange(100.0)
    assert remove_period(value, period) is value
