"""Histograms as curves of single layers."""

from collections.abc import Callable

import numpy as np
import pytest

from loganalyzer.engine.layers import layer_curves
from loganalyzer.model.run import QUANTILES, Floats, Histograms, Run

random = np.random.default_rng(0)


def summary(tag: str, *draws: Floats) -> Histograms:
    """What a reader makes of samples, with the exact share of zeros."""
    columns = [
        np.array([measure(draw) for draw in draws])
        for measure in (np.min, np.max, np.mean, np.std, lambda draw: np.mean(draw == 0))
    ]
    quantiles = np.array([np.quantile(draw, QUANTILES) for draw in draws])
    return Histograms(tag, np.arange(len(draws)), *columns, quantiles)


def curves(*histograms: Histograms) -> dict[str, Floats]:
    return {c.role.quantity: c.value for c in layer_curves(Run("r", "r", histograms=histograms))}


def test_size_is_the_root_mean_square() -> None:
    draws = random.normal(0.3, 2.0, (4, 1000))
    found = curves(summary("fc1.weight", *draws))
    assert found.keys() == {"layer_weights"}
    assert np.allclose(found["layer_weights"], np.sqrt(np.mean(draws**2, axis=1)))


def test_gradients_tell_their_size_and_their_zeros() -> None:
    draws = random.normal(0, 1e-3, (3, 1000)) * (random.random((3, 1000)) < 0.25)
    found = curves(summary("gradients/fc1.weight", *draws))
    assert np.allclose(found["layer_zero_gradients"], np.mean(draws == 0, axis=1))
    assert np.allclose(found["layer_gradients"], np.sqrt(np.mean(draws**2, axis=1)))


def test_rectified_activations_tell_their_zeros_only() -> None:
    draws = np.maximum(random.normal(0, 0.3, (3, 1000)), 0)
    found = curves(summary("activations/fc1", *draws))
    assert found.keys() == {"layer_zeros"}
    assert np.allclose(found["layer_zeros"], np.mean(draws == 0, axis=1))


def sigmoid(x: Floats) -> Floats:
    return 1 / (1 + np.exp(-x))


@pytest.mark.parametrize("bounded", [np.tanh, sigmoid])
@pytest.mark.parametrize("scale", [0.5, 3.0, 30.0])
def test_bounded_activations_tell_how_steep_they_are(
    bounded: Callable[[Floats], Floats], scale: float
) -> None:
    draws = bounded(random.normal(0, scale, (3, 5000)))
    half = 1.0 if bounded is np.tanh else 0.5
    slope = 1 - ((draws - (1 - half)) / half) ** 2
    found = curves(summary("activations/fc1", *draws))
    assert found.keys() == {"layer_slope"}
    assert np.allclose(found["layer_slope"], np.mean(slope, axis=1))


def test_activations_without_bounds_or_zeros_tell_nothing() -> None:
    assert curves(summary("activations/fc1", *random.normal(0, 3, (3, 1000)))) == {}


def test_logits_tell_size_and_spread() -> None:
    draws = 40 + random.normal(0, 0.5, (2, 1000))
    found = curves(summary("logits", *draws))
    assert np.allclose(found["logit_spread"], draws.std(axis=1))
    assert np.all(found["logit_size"] > 39)


def test_curves_bear_the_tag_of_the_log_and_the_layer() -> None:
    (curve,) = layer_curves(Run("r", "r", histograms=(summary("dense_1/kernel", np.ones(3)),)))
    assert (curve.series.tag, curve.role.part) == ("dense_1/kernel", "dense 1")


def test_empty_histograms_are_missing_values() -> None:
    empty = Histograms("relu1", np.arange(2), *np.full((5, 2), np.nan), np.full((2, 5), np.nan))
    assert all(np.isnan(value).all() for value in curves(empty).values())
    assert layer_curves(Run("r", "r", histograms=(summary("bn1.bias", np.ones(3)),))) == ()


def layers(*histograms: Histograms) -> dict[tuple[str, str], Floats]:
    return {
        (c.role.part, c.role.quantity): c.value for c in layer_curves(Run("r", "r", histograms=histograms))
    }


def test_a_sigmoid_that_underflows_is_saturated_and_not_dead() -> None:
    sums = random.normal(-60, 60, (3, 1000))
    outputs = np.float32(sigmoid(sums)).astype(np.float64)
    outputs[outputs < 1e-12] = 0
    found = layers(summary("activations/fc1", *outputs), summary("activations/fc2", *outputs * 1e-9))
    assert {quantity for _, quantity in found} == {"layer_slope"}
    assert all(np.all(value < 0.1) for value in found.values())


def test_small_outputs_of_a_relu_are_not_taken_for_those_of_a_sigmoid() -> None:
    found = layers(summary("activations/fc1", *np.maximum(random.normal(0, 0.2, (3, 1000)), 0)))
    assert found.keys() == {("fc1", "layer_zeros")}
    assert layers(summary("activations/fc1", *np.full((3, 100), 1e-3))) == {}


def test_one_layer_beyond_the_bounds_shows_that_no_layer_has_any() -> None:
    within, beyond = np.maximum(random.normal(0, [[0.2]] * 3 + [[2.0]] * 3, (6, 1000)), 0).reshape(2, 3, 1000)
    found = layers(summary("activations/fc1", *within), summary("activations/fc2", *beyond))
    assert found.keys() == {("fc1", "layer_zeros"), ("fc2", "layer_zeros")}


def test_a_tanh_is_known_beside_layers_without_bounds() -> None:
    tanh = np.tanh(random.normal(0, 3, (3, 1000)))
    linear = random.normal(0, 3, (3, 1000))
    found = layers(summary("dense_1_out", *tanh), summary("dense_2_out", *linear))
    assert found.keys() == {("dense 1 out", "layer_slope")}
    np.testing.assert_allclose(found["dense 1 out", "layer_slope"], np.mean(1 - tanh**2, axis=1))


def test_weights_that_overflowed_are_infinite_and_no_warning() -> None:
    huge = Histograms("fc1.weight", np.arange(3), *np.full((4, 3), 1.7e308), np.zeros(3), np.zeros((3, 5)))
    assert np.isinf(curves(huge)["layer_weights"]).all()
