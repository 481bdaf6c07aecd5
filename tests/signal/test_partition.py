import itertools

import naive_segment as naive
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loganalyzer.signal.laws import DECAYS
from loganalyzer.signal.partition import optimal_partition, scale_cost, value_cost


def total(cost, boundaries):
    ends = (0, *boundaries, cost.shape[1] - 1)
    return sum(float(cost[a, b]) for a, b in itertools.pairwise(ends))


def grids():
    """Small standardised curves of the sorts that meet each law."""
    rng = np.random.default_rng(5)
    time = np.arange(16) / 16
    shapes = {
        "noise": rng.normal(size=16),
        "line": 3 * time + 0.05 * rng.normal(size=16),
        "decay": np.exp(-time / 0.1) + 0.02 * rng.normal(size=16),
        "decay on a line": np.exp(-time / 0.1) - time + 0.02 * rng.normal(size=16),
        "step": (time > 0.5) + 0.05 * rng.normal(size=16),
        "two decays": np.exp(-(time % 0.5) / 0.05) + 0.02 * rng.normal(size=16),
        "v": np.abs(time - 0.5) + 0.01 * rng.normal(size=16),
    }
    return {name: (value - value.mean()) / value.std() for name, value in shapes.items()}


GRIDS = grids()


@pytest.mark.parametrize("name", GRIDS)
@pytest.mark.parametrize("sensitivity, noise, memory", [(0.1, 0.0, 0.0), (0.05, 0.4, 0.5)])
def test_every_price_is_that_of_least_squares(name, sensitivity, noise, memory):
    value = GRIDS[name]
    cost = value_cost(value, sensitivity, noise, memory)
    for a in range(16):
        assert np.all(np.isinf(cost[a, : a + 1]))
        for b in range(a + 1, 17):
            wanted = naive.segment_cost(value, a, b, sensitivity, noise, memory)
            assert cost[a, b] == pytest.approx(wanted, rel=2e-3, abs=5e-3), (a, b)


@pytest.mark.parametrize("name", GRIDS)
def test_cut_is_that_of_the_slow_twin(name):
    value = GRIDS[name]
    fast = value_cost(value, 0.1, 0.1, 0.0)
    slow = np.full((16, 17), np.inf)
    for a in range(16):
        for b in range(a + 1, 17):
            slow[a, b] = naive.segment_cost(value, a, b, 0.1, 0.1, 0.0)
    price, cut = naive.cheapest_cut(slow, 4)
    assert optimal_partition(fast, 4) == cut
    assert total(fast, cut) == pytest.approx(price, abs=0.02)


def test_a_step_is_cut_where_it_is_and_a_decay_is_not_cut():
    rng = np.random.default_rng(3)
    time = np.arange(80) / 80
    for shape, cut in ((time >= 0.5, [40]), (np.exp(-time / 0.1), []), (np.exp(-(time % 0.5) / 0.1), [40])):
        value = shape + 0.02 * rng.normal(size=80)
        assert optimal_partition(value_cost((value - value.mean()) / value.std(), 0.1, 0.1, 0.0), 4) == cut


def test_a_bend_that_gets_steeper_is_no_decay():
    time = np.arange(60) / 60
    late = -np.maximum(time - 0.5, 0.0)
    cut = optimal_partition(value_cost((late - late.mean()) / late.std(), 0.1, 0.0, 0.0), 4)
    assert min(abs(cell - 30) for cell in cut) <= 3


def test_memory_makes_the_same_evidence_worth_less():
    rng = np.random.default_rng(2)
    value = np.where(np.arange(40) < 20, -0.45, 0.45) + 0.9 * rng.normal(size=40)
    value = (value - value.mean()) / value.std()
    white = value_cost(value, 0.1, 0.5, 0.0)
    coloured = value_cost(value, 0.1, 0.5, 0.6)
    assert total(white, [20]) - total(white, []) < total(coloured, [20]) - total(coloured, [])


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.integers(0, 10_000), st.integers(8, 11), st.integers(1, 4))
def test_partition_is_the_cheapest_of_all(seed, cells, shortest):
    cost = np.random.default_rng(seed).normal(size=(cells, cells + 1)).astype(np.float32)
    price, cut = naive.cheapest_cut(cost, shortest)
    found = optimal_partition(cost, shortest)
    assert found == cut
    assert total(cost, found) == pytest.approx(price, abs=1e-5)


@pytest.mark.parametrize("seed", range(3))
def test_scale_prices_are_those_of_least_squares(seed):
    roughness = np.random.default_rng(seed).normal(size=12).cumsum()
    cost = scale_cost(roughness, 0.3)
    for a in range(12):
        for b in range(a + 1, 13):
            assert cost[a, b] == pytest.approx(naive.scale_cost(roughness, a, b, 0.3), rel=1e-3, abs=2e-3)


@pytest.mark.parametrize("decay", DECAYS)
def test_derivatives_belong_to_their_shapes(decay):
    time = np.linspace(0.0, 1.0, 50)
    numeric = (decay.shape(time + 1e-6) - decay.shape(time - 1e-6)) / 2e-6
    assert decay.derivative(time) == pytest.approx(numeric, rel=1e-4, abs=1e-6)
