import random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from past_runs import past

from loganalyzer.audit.lessons.copies import NEAR, _linked, copies_of
from loganalyzer.model.lessons import CopyGroup


def curve(seed, noise=0.02):
    rng = random.Random(seed)
    return tuple(2.0 * 0.9**k + rng.gauss(0, noise) for k in range(32))


def run(name, seed, trace=None, **known):
    known = {"tag": "loss", "steps": 100, "content": f"c{seed}", **known}
    return past(name, trace=curve(seed) if trace is None else trace, **known)


def test_equal_curves_are_copies():
    assert copies_of([run("b/1", 1), run("a/1", 1), run("a/2", 2)]) == (CopyGroup("copy", ("a/1", "b/1")),)


def test_equal_curves_of_other_settings_say_which_were_perhaps_never_used():
    runs = [run("a", 1, hparams={"lr": 0.1, "clip": 1.0}), run("b", 1, hparams={"lr": 0.1, "clip": 5.0})]
    assert copies_of(runs) == (CopyGroup("same curves", ("a", "b"), ("clip",)),)


def test_runs_without_curves_are_no_copies_of_each_other():
    assert copies_of([past("a"), past("b")]) == ()


def test_rounded_values_are_nearly_the_same_curve():
    rounded = tuple(float(f"{value:.4g}") for value in curve(1))
    assert copies_of([run("a", 1), run("b", 2, rounded), run("c", 3)]) == (
        CopyGroup("near copy", ("a", "b")),
    )


def test_another_seed_another_length_or_another_curve_is_no_near_copy():
    runs = [run("a", 1), run("b", 2), run("c", 3, curve(1), steps=200), run("d", 4, curve(1), tag="accuracy")]
    assert copies_of(runs) == ()


def test_flat_broken_and_short_curves_are_too_easily_alike():
    flat, broken, coarse = (0.1,) * 32, (*curve(1)[:-1], float("nan")), (0.0, 0.0, 0.0, 1.0) * 8
    for trace in (flat, broken, coarse, (np.inf, np.inf, *curve(1)), curve(1)[:5]):
        assert copies_of([run("a", 1, trace), run("b", 2, trace)]) == ()


def test_curves_that_break_away_alike_are_no_copies():
    traces = [tuple(v + 50.0 * max(k - 20, 0) for k, v in enumerate(curve(seed))) for seed in (1, 2)]
    assert copies_of([run("a", 1, traces[0]), run("b", 2, traces[1])]) == ()


def test_two_curves_that_part_at_one_point_are_two():
    other = list(curve(1))
    other[20] += 0.01
    assert copies_of([run("a", 1), run("b", 2, tuple(other))]) == ()


def test_runs_that_begin_alike_are_named():
    runs = [
        run("a", 1, opening="o"),
        run("b", 2, opening="o", steps=50),
        run("c", 3, opening="p"),
        run("d", 4),
    ]
    assert copies_of(runs) == (CopyGroup("same beginning", ("a", "b")),)


def test_the_same_seed_and_settings_should_end_the_same():
    def runs(**other):
        same = {"seed": 1.0, "lr": 0.1, "batch": 32.0}
        return [run("a", 1, hparams=same), run("b", 2, fault="divergence", hparams={**same, **other})]

    def run(name, seed, fault=None, **known):
        return past(
            name, *[fault] * bool(fault), trace=curve(seed), tag="loss", steps=9, content=f"c{seed}", **known
        )

    assert copies_of(runs()) == (CopyGroup("not repeatable", ("a", "b"), ("divergence", "healthy")),)
    assert copies_of(runs(seed=2.0)) == ()
    assert copies_of(runs(lr=0.2)) == ()


def test_a_seed_alone_does_not_describe_a_run():
    runs = [
        run("a", 1, hparams={"seed": 1.0}),
        past("b", "divergence", content="x", tag="loss", steps=100, hparams={"seed": 1.0}),
    ]
    assert copies_of(runs) == ()


def naive_linked(traces):
    """Every pair compared, then joined until nothing changes."""

    def size(trace):
        least = np.quantile(np.abs(trace), 0.25)
        return [min(np.ptp(trace), max(abs(value), least)) for value in trace]

    groups = [{at} for at in range(len(traces))]
    for a in range(len(traces)):
        for b in range(a):
            if all(
                abs(x - y) <= NEAR * min(sizes)
                for x, y, sizes in zip(
                    traces[a], traces[b], zip(size(traces[a]), size(traces[b]), strict=True), strict=True
                )
            ):
                one, other = (next(group for group in groups if at in group) for at in (a, b))
                if one is not other:
                    groups.remove(other)
                    one |= other
    return sorted(sorted(group) for group in groups if len(group) > 1)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(-3, 3)), min_size=1, max_size=12))
def test_near_copies_are_those_that_every_comparison_finds(kinds):
    traces = np.array([np.array(curve(seed)) + shift * 2e-4 for seed, shift in kinds])
    assert sorted(sorted(group) for group in _linked(traces)) == naive_linked(traces)


@given(st.randoms(use_true_random=False))
def test_the_order_of_the_runs_does_not_matter(rng):
    runs = [run(f"{at}", at % 4, content=f"c{at % 6}", opening=f"o{at % 5}") for at in range(12)]
    shuffled = list(runs)
    rng.shuffle(shuffled)
    assert copies_of(shuffled) == copies_of(runs) != ()
