"""Thresholds learned from healthy runs: they silence what fires there, as little moved as can be."""

from __future__ import annotations

import numpy as np
import pytest

from loganalyzer.engine.calibrate import MOST, Alarm, alarms_of, calibrate
from loganalyzer.engine.diagnose import default_rulebook
from loganalyzer.model.run import Run, Series
from loganalyzer.rulebook.profiles import with_thresholds


def overfit(name: str, rise: float) -> Run:
    train = np.linspace(2.0, 0.2, 40)
    val = np.concatenate((np.linspace(2.1, 1.1, 20), np.linspace(1.1, 1.1 * (1 + rise), 21)[1:]))
    step = np.arange(40)
    series = (Series("loss", step, train, axis="epoch"), Series("val_loss", step.copy(), val, axis="epoch"))
    return Run(name, name, series=series)


def diverged(name: str) -> Run:
    loss = np.concatenate((np.linspace(2, 0.5, 20), np.geomspace(0.6, 600, 20)))
    return Run(name, name, series=(Series("loss", np.arange(40), loss, axis="epoch"),))


def learned_from(runs):
    book = default_rulebook()
    alarms = [alarm for run in runs for alarm in alarms_of(run, book)]
    return calibrate([run.name for run in runs], alarms, book)


def under(changes):
    moved = {change.rule: {change.param: change.now} for change in changes}
    rules = tuple(with_thresholds(rule, moved.get(rule.name, {})) for rule in default_rulebook().rules)
    return type(default_rulebook())(rules, default_rulebook().remedies, "")


def test_runs_that_overfit_a_little_move_the_rise_that_is_asked_for():
    runs = [overfit(f"r{i}", 0.12 + 0.005 * i) for i in range(8)]
    learned = learned_from(runs)
    (change,) = [one for one in learned.changes if one.rule == "overfitting"]
    assert (change.param, change.was) == ("min_rise", 0.1)
    assert 0.12 < change.now < 0.17
    assert change.runs == tuple(sorted(run.name for run in runs))
    assert (learned.before, learned.after) == (8, 0)
    book = under(learned.changes)
    assert not [alarm for run in runs for alarm in alarms_of(run, book)]


def test_what_is_clearly_sick_still_fires_under_the_new_thresholds():
    learned = learned_from([overfit(f"r{i}", 0.15) for i in range(5)])
    assert [a.rule for a in alarms_of(overfit("sick", 0.6), under(learned.changes))] == ["overfitting"]


def test_a_sick_run_among_the_healthy_is_named_and_moves_nothing():
    learned = learned_from([overfit("a", 0.04), overfit("b", 0.04), diverged("c")])
    assert learned.changes == ()
    assert {(alarm.run, alarm.rule) for alarm in learned.left} >= {("c", "divergence")}
    assert (learned.runs, learned.before, learned.after) == (3, 1, 1)


def test_healthy_runs_change_nothing():
    learned = learned_from([overfit(f"r{i}", 0.04) for i in range(4)])
    assert (learned.changes, learned.before, learned.left) == ((), 0, ())


def test_the_run_left_out_counts_where_only_it_asks_for_the_new_threshold():
    learned = learned_from([overfit(f"r{i}", 0.04) for i in range(9)] + [overfit("r9", 0.16)])
    assert (learned.before, learned.after, learned.unseen) == (1, 0, 1)


@pytest.mark.parametrize("rise", [0.19, 0.3])
def test_no_threshold_moves_by_more_than_its_bound(rise):
    book = default_rulebook()
    values = {**_values(overfit("a", 0.15)), "rise": rise, "jitter": 0.0}
    learned = calibrate(["a"], [Alarm("a", "overfitting", values)], book)
    moved = {change.param: change.now for change in learned.changes}
    assert moved.get("min_rise", 0.1) <= 0.1 * MOST
    assert ("min_rise" in moved) == (rise < 0.1 * MOST / 1.05)


def _values(run: Run):
    (alarm,) = [one for one in alarms_of(run, default_rulebook()) if one.rule == "overfitting"]
    return dict(alarm.values)
