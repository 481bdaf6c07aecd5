import numpy as np
import pytest

from loganalyzer.features.curve import Curve
from loganalyzer.features.vector import LARGEST, Slots, as_row, describe, describe_segments
from loganalyzer.model.role import Role
from loganalyzer.model.run import Series

LOSS = Role("loss", "train", "lower", "test")
ACCURACY = Role("accuracy", "train", "higher", "test")
RATE = Role("lr", "train", "none", "test")


def curve(value, role=LOSS):
    return Curve(Series(role.quantity, np.arange(len(value)), np.array(value, float)), role)


def loss(n=120, seed=1):
    rng = np.random.default_rng(seed)
    return (0.3 + 2.0 * np.exp(-np.arange(n) / (0.15 * n))) * np.exp(0.03 * rng.standard_normal(n))


def everything(slots):
    with np.errstate(all="ignore"):
        return describe(slots) | describe_segments(slots)


@pytest.mark.parametrize("unit", [0.01, 37.0, 2.0**-40])
def test_units_do_not_matter(unit):
    rise = loss() * np.linspace(0.8, 2.0, 120)
    here = describe(Slots(loss=curve(loss()), validation=curve(rise)))
    there = describe(Slots(loss=curve(unit * loss()), validation=curve(unit * rise)))
    assert here == pytest.approx(there, abs=1e-6)


def test_an_accuracy_is_described_as_the_error_it_leaves():
    error = 0.9 * loss() / 3.0
    accuracy = everything(Slots(metric=curve(1.0 - error, ACCURACY)))
    mirrored = everything(Slots(metric=curve(1.0 - error[::-1], ACCURACY)))
    assert accuracy["metric.total_change"] < -0.5
    assert mirrored["metric.total_change"] > 0.5
    assert (accuracy["metric.first"], accuracy["metric.final"]) == pytest.approx((0.35, 0.91), abs=0.05)


def test_the_length_of_a_run_hardly_matters():
    short, long = (everything(Slots(loss=curve(2.0 * np.exp(-3 * np.arange(n) / n)))) for n in (200, 4000))
    for name in (
        "loss.total_change",
        "loss.half_at",
        "loss.end_slope",
        "loss.monotone",
        "segments.last_slope",
    ):
        assert short[name] == pytest.approx(long[name], abs=0.02), name


def test_what_a_run_did_not_log_is_missing():
    names = ("loss.regret", "validation.regret", "pair.gap")
    row = as_row(describe(Slots(loss=curve(loss()))), names)
    assert np.isnan(row).tolist() == [False, True, True]


def test_ratios_without_an_end_are_cut():
    assert as_row({"a": np.inf, "b": -1e9}, ("a", "b")).tolist() == [LARGEST, -LARGEST]


def test_validation_that_turns_has_its_rise_and_what_training_did_meanwhile():
    turned = np.concatenate((np.linspace(2.0, 1.0, 60), np.linspace(1.0, 1.8, 60)))
    found = describe(Slots(loss=curve(np.linspace(2.0, 1.0, 120)), validation=curve(turned)))
    assert found["pair.rise_since_best"] == pytest.approx(0.8, abs=0.1)
    assert found["pair.train_since_best"] == pytest.approx(-0.5, abs=0.1)
    assert found["pair.gap"] == pytest.approx((1.78 - 1.03) / 1.78, abs=0.05)


def test_a_learning_rate_that_falls_where_the_loss_falls_explains_it():
    stepped = np.where(np.arange(120) < 60, 1.0, 0.4)
    rate = np.where(np.arange(120) < 60, 1e-2, 1e-3)
    found = describe(Slots(loss=curve(stepped), rate=curve(rate, RATE)))
    assert found["rate.at_largest_fall"] == pytest.approx(-1.0, abs=0.1)
    flat = describe(Slots(loss=curve(stepped), rate=curve(np.full(120, 1e-2), RATE)))
    assert flat["rate.at_largest_fall"] == 0.0


def test_a_pattern_that_repeats_is_told_from_noise():
    time = np.arange(200)
    waves = everything(Slots(loss=curve(1.0 + 0.3 * np.sin(2 * np.pi * time / 20))))
    noise = everything(Slots(loss=curve(1.0 + 0.3 * np.random.default_rng(0).standard_normal(200))))
    assert waves["loss.wave_peak"] > 0.9 > 0.5 > noise["loss.wave_peak"]
    assert waves["loss.wave_length"] == pytest.approx(0.1, abs=0.01)


def test_a_jump_is_among_the_segments():
    rng = np.random.default_rng(3)
    jumped = np.where(np.arange(200) < 120, 1.0, 3.0) * np.exp(0.02 * rng.standard_normal(200))
    found = describe_segments(Slots(loss=curve(jumped)))
    assert found["segments.n_jump"] == 1.0
    assert found["segments.jump_at"] == pytest.approx(0.6, abs=0.02)
    assert found["segments.jump_up"] > 0.8


@pytest.mark.parametrize(
    "value", [np.ones(6), np.zeros(40), 1e-320 * loss(), [*loss(30), np.nan, 0.3]], ids=repr
)
def test_odd_curves_give_numbers(value):
    slots = Slots(loss=curve(value), validation=curve(value), gradient=curve(value), rate=curve(value, RATE))
    assert not [name for name, number in everything(slots).items() if np.isnan(number)]
