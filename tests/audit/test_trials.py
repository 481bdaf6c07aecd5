from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from past_runs import past

from loganalyzer.audit.lessons.trials import KNOBS, trials_of

REMEDIES = {path.stem for path in (Path(__file__).parents[2] / "rules" / "remedies").glob("*.yaml")}


def run(name, failing, fault="divergence", **hparams):
    return past(name, *[fault] * failing, tag="loss", hparams=hparams)


def pairs(count, cured, name="lr", values=(1.0, 0.1)):
    """Pairs of runs on tasks of their own, in each of which the second has the other value."""
    runs = []
    for at in range(count):
        runs.append(run(f"x/{at}a", True, task=f"t{at % 4}", size=float(at), seed=0.0, **{name: values[0]}))
        runs.append(
            run(f"x/{at}b", at >= cured, task=f"t{at % 4}", size=float(at), seed=0.0, **{name: values[1]})
        )
    return runs


def found(runs):
    return {(one.remedy, one.name): (one.gone.failing, one.gone.runs) for one in trials_of(runs)}


def test_every_knob_is_a_remedy_of_the_rules():
    assert {knob.remedy for knob in KNOBS} <= REMEDIES


def test_pairs_that_differ_by_a_lower_rate_alone_are_counted():
    assert found(pairs(9, 8)) == {("lower-learning-rate", "lr"): (8, 9)}


@pytest.mark.parametrize(
    ("name", "values", "remedy"),
    [
        ("optim/learning_rate", (0.1, 0.01), "lower-learning-rate"),
        ("grad_clip", (0.0, 1.0), "clip-gradients"),
        ("max_grad_norm", (5.0, 1.0), "clip-gradients"),
        ("gradient_clip_val", ("None", 1.0), "clip-gradients"),
        ("warmup_steps", (0.0, 500.0), "warm-up-learning-rate"),
        ("weight_decay", (0.0, 0.1), "regularise"),
        ("batch_size", (16.0, 64.0), "enlarge-batch"),
        ("adam_beta2", (0.999, 0.95), "lower-adam-beta2"),
    ],
)
def test_remedies_are_known_by_the_setting_and_its_direction(name, values, remedy):
    assert found(pairs(4, 3, name, values)) == {(remedy, name): (3, 4)}
    assert (remedy, name) not in found(pairs(4, 3, name, values[::-1]))


def test_a_setting_that_is_missing_is_off_where_that_means_something():
    def without(runs, name):
        return [
            past(
                one.name,
                *[f.pathology for f in one.faults],
                tag="loss",
                hparams={k: v for k, v in one.hparams.items() if k != name or v != 0.0},
            )
            for one in runs
        ]

    assert found(without(pairs(4, 4, "warmup", (0.0, 9.0)), "warmup")) == {
        ("warm-up-learning-rate", "warmup"): (4, 4)
    }
    assert found(without(pairs(4, 4, "lr", (0.0, 9.0)), "lr")) == {}


def test_another_setting_that_differs_makes_it_no_pair():
    runs = [
        run(f"x/{at}", at % 2 == 0, lr=1.0 - 0.9 * (at % 2), size=at * 16.0, task="t") for at in range(20)
    ]
    assert found(runs) == {}


def test_two_pairs_are_too_few():
    assert found(pairs(2, 2)) == {}


def test_a_run_stands_in_one_pair_on_each_side():
    runs = [run(f"x/{at}", True, lr=1.0, task="t", seed=float(at)) for at in range(9)]
    runs += [run(f"y/{at}", False, lr=0.1, task="t", seed=float(at)) for at in range(4)]
    renamed = [
        past(f"x/{one.name[0]}{at}", *[f.pathology for f in one.faults], tag="loss", hparams=one.hparams)
        for at, one in enumerate(runs)
    ]
    assert found(renamed) == {("lower-learning-rate", "lr"): (4, 4)}


def test_the_own_seed_comes_first():
    runs = [run(f"x/a{at}", True, lr=1.0, task="t", seed=float(at)) for at in range(4)]
    runs += [run(f"x/b{at}", at > 0, lr=0.1, task="t", seed=float(at)) for at in range(4)]
    runs += [run(f"x/c{at}", False, lr=0.5, task="t", seed=float(at + 50)) for at in range(4)]
    assert found(runs)["lower-learning-rate", "lr"] == (1, 4)


def test_repeats_show_what_trying_again_does():
    runs = [run(f"x/a{at}", at % 2 == 0, lr=1.0, task="t", seed=float(at)) for at in range(10)]
    runs += [run(f"x/b{at}", False, lr=0.1, task="t", seed=float(at)) for at in range(10)]
    (trial,) = (one for one in trials_of(runs) if one.remedy == "lower-learning-rate")
    assert (trial.gone.failing, trial.gone.runs) == (5, 5)
    assert (trial.repeats.failing, trial.repeats.runs) == (5, 5)


def test_one_critical_fault_for_another_is_no_cure():
    runs = pairs(4, 4)
    runs = [
        past(one.name, "constant-loss", tag="loss", hparams=one.hparams) if one.name.endswith("b") else one
        for one in runs
    ]
    assert found(runs)["lower-learning-rate", "lr"] == (0, 4)


def test_folders_named_for_the_value_are_the_same_folder():
    runs = [
        run(f"lr{lr}/seed{at}", lr == 1.0, lr=lr, depth=2.0, seed=float(at))
        for lr in (1.0, 0.1)
        for at in range(5)
    ]
    assert found(runs) == {("lower-learning-rate", "lr"): (5, 5)}


@given(st.permutations(pairs(5, 3)))
def test_the_order_of_the_runs_does_not_matter(runs):
    assert trials_of(runs) == trials_of(pairs(5, 3))
