from math import isnan

import numpy as np
import pytest
from curves import LOSS, loss
from hypothesis import given
from hypothesis import strategies as st

from loganalyzer.features import Curve
from loganalyzer.features import period as f
from loganalyzer.model.run import Series


def curve(value, step=None):
    value = np.asarray(value, dtype=float)
    return Curve(Series("loss", np.arange(value.size) if step is None else np.asarray(step), value), LOSS)


def noise(n, seed=0):
    return np.random.default_rng(seed).normal(size=n)


def running_means(batches, per_epoch):
    """What a progress bar shows: the mean since the epoch began, one loop over all batches."""
    shown, total = [], 0.0
    for i, batch in enumerate(batches):
        total = batch if i % per_epoch == 0 else total + batch
        shown.append(total / (i % per_epoch + 1))
    return shown


def epochs(n):
    return loss(f"1x{n - 1}")


def test_an_epoch_is_counted_by_steps_where_both_curves_count_the_same():
    batches = curve(noise(100) + 9, step=np.arange(0, 1000, 10))
    evaluations = curve(np.ones(4), step=[240, 490, 740, 990])
    assert f.samples_per_epoch(batches, evaluations) == 25


def test_an_epoch_is_counted_by_number_where_the_other_curve_counts_epochs():
    batches = curve(noise(100) + 9, step=np.arange(0, 1000, 10))
    assert f.samples_per_epoch(batches, epochs(10)) == 10
    assert f.epoch_count(batches, epochs(10)) == pytest.approx(9.9)


def test_no_epochs_where_both_have_as_many_points():
    assert isnan(f.samples_per_epoch(epochs(40), epochs(40)))
    assert isnan(f.epoch_repeat(epochs(40), epochs(40)))


def test_a_pattern_is_predicted_and_noise_is_not():
    pattern = np.tile(np.linspace(2, 1, 10), 12)
    assert f.epoch_repeat(curve(pattern + 0.02 * noise(120)), epochs(12)) > 0.95
    assert f.epoch_repeat(curve(2 + 0.3 * noise(120)), epochs(12)) < 0.1


@given(st.integers(0, 1000))
def test_noise_is_never_a_pattern(seed):
    value = curve(np.exp(0.3 * noise(200, seed)))
    assert f.epoch_repeat(value, epochs(20)) < 0.35


def test_the_pattern_does_not_depend_on_the_unit():
    value = np.tile(np.linspace(2, 1, 10), 12) + 0.05 * noise(120)
    measures = (f.epoch_repeat, f.epoch_swing, f.epoch_fading, f.epoch_roughness)
    for measure in measures:
        assert measure(curve(1000 * value), epochs(12)) == pytest.approx(measure(curve(value), epochs(12)))


def test_running_means_are_undone():
    batches = np.tile([1.0, 3.0, 2.0, 5.0, 4.0], 6)
    at = np.arange(30)
    epoch = at // 5
    np.testing.assert_allclose(f._unaveraged(np.array(running_means(batches, 5)), at, epoch), batches)


def test_running_means_are_undone_where_only_every_other_is_logged():
    batches = noise(60) + 5
    shown = np.array(running_means(batches, 10))[1::2]
    at = np.arange(30)
    # two batches behind each logged mean, counted as one sample
    expected = batches.reshape(-1, 2).mean(axis=1)
    np.testing.assert_allclose(f._unaveraged(shown, at, at // 5), expected)


def test_the_reset_of_a_running_mean_is_told_from_a_pattern():
    falling = 3 * 0.8 ** (np.arange(200) / 10) * (1 + 0.05 * noise(200))
    healthy = curve(running_means(falling, 10))
    cells = f._cells(healthy, 10.0)
    assert f._pattern_of(cells.mean, cells).repeat > 0.35
    assert f.epoch_repeat(healthy, epochs(20)) < 0.1
    assert f.epoch_fading(healthy, epochs(20)) == pytest.approx(-1, abs=0.3)
    assert f.epoch_fading(curve(falling), epochs(20)) == pytest.approx(0, abs=0.3)


def test_a_pattern_behind_a_running_mean_is_seen():
    sorted_by_class = np.tile([1.0] * 4 + [2.0] * 4 + [3.0] * 4, 12) + 0.1 * noise(144)
    shown = curve(running_means(sorted_by_class, 12))
    assert f.epoch_repeat(shown, epochs(12)) > 0.9


def test_a_last_batch_that_is_unlike_the_rest_is_no_pattern():
    value = 2 + 0.1 * noise(200)
    value[9::10] = 0.7
    assert f.epoch_repeat(curve(value), epochs(20)) < 0.2


def test_samples_on_the_edge_of_a_cell_fall_into_it():
    value = np.tile(np.arange(1.0, 11.0), 20)
    cells = f._cells(curve(value, step=np.arange(0, 400, 2)), 20.0)
    np.testing.assert_array_equal(cells.phase, np.tile(np.arange(10), 20))
    np.testing.assert_array_equal(cells.mean, value)


def test_long_epochs_are_looked_at_in_twenty_cells():
    value = np.tile(np.linspace(2, 1, 1000), 8)
    cells = f._cells(curve(value), 1000.0)
    assert cells.phases == 20
    assert cells.mean.size == 160
    assert cells.mean[0] == pytest.approx(value[:50].mean())


def test_a_period_is_found_without_epochs():
    value = curve(np.tile(np.linspace(2, 1, 12), 20) + 0.02 * noise(240))
    assert f.period_samples(value) == 12
    assert f.period_count(value) == pytest.approx(20, abs=0.1)
    assert f.period_repeat(value) > 0.9
    assert f.period_swing(value) == pytest.approx(0.58, abs=0.1)


def test_noise_has_no_period():
    assert isnan(f.period_samples(curve(2 + 0.3 * noise(300))))
    assert isnan(f.period_repeat(curve(2 + 0.3 * noise(300))))


def test_a_constant_repeats_nothing():
    assert f.epoch_repeat(loss("2x119"), epochs(12)) == 0.0
    assert f.epoch_repeat(loss("0x119"), epochs(12)) == 0.0


def test_ramps_are_smooth_and_batches_stand_for_themselves():
    ramp = np.tile(np.linspace(2, 1, 12), 12) + 0.02 * noise(144)
    batches = np.tile(2 + 0.3 * noise(12, 7), 12) + 0.02 * noise(144)
    assert f.epoch_roughness(curve(ramp), epochs(12)) < 0.3
    assert f.epoch_roughness(curve(batches), epochs(12)) > 0.6
    assert f.epoch_roughness(curve(running_means(batches, 12)), epochs(12)) > 0.6


def test_of_a_long_curve_the_end_is_enough():
    n = f.MOST_SAMPLES + 12_000
    value = curve(np.resize(np.linspace(2, 1, 1000), n) + 0.02 * noise(n))
    assert f.epoch_repeat(value, epochs(62)) > 0.9
    assert f.epoch_count(value, epochs(62)) == pytest.approx(62, abs=0.1)
