import naive_segment as naive
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from loganalyzer.signal.robust import bridge, find_spikes, mean_smooth, median, median_smooth, noise

FINITE = st.floats(-1e6, 1e6, allow_nan=False)
CURVES = arrays(np.float64, st.integers(1, 80), elements=FINITE)
ANY = arrays(np.float64, st.integers(0, 40), elements=st.floats(width=64))


@settings(deadline=None, derandomize=True)
@given(CURVES, st.integers(1, 90))
def test_median_smooth_is_a_loop_over_windows(value, window):
    assert np.array_equal(median_smooth(value, window), naive.running(value, window, np.median))


@pytest.mark.parametrize("window", [7, 9, 25, 27, 101, 999, 5000])
def test_median_smooth_by_network_by_sorting_and_by_rank(window):
    value = np.random.default_rng(1).integers(0, 40, 1000).astype(float)
    assert np.array_equal(median_smooth(value, window), naive.running(value, window, np.median))


@settings(deadline=None, derandomize=True)
@given(CURVES, st.integers(1, 90))
def test_mean_smooth_is_a_loop_over_windows(value, window):
    wanted = naive.running(value, window, np.mean)
    assert mean_smooth(value, window) == pytest.approx(wanted, rel=1e-9, abs=1e-6)


def test_one_huge_sample_spoils_its_own_windows_only():
    value = np.sin(np.arange(500.0))
    spoilt = value.copy()
    spoilt[100] = 1e200
    far = np.abs(np.arange(500) - 100) > 20
    assert mean_smooth(spoilt, 21)[far] == pytest.approx(mean_smooth(value, 21)[far], abs=1e-12)


@settings(deadline=None, derandomize=True)
@given(arrays(np.float64, st.integers(1, 60), elements=st.floats(allow_nan=False, allow_infinity=False)))
def test_median_is_numpys(value):
    with np.errstate(over="ignore"):
        wanted = float(np.median(value))
    if np.isfinite(wanted):
        assert median(value) == pytest.approx(wanted, rel=1e-12)
    assert value.min() <= median(value) <= value.max()


@settings(deadline=None, derandomize=True)
@given(ANY)
def test_bridge_leaves_the_finite_and_fills_the_rest(value):
    filled = bridge(value)
    good = np.isfinite(value)
    assert np.all(np.isfinite(filled))
    assert np.array_equal(filled[good], value[good])


def test_bridge_draws_straight_lines_and_holds_the_ends():
    value = np.array([np.nan, 1.0, np.inf, np.nan, 4.0, -np.inf])
    assert bridge(value).tolist() == [1.0, 1.0, 2.0, 3.0, 4.0, 4.0]
    assert bridge(np.array([np.nan, np.inf])).tolist() == [0.0, 0.0]


@pytest.mark.parametrize("sd", [1e-3, 1.0, 1e6])
def test_noise_is_the_standard_deviation_whatever_trend_and_spikes(sd):
    rng = np.random.default_rng(0)
    value = sd * rng.normal(size=4000) + 50 * sd * np.exp(-np.arange(4000) / 300)
    value[::97] += 1000 * sd
    value[5::311] = np.nan
    assert noise(value) == pytest.approx(sd, rel=0.08)


@pytest.mark.parametrize("value", [[], [1.0], [1.0, 2.0, 3.0], [np.nan] * 9, [3.0] * 9, [1e308, -1e308] * 9])
def test_noise_of_too_little_is_zero(value):
    assert noise(np.array(value)) == 0.0


def spiky(seed, height):
    rng = np.random.default_rng(seed)
    value = 2.0 * np.exp(-np.arange(1000) / 150) + 0.4
    value = np.log(value * np.exp(0.05 * rng.normal(size=1000)))
    at = np.sort(rng.choice(np.arange(5, 995, 10), 8, replace=False))
    value[at] += height * rng.choice((-1.0, 1.0), 8)
    return value, set(at.tolist())


@pytest.mark.parametrize("seed", range(6))
def test_all_spikes_are_found_and_nothing_else(seed):
    value, at = spiky(seed, 0.8)
    assert set(find_spikes(value).tolist()) == at


@pytest.mark.parametrize("seed", range(6))
def test_what_is_lost_in_noise_is_no_spike(seed):
    value, _ = spiky(seed, 0.05)
    assert find_spikes(value).size == 0


@pytest.mark.parametrize("width", [1, 2, 3])
def test_a_spike_may_be_three_samples_wide(width):
    value = np.random.default_rng(3).normal(size=300)
    value[150 : 150 + width] += 30.0
    assert find_spikes(value).tolist() == list(range(150, 150 + width))


def test_a_step_a_swing_and_a_burst_are_no_spikes():
    rng = np.random.default_rng(4)
    index = np.arange(600)
    step = (index > 300) * 5.0 + 0.1 * rng.normal(size=600)
    swing = np.sin(index / 3.0) + 0.05 * rng.normal(size=600)
    burst = 0.1 * rng.normal(size=600)
    burst[300:400] *= 30.0
    assert [find_spikes(value).size for value in (step, swing, burst)] == [0, 0, 0]


def test_eleven_samples_are_too_few():
    value = np.zeros(12)
    value[5] = 1.0
    value += 0.01 * np.random.default_rng(0).normal(size=12)
    assert find_spikes(value).tolist() == [5]
    assert find_spikes(value[:11]).size == 0
