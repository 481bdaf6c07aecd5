import naive_segment as naive
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from loganalyzer.signal.robust import (
    bridge,
    mean_smooth,
    median,
    median_smooth,
    medians,
    noise,
    quantile_between,
)

FINITE = st.floats(-1e6, 1e6, allow_nan=False)
CURVES = arrays(np.float64, st.integers(1, 80), elements=FINITE)
ANY = arrays(np.float64, st.integers(0, 40), elements=st.floats(width=64))


@settings(deadline=None, derandomize=True)
@given(CURVES, st.integers(1, 90))
def test_median_smooth_is_a_loop_over_windows(value, window):
    assert np.array_equal(median_smooth(value, window), naive.running(value, window, np.median))


@pytest.mark.parametrize("n", [1, 2, 5, 200, 255, 256, 257, 258, 3001])
def test_medians_are_those_of_numpy(n):
    value = np.random.default_rng(n).normal(size=(n, 3)).round(1)
    assert [median(column) for column in value.T] == np.median(value, axis=0).tolist()
    assert np.array_equal(medians(value, 0), np.median(value, axis=0))
    assert np.array_equal(medians(value.T, 1), np.median(value, axis=0))
    assert medians(np.zeros((0, n)), 1).shape == (0,)


@settings(deadline=None, derandomize=True)
@given(CURVES, st.floats(0.0, 1.0))
def test_quantile_is_that_of_numpy_to_the_last_bit(value, share):
    assert quantile_between(value, share) == np.quantile(value, share)
    assert np.isnan(quantile_between(np.append(value, np.nan), share))


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


@pytest.mark.parametrize("power", [990, 1000, 1020])
def test_noise_scales_up_to_the_largest_numbers_without_a_warning(power):
    value = np.random.default_rng(0).normal(size=50)
    assert noise(value * 2.0**power) == pytest.approx(noise(value) * 2.0**power, rel=1e-12)
    assert np.isfinite(noise(np.array([0.0, 1.7e308, -1.7e308, 1.7e308] * 9)))
    assert noise(np.array([1.2e308, 0.0, 1.2e308, 1.2e308])) > 1e307
