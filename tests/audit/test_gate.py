import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from past_runs import past

from loganalyzer.audit.lessons.gate import gate


def run(name, best, *faults, **known):
    return past(name, *faults, **{"tag": "val", "best": best, **known})


def baseline(count=6, **known):
    rng = random.Random(0)
    return [run(f"ppo/seed{at}", rng.gauss(0.5, 0.01), **known) for at in range(count)]


def status(known, current):
    (line,) = gate(known, [current]).lines
    return line.status


def test_within_the_noise_of_seeds_nothing_is_said():
    assert status(baseline(), run("ppo/seed3", 0.51)) == "as before"


def test_beyond_it_a_run_is_worse():
    found = gate(baseline(), [run("ppo/seed3", 0.6)])
    assert found.worse
    assert not found.new_critical
    assert found.lines[0].p_value < 0.01
    assert found.lines[0].siblings == 6


def test_better_is_not_worse():
    assert status(baseline(), run("ppo/seed3", 0.1)) == "as before"


def test_where_higher_is_better_worse_is_below():
    known = baseline(lower_is_better=False)
    assert status(known, run("ppo/seed3", 0.4, lower_is_better=False)) == "worse"
    assert status(known, run("ppo/seed3", 0.6, lower_is_better=False)) == "as before"


def test_a_critical_finding_none_of_the_siblings_had_is_new():
    found = gate(baseline(), [run("ppo/seed3", 0.5, "divergence")])
    assert found.new_critical
    assert found.lines[0].pathologies == ("divergence",)


def test_a_critical_finding_that_a_sibling_had_is_not():
    known = [*baseline(), run("ppo/seed11", 0.5, "divergence")]
    assert status(known, run("ppo/seed3", 0.5, "divergence")) == "as before"


def test_a_sibling_of_another_experiment_excuses_nothing():
    known = [*baseline(), run("dqn/seed1", 0.5, "divergence")]
    assert status(known, run("ppo/seed3", 0.5, "divergence")) == "new critical"


def test_a_warning_stops_nothing():
    assert status(baseline(), run("ppo/seed3", 0.5, "overfitting", severity="warning")) == "as before"


def test_without_siblings_only_a_critical_finding_counts():
    assert status(baseline(), run("other/x", 9.0)) == "no siblings"
    assert status(baseline(), run("other/x", 9.0, "divergence")) == "new critical"
    assert status([], run("other/x", 9.0)) == "no siblings"


def test_two_siblings_are_too_few():
    assert status(baseline(2), run("ppo/seed1", 9.0)) == "too few"
    assert status(baseline(), run("ppo/seed1", None)) == "too few"


def test_what_cannot_be_judged_is_told():
    assert status(baseline(), past("ppo/seed3", verdict="unreadable")) == "not judged"


def test_names_come_before_settings():
    known = [
        run(f"main/a{at}", 0.5 + at / 1000, hparams={"lr": 0.1, "size": 1.0, "seed": float(at)})
        for at in range(5)
    ] + [
        run(f"main/b{at}", 5.0 + at / 1000, hparams={"lr": 0.2, "size": 1.0, "seed": float(at)})
        for at in range(5)
    ]
    renamed = run("pull/x", 5.0, hparams={"lr": 0.2, "size": 1.0, "seed": 77.0})
    assert status(known, renamed) == "as before"
    retuned = run("main/a2", 5.0, hparams={"lr": 0.2, "size": 1.0, "seed": 2.0})
    assert status(known, retuned) == "worse"


def test_siblings_that_agree_to_the_last_digit_leave_room_for_the_machine():
    known = [run(f"a/seed{at}", 0.5) for at in range(5)]
    assert status(known, run("a/seed1", 0.5003)) == "as before"
    assert status(known, run("a/seed1", 0.51)) == "worse"
    zeros = [run(f"a/seed{at}", 0.0) for at in range(5)]
    assert status(zeros, run("a/seed1", 0.0)) == "as before"
    assert status(zeros, run("a/seed1", 0.1)) == "worse"


def test_many_runs_are_not_many_chances_of_a_false_alarm():
    rng = random.Random(5)
    alarms = 0
    for _ in range(100):
        known = [run(f"e{k}/seed{s}", rng.gauss(0, 1)) for k in range(10) for s in range(5)]
        alarms += gate(known, [run(f"e{k}/seed9", rng.gauss(0, 1)) for k in range(10)]).worse
    assert alarms <= 5


@given(st.permutations(baseline()), st.permutations([run(f"ppo/seed{at}", 0.5 + at / 50) for at in range(5)]))
def test_the_order_of_the_runs_does_not_matter(known, current):
    one, other = gate(known, current), gate(baseline(), sorted(current, key=lambda r: r.name))
    assert [(line.name, line.status) for line in one.lines] == [
        (line.name, line.status) for line in other.lines
    ]
    assert [line.p_value for line in one.lines] == pytest.approx([line.p_value for line in other.lines])


def test_values_at_the_end_of_all_floats_are_compared_as_any_others():
    known = [run(f"a/seed{at}", 1e308 * (-1) ** at) for at in range(6)]
    assert status(known, run("a/seed1", 1e308)) == "as before"
