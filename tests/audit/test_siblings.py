import random
from statistics import fmean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st
from past_runs import past

from loganalyzer.audit.lessons.siblings import siblings_of, without_seed


def run(name, best, *faults, **known):
    return past(name, *faults, **{"tag": "val", "best": best, **known})


def seeds(count, spread=0.01, seed=0, **known):
    rng = random.Random(seed)
    return [run(f"ppo/seed{at}", rng.gauss(0.5, spread), **known) for at in range(count)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ppo_seed1", "ppo_seed12"),
        ("a/seed=3/x", "a/seed=4/x"),
        ("walker-s0", "walker-s7"),
        ("x/s_1", "x/s_2"),
        ("sd1", "sd2"),
    ],
)
def test_names_that_differ_in_their_seed_alone_are_the_same(one, other):
    assert without_seed(one) == without_seed(other)


@pytest.mark.parametrize(
    ("one", "other"), [("layers2", "layers3"), ("ppo_1", "ppo_2"), ("lr0.1", "lr0.2"), ("s3d", "s4d")]
)
def test_names_that_differ_in_another_number_are_not(one, other):
    assert without_seed(one) != without_seed(other)


def test_a_group_of_seeds_has_a_mean_and_a_spread():
    runs = [*seeds(5), run("dqn/seed1", 0.1), run("ppo/seed9", 0.52, "divergence")]
    (group,) = siblings_of(runs)
    bests = [one.best for one in runs if one.name.startswith("ppo")]
    assert group.label == "ppo/seed*"
    assert (group.mean, group.deviation) == (pytest.approx(fmean(bests)), pytest.approx(stdev(bests)))
    assert (group.best, group.worst) == (min(bests), max(bests))
    assert (group.failed.failing, group.failed.runs) == (1, 6)


def test_settings_group_runs_whose_names_say_nothing():
    runs = [
        run(f"wandb/run-{at}", 0.5, hparams={"lr": 0.1 * (1 + at % 2), "batch": 8.0, "seed": float(at)})
        for at in range(6)
    ]
    assert [group.names for group in siblings_of(runs)] == [
        tuple(f"wandb/run-{at}" for at in (0, 2, 4)),
        tuple(f"wandb/run-{at}" for at in (1, 3, 5)),
    ]


def test_equal_settings_in_other_folders_are_other_experiments():
    runs = [
        run(f"{kind}/seed{at}", 0.5, hparams={"lr": 0.1, "seed": float(at)})
        for kind in ("ppo", "dqn")
        for at in (1, 2)
    ]
    assert [group.names for group in siblings_of(runs)] == [
        ("dqn/seed1", "dqn/seed2"),
        ("ppo/seed1", "ppo/seed2"),
    ]


def test_another_curve_is_no_sibling():
    assert siblings_of([run("a/seed1", 0.5), run("a/seed2", 0.5, tag="reward")]) == ()


@pytest.mark.parametrize(("lower", "sign"), [(True, 1), (False, -1)])
def test_a_run_far_from_its_siblings_stands_out(lower, sign):
    runs = [*seeds(8, lower_is_better=lower), run("ppo/seed99", 0.9, lower_is_better=lower)]
    (group,) = siblings_of(runs)
    (outlier,) = group.outliers
    assert (outlier.name, outlier.best) == ("ppo/seed99", 0.9)
    assert outlier.z * sign > 5


def test_few_seeds_say_nothing_of_outliers():
    (group,) = siblings_of([*seeds(4), run("ppo/seed99", 5.0)])
    assert group.outliers == ()


def test_the_last_digits_are_no_outliers():
    (group,) = siblings_of([*(run(f"a/seed{at}", 0.5) for at in range(9)), run("a/seed9", 0.5002)])
    assert group.outliers == ()


def test_healthy_groups_rarely_have_an_outlier():
    groups = [siblings_of(seeds(count, seed=100 * count + k))[0] for count in (6, 8, 15) for k in range(100)]
    assert sum(bool(group.outliers) for group in groups) <= 30


def test_values_that_are_missing_are_left_out():
    (group,) = siblings_of(
        [run("a/seed1", None), run("a/seed2", float("inf"), "divergence"), run("a/seed3", 0.5)]
    )
    assert (group.mean, group.deviation, len(group.names)) == (0.5, None, 3)


@given(st.permutations(seeds(7)))
def test_the_order_of_the_runs_does_not_matter(runs):
    (one,), (other,) = siblings_of(runs), siblings_of(seeds(7))
    assert (one.names, one.outliers, one.mean) == (other.names, other.outliers, pytest.approx(other.mean))
