from math import isnan

import numpy as np
import pytest
from curves import loss
from hypothesis import given
from hypothesis import strategies as st

from loganalyzer.features import swings as f


def naive_rises(z, step):
    """Every pair low before high, found by trying all of them, taken from the left."""
    found, i = 0, 0
    n = len(z)
    while i < n:
        low = i
        hit = None
        for j in range(i, n):
            if z[j] < z[low]:
                low = j
            if z[j] - z[low] >= step:
                hit = j
                break
        if hit is None:
            return found
        found += 1
        high = hit
        k = hit
        while k < n and z[high] - z[k] < step:
            high = k if z[k] > z[high] else high
            k += 1
        i = k
    return found


@given(st.lists(st.integers(0, 20), min_size=1, max_size=60), st.integers(1, 8))
def test_zigzag_counts_as_the_naive_search(values, step):
    z = np.array(values, dtype=float)
    assert len(f.rises(z, float(step))) == naive_rises(values, step)


def test_ripples_on_the_floor_are_no_swings():
    curve = loss("2-0.1x19 (0.05 0.07)x20")
    assert f.swing_count(curve, 1.2, 0.1) == 0
    assert f.swing_count(curve, 1.2, 0.001) >= 19


def test_swings_are_placed_at_foot_and_top():
    curve = loss("2-0.1x9 1.1 3 1.1 1x9")
    assert f.first_swing_index(curve, 1.5, 0.1) == 9
    assert f.last_swing_index(curve, 1.5, 0.1) == 11
    assert f.recovered_count(curve, 1.5, 0.1, 0.2) == 1


def test_a_rise_that_stays_is_not_recovered():
    curve = loss("2-0.1x9 3x20")
    assert f.recovered_count(curve, 1.5, 0.1, 0.2) == 0
    assert f.jump_factor(curve, 1.5) == pytest.approx(3 / 1.1, rel=0.1)
    assert f.jump_index(curve, 1.5) == 10


def test_a_jump_within_the_noise_is_none():
    assert isnan(f.jump_index(loss("2x30~0.4 2.9x30~0.4"), 1.2))


def test_coherence_tells_waves_from_noise():
    assert f.coherence(loss("(1 1.3 1.6 1.9 2 1.9 1.6 1.3)x10")) > 0.5
    assert abs(f.coherence(loss("2x199~0.3"))) < 0.3
    assert f.coherence(loss("2x50")) == 0.0


def test_lone_points_of_a_long_curve_are_seen():
    curve = loss("2x299~0.05 9 2x299~0.05 9 2x299~0.05")
    assert f.spike_count(curve) == 2
    assert f.spike_index(curve) == 300
