import numpy as np
import pytest

from loganalyzer.signal.correlation import autocorrelation, memory
from loganalyzer.signal.kinds.shapes import Pen


def test_autocorrelation_is_a_sum_of_products():
    value = np.random.default_rng(0).normal(size=50)
    centred = value - value.mean()
    wanted = [
        float(centred[: 50 - lag] @ centred[lag:]) / (50 - lag) / (float(centred @ centred) / 50)
        for lag in range(30)
    ]
    assert autocorrelation(value, 30) == pytest.approx(np.array(wanted))


def test_a_long_period_is_not_damped():
    value = np.tile(np.random.default_rng(1).normal(size=40), 5)
    result = autocorrelation(value, 161)
    assert result[[0, 40, 80, 120, 160]] == pytest.approx(1.0, abs=0.25)
    assert np.argmax(result[20:60]) == 20


def test_autocorrelation_of_nothing_and_of_a_constant():
    assert autocorrelation(np.zeros(0), 5).size == 0
    assert autocorrelation(np.full(9, 3.0), 5).tolist() == [0.0] * 5
    assert autocorrelation(np.arange(3.0), 10).size == 3


@pytest.mark.parametrize("coefficient", [0.0, 0.3, 0.5, 0.7])
def test_memory_is_the_coefficient_whatever_the_trend(coefficient):
    results = []
    for seed in range(20):
        pen = Pen(2000, np.random.default_rng(seed))
        results.append(memory(pen.correlated(1.0, coefficient) + 20 * np.exp(-pen.time / 0.1)))
    assert np.mean(results) == pytest.approx(coefficient, abs=0.06)


def test_memory_of_a_few_samples_and_of_a_constant_is_none():
    assert memory(np.arange(7.0)) == 0.0
    assert memory(np.ones(100)) == 0.0
