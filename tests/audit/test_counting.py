import itertools
from math import comb, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loganalyzer.audit.lessons.counting import fisher, g_squared, holm, rate, student_tail


def naive_fisher(failing_in, runs_in, failing, runs):
    """Every way to choose the runs inside, one after the other."""
    fails = [True] * failing + [False] * (runs - failing)
    counts = [sum(chosen) for chosen in itertools.combinations(fails, runs_in)]
    likely = {count: counts.count(count) for count in counts}
    return sum(n for n in likely.values() if n <= likely[failing_in]) / len(counts)


@given(st.data())
def test_fisher_counts_every_way_to_choose_the_runs(data):
    runs = data.draw(st.integers(1, 11))
    runs_in, failing = data.draw(st.integers(0, runs)), data.draw(st.integers(0, runs))
    failing_in = data.draw(st.integers(max(0, failing + runs_in - runs), min(failing, runs_in)))
    assert fisher(failing_in, runs_in, failing, runs) == pytest.approx(
        naive_fisher(failing_in, runs_in, failing, runs)
    )


def test_the_lady_tasting_tea():
    assert fisher(4, 4, 4, 8) == pytest.approx(2 / comb(8, 4))
    assert fisher(3, 4, 4, 8) == pytest.approx(34 / 70)


def test_fisher_of_a_million_runs_does_not_overflow():
    assert 0 < fisher(600, 500_000, 1_000, 1_000_000) < 1e-8


@pytest.mark.parametrize(
    ("failing", "runs", "low", "high"),
    [(0, 10, 0.0, 0.2775), (1, 10, 0.0179, 0.4042), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0)],
)
def test_wilson_intervals_are_those_of_the_tables(failing, runs, low, high):
    found = rate("", failing, runs)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


def test_nothing_is_known_of_no_runs():
    assert (rate("", 0, 0).low, rate("", 0, 0).high) == (0.0, 1.0)


def test_wilson_covers_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(3)
    held = 0
    for truth, runs in itertools.product((0.02, 0.1, 0.3, 0.5, 0.9), (8, 20, 60)):
        for failing in rng.binomial(runs, truth, 200):
            found = rate("", int(failing), runs)
            held += found.low <= truth <= found.high
    assert 0.93 <= held / 3000 <= 0.98


def test_holm_of_the_textbook():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx((0.03, 0.06, 0.06, 0.02))


@given(st.lists(st.floats(0, 1), max_size=8))
def test_holm_never_lowers_nor_reorders(p_values):
    adjusted = holm(p_values)
    assert all(was <= now <= 1 for was, now in zip(p_values, adjusted, strict=True))
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    assert [adjusted[at] for at in order] == sorted(adjusted)


def test_g_squared_is_twice_the_log_of_the_likelihood_ratio():
    def likelihood(bad, n):
        return sum(count * log(count / n) for count in (bad, n - bad) if count)

    expected = 2 * (likelihood(6, 8) + likelihood(1, 12) - likelihood(7, 20))
    found = g_squared(*(np.array([float(n)]) for n in (6, 8, 7, 20)))
    assert found[0] == pytest.approx(expected)
    assert g_squared(*(np.array([float(n)]) for n in (0, 0, 7, 20)))[0] == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    ("t", "degrees", "chance"),
    [
        (12.706, 1, 0.025),
        (2.920, 2, 0.05),
        (2.353, 3, 0.05),
        (3.747, 4, 0.01),
        (1.812, 10, 0.05),
        (2.462, 29, 0.01),
    ],
)
def test_student_tail_is_that_of_the_tables(t, degrees, chance):
    assert student_tail(t, degrees) == pytest.approx(chance, rel=2e-3)
    assert student_tail(-t, degrees) == pytest.approx(1 - chance, rel=2e-3)
