import numpy as np
import pytest

from loganalyzer.signal.spikes import find_spikes


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


def test_a_jump_that_decays_slowly_is_no_spike_but_a_lone_bad_batch_is():
    rng = np.random.default_rng(6)
    index = np.arange(60)
    value = 0.02 * rng.normal(size=60)
    jump = value + np.where(index < 30, 0.0, 2.0 * np.exp(-(index - 30.0).clip(0) / 8.0))
    assert find_spikes(jump).size == 0
    value[30] += 2.0
    assert find_spikes(value).tolist() == [30]


def test_exactly_flat_surroundings_raise_no_warning():
    value = np.zeros(50)
    value[20] = 1.0
    value[[3, 4]] = 1e-3, -1e-3
    assert 20 in find_spikes(value + 1e-9 * np.arange(50)).tolist()
    assert find_spikes(np.resize([0.0, 1.0], 50)).size == 0
