"""What the first batches tell of the number of classes."""

from math import exp, isnan

import numpy as np
import pytest

from loganalyzer.features.curve import Curve
from loganalyzer.features.opening import (
    batch_size,
    guess_at_least,
    guess_at_most,
    guessing_loss,
    points_for_one,
)
from loganalyzer.model.role import Role
from loganalyzer.model.run import Floats, Series


def accuracy(value: Floats) -> Curve:
    series = Series("acc", np.arange(len(value)), np.asarray(value, np.float64))
    return Curve(series, Role("accuracy", "train", "higher", ""))


@pytest.mark.parametrize("size", [8, 24, 32, 100, 128, 384])
@pytest.mark.parametrize("scale", [1.0, 100.0])
def test_the_size_of_batches_is_told_by_their_accuracies(size: int, scale: float) -> None:
    hits = np.random.default_rng(size).binomial(size, 0.4, 200)
    shares = np.float32(np.append(hits, 1) / size).astype(np.float64)
    assert batch_size(accuracy(shares * scale)) == size


def test_printed_with_four_decimals_it_is_told_as_well() -> None:
    hits = np.random.default_rng(1).binomial(32, 0.4, 200)
    assert batch_size(accuracy(np.round(hits / 32, 4))) == 32


def test_means_of_epochs_tell_no_size() -> None:
    assert isnan(batch_size(accuracy(np.random.default_rng(2).uniform(0.2, 0.9, 40))))
    assert isnan(batch_size(accuracy(np.full(40, 0.5))))
    assert isnan(batch_size(accuracy(np.arange(40) * 7.0)))
    assert isnan(guess_at_most(accuracy(np.full(40, 0.5)), np.nan, 3.0))
    assert isnan(guess_at_least(accuracy(np.full(40, 0.5)), np.nan))


@pytest.mark.parametrize("classes", [2, 4, 10, 100])
def test_the_true_number_of_classes_is_between_the_bounds_nearly_always(classes: int) -> None:
    batch, random = 32, np.random.default_rng(classes)
    inside = 0
    for hits in random.binomial(batch, 1 / classes, 300):
        first = accuracy(np.array([hits / batch, 0.5, 0.75]))
        most = guess_at_most(first, batch, 1.0) if hits else np.inf
        inside += exp(guess_at_least(first, batch)) <= classes * 1.0001 and classes <= exp(most)
    assert inside >= 255


def test_a_first_batch_without_any_hit_allows_any_number() -> None:
    assert isnan(guess_at_most(accuracy(np.array([0.0, 0.5, 0.75])), 32.0, 3.0))


def test_points_for_each_of_another_curve() -> None:
    assert points_for_one(accuracy(np.zeros(70)), accuracy(np.zeros(10))) == 7


def test_a_guess_over_a_vocabulary_is_known_before_one_over_classes() -> None:
    curve = accuracy(np.array([0.0, 0.5, 0.75]))
    assert exp(guessing_loss(curve, 10.0, np.nan)) == pytest.approx(10)
    assert exp(guessing_loss(curve, 10.0, 50304.0)) == pytest.approx(50304)
    assert isnan(guessing_loss(curve, np.nan, np.nan))
    assert isnan(guessing_loss(curve, 1.0, np.nan))
