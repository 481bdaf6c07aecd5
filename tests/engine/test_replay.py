"""When a finding could have been known, against asking the rule on every single prefix."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loganalyzer.engine.diagnose import default_rulebook, diagnose
from loganalyzer.engine.evaluate import evaluate, fires
from loganalyzer.engine.replay import PREFIXES, decidable
from loganalyzer.features import Curve, Facts
from loganalyzer.model.role import Role
from loganalyzer.model.run import Run, Series

LOSS = Role("loss", "train", "lower", "a test says so")
FELL, DIVERGED = np.linspace(2.0, 0.5, 20), np.geomspace(0.6, 60.0, 20)


def _series(value: np.ndarray, tag: str = "loss", every: int = 1) -> Series:
    step = np.arange(0, every * len(value), every)
    return Series(tag, step, np.asarray(value, float), 100.0 + step, "epoch")


def _rule(name: str):
    return next(rule for rule in default_rulebook().rules if rule.name == name)


def _finding(name: str, series: Series):
    rule, curves = _rule(name), {"loss": Curve(series, LOSS)}
    finding = evaluate(rule, curves, Facts(), default_rulebook().remedies).finding
    assert finding is not None
    return finding, rule, curves


def _first_for_good(rule, series: Series) -> int:
    """The naive twin: every prefix is asked, the last silent one counted on from."""
    silent = -1
    for stop in range(1, len(series) + 1):
        cut = Series(series.tag, series.step[:stop], series.value[:stop], None, series.axis)
        if not fires(rule, {"loss": Curve(cut, LOSS)}, Facts()):
            silent = stop - 1
    return silent + 1


def test_divergence_is_known_soon_after_it_began():
    series = _series(np.concatenate((FELL, DIVERGED)), every=10)
    finding, rule, curves = _finding("divergence", series)
    place = decidable(finding, rule, curves, Facts())
    assert finding.onset is not None
    assert place is not None
    assert finding.onset.step <= place.step < 300
    assert place.fraction == pytest.approx(place.step / 390)
    assert place.wall_time == 100.0 + place.step


@pytest.mark.parametrize("samples", [8, 14, 20])
def test_a_short_curve_is_asked_at_every_sample(samples):
    series = _series(np.concatenate((FELL, DIVERGED[:samples], np.full(samples, DIVERGED[samples - 1]))))
    assert len(series) <= PREFIXES
    finding, rule, curves = _finding("divergence", series)
    place = decidable(finding, rule, curves, Facts())
    assert place is not None
    assert finding.onset is not None
    assert place.step == max(finding.onset.step, _first_for_good(rule, series))


@settings(max_examples=40, deadline=None)
@given(st.integers(5, 30), st.floats(1.05, 1.6), st.integers(3, 30))
def test_what_is_known_is_true_of_that_prefix_and_of_the_whole(before, growth, after):
    value = np.concatenate((np.linspace(2, 0.5, before), 0.5 * growth ** np.arange(1, after + 1)))
    series = _series(value)
    rule, curves = _rule("divergence"), {"loss": Curve(series, LOSS)}
    finding = evaluate(rule, curves, Facts(), default_rulebook().remedies).finding
    if finding is None:
        return
    place = decidable(finding, rule, curves, Facts())
    assert place is not None
    stop = place.step + 1
    cut = Series(series.tag, series.step[:stop], series.value[:stop], None, series.axis)
    assert fires(rule, {"loss": Curve(cut, LOSS)}, Facts())
    assert finding.onset is None or place.step >= finding.onset.step


def test_curves_of_different_length_are_cut_at_the_same_step():
    train = Series("loss", np.arange(0, 400), np.linspace(2, 0.1, 400), None, "iteration")
    val = np.concatenate((np.linspace(2.0, 1.0, 12), np.linspace(1.05, 2.5, 28)))
    validation = Series("val_loss", np.arange(9, 400, 10), val, None, "iteration")
    run = Run("r", "r", series=(train, validation))
    (finding,) = [f for f in diagnose(run).findings if f.pathology == "overfitting"]
    assert finding.decidable is not None
    assert 119 < finding.decidable.step < 300


def test_a_rule_about_how_a_run_ended_is_known_at_its_end():
    finding, rule, curves = _finding("divergence", _series(np.concatenate((FELL, DIVERGED))))
    place = decidable(finding, replace(rule, known="end"), curves, Facts())
    assert place is not None
    assert (place.step, place.fraction) == (39, 1.0)


def test_notes_and_rules_without_curves_are_not_replayed():
    finding, rule, curves = _finding("divergence", _series(np.concatenate((FELL, DIVERGED))))
    assert decidable(replace(finding, severity="info"), rule, curves, Facts()) is None
    assert decidable(finding, replace(rule, inputs={}), {}, Facts()) is None


def test_nothing_is_known_before_the_first_nan():
    value = np.concatenate((FELL, [np.nan, np.nan, np.nan]))
    run = Run("r", "r", series=(_series(value),))
    (finding,) = [f for f in diagnose(run).findings if f.pathology == "non-finite-loss"]
    assert finding.decidable is not None
    assert finding.decidable.step == 20
