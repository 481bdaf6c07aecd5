from math import isnan

import numpy as np
import pytest
from curves import LOSS, accuracy, loss

from loganalyzer.features import Curve
from loganalyzer.features import waves as f
from loganalyzer.model.run import Series

WAVE = "(1 1.3 1.6 1.9 2 1.9 1.6 1.3)x10"


def averaged_noise(n, memory, seed):
    shown, now = [], 0.0
    for x in np.random.default_rng(seed).normal(size=n + 100):
        now = memory * now + (1 - memory) * x
        shown.append(now)
    return Curve(Series("loss", np.arange(n), np.exp(np.array(shown[100:]))), LOSS)


def test_momentum_tells_waves_from_noise_and_from_averaged_noise():
    assert f.momentum(loss(WAVE), 1.25, 0.05) > 0.4
    assert f.momentum(loss("2x199~0.3"), 1.25, 0.05) == pytest.approx(-0.5, abs=0.15)
    assert all(f.momentum(averaged_noise(200, 0.9, seed), 1.25, 0.05) < 0.2 for seed in range(20))
    assert f.momentum(loss("2x50"), 1.25, 0.05) == 0.0


def test_a_wave_rises_half_of_the_time_and_a_restart_at_once():
    assert f.rising_share(loss(WAVE), 1.25, 0.05) == pytest.approx(0.5)
    assert f.rising_share(loss("(2-0.05x19)x6"), 1.25, 0.05) == pytest.approx(0.05)
    assert isnan(f.rising_share(loss("2-0.05x19"), 1.25, 0.05))


def test_density_counts_between_the_first_and_the_last_swing():
    assert f.swing_density(loss("3-0.1x20 (0.9 2)x10 0.9x20"), 1.3, 0.2) == pytest.approx(10 / 19)
    assert f.swing_density(loss("2-0.01x50"), 1.3, 0.2) == 0.0


def test_drops_of_an_accuracy_in_shares_and_in_percent():
    for text in ("(0.8 0.6)x5", "(80 60)x5"):
        assert f.drop_count(accuracy(text), 0.1) == 5
        assert f.first_drop_index(accuracy(text), 0.1) == 0
        assert f.last_drop_index(accuracy(text), 0.1) == 9
    assert f.drop_count(accuracy("0.1+0.02x40"), 0.1) == 0
    assert isnan(f.first_drop_index(accuracy("0.1+0.02x40"), 0.1))
    assert f.drop_count(accuracy("(0.8 0.71)x5"), 0.1) == 0


def test_the_first_rise_begins_above_its_foot():
    assert f.first_rise_index(loss("2-0.1x10 1.5 1x9"), 1.3, 0.2) == 11
    assert isnan(f.first_rise_index(loss("2-0.1x10"), 1.3, 0.2))


def test_late_drops_end_in_the_second_half():
    assert f.late_drop_count(accuracy("(0.8 0.6)x3 0.9x9"), 0.1) == 0
    assert f.late_drop_count(accuracy("0.9x9 (0.8 0.6)x3"), 0.1) == 3
    assert f.late_drop_count(accuracy("0.5 (0.8 0.6)x5"), 0.1) == 3


def test_small_noise_does_not_hide_a_slow_wave():
    t = np.linspace(0, 1, 200)
    value = (1 + 0.4 * np.sin(2 * np.pi * 5 * t)) * np.exp(0.05 * np.random.default_rng(0).normal(size=200))
    wave = Curve(Series("loss", np.arange(200), value), LOSS)
    assert f.momentum(wave, 1.25, 0.05) > 0.4


def test_what_moves_together_is_told_from_what_jumps_alone():
    swinging, alone = accuracy("(0.8 0.6 0.7 0.5)x10"), accuracy("0.5+0.01x39~0.1")
    assert f.moves_with(swinging, loss("(1 1.6 1.3 2)x10")) > 0.9
    assert f.moves_with(swinging, loss("2 (1 1.6 1.3 2)x9 1 1.6 1.3")) > 0.9
    assert abs(f.moves_with(alone, loss("2-0.05x39"))) < 0.3
    assert isnan(f.moves_with(swinging, loss("2-0.05x30")))
    assert isnan(f.moves_with(swinging, loss("1x40")))
