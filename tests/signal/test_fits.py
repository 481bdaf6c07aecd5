import naive_segment as naive
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loganalyzer.signal.fits import bent_stick, broken_stick, cubic_residual, slope, two_line_residuals

TAUS = (0.05, 0.15, 0.4)
SEEDS = st.integers(0, 10_000)


def curve(seed, n):
    rng = np.random.default_rng(seed)
    return rng.normal(size=n) + rng.normal() * np.maximum(np.arange(n) - rng.integers(n), 0) / n + 5.0


@settings(max_examples=40, deadline=None, derandomize=True)
@given(SEEDS, st.integers(4, 40))
def test_two_lines_are_two_least_squares_fits(seed, n):
    value, breaks = curve(seed, n), np.arange(1, n)
    left, right = two_line_residuals(value, breaks)
    for i, at in enumerate(breaks):
        assert left[i] == pytest.approx(naive.line_residual(value[:at]), abs=1e-8)
        assert right[i] == pytest.approx(naive.line_residual(value[at:]), abs=1e-8)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(SEEDS, st.integers(5, 60))
def test_cubic_is_a_least_squares_fit(seed, n):
    value = curve(seed, n)
    assert cubic_residual(value) == pytest.approx(naive.cubic_residual(value), abs=1e-8)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(SEEDS, st.integers(12, 40))
def test_sticks_are_the_best_of_all_breaks(seed, n):
    value = curve(seed, n)
    residual, at = naive.broken_stick(value, 3, n - 3)
    stick = broken_stick(value, 3, n - 3)
    assert (stick.residual, stick.at) == (pytest.approx(residual, abs=1e-8), at)
    residual, at = naive.bent_stick(value, 3, n - 3, TAUS)
    assert bent_stick(value, 3, n - 3) == (pytest.approx(residual, abs=1e-8), at)


def test_stick_knows_its_slopes():
    time = np.arange(30.0)
    stick = broken_stick(4.0 - 2.0 * time + 5.0 * np.maximum(time - 11, 0), 3, 26)
    assert (stick.at, stick.before, stick.after) == (11, pytest.approx(-2.0), pytest.approx(3.0))
    assert stick.residual == pytest.approx(0.0, abs=1e-9)


def test_bent_stick_finds_where_a_decay_sets_in():
    time = np.arange(40)
    value = np.where(time < 15, 1.0, np.exp(-(time - 15) / 6.0))
    assert bent_stick(value, 3, 36) == (pytest.approx(0.0, abs=1e-9), 15)
    assert broken_stick(value, 3, 36).residual > 0.01


@pytest.mark.parametrize("scale", [1.0, 1e-300, 1e300])
def test_slope_in_any_unit(scale):
    assert slope(scale * np.arange(50.0) / 50.0) == pytest.approx(scale / 50.0)


@pytest.mark.parametrize(
    ("value", "gain"),
    [([], 0.0), ([7.0], 0.0), ([0.0, 0.0], 0.0), ([-1.7e308, 1.7e308], np.finfo(np.float64).max)],
)
def test_slope_of_little_and_of_much(value, gain):
    assert slope(np.array(value)) == gain
