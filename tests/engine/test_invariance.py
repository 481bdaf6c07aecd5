"""What a verdict must not depend on: units, order, what a step counts, other tags, healthy points before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loganalyzer.audit.gather import gathered
from loganalyzer.engine.diagnose import default_rulebook, diagnose
from loganalyzer.model.run import Run, Series
from loganalyzer.readers.several import read_all
from loganalyzer.roles.resolve import resolve

SAMPLES = Path(__file__).resolve().parents[2] / "sample_logs"
LOSSES = frozenset({"loss", "loss_part"})

# families of rules that compare a loss with a number in its own unit, as the ln N of a guess
OF_A_UNIT = frozenset({"chance", "reinforcement", "adversarial"})
EVENTS = frozenset(
    {"collapse-to-chance", "divergence", "non-finite-loss", "overfitting", "unrecovered-spike"}
)


@cache
def samples() -> tuple[Run, ...]:
    """One run of each kind of sample log, those of the formats aside."""
    kinds = sorted(path for path in SAMPLES.iterdir() if path.name != "formats")
    found = [gathered([kind])[:1] for kind in kinds]
    return tuple(run for files in found for runs in read_all(files) for run in runs if run.series)


def said(run: Run) -> set[tuple[str, bool]]:
    """Pathology and whether something else explains it."""
    return {(finding.pathology, bool(finding.hidden_by)) for finding in diagnose(run).findings}


def each_series(run: Run, change: Callable[[Series], Series]) -> Run:
    return replace(run, series=tuple(change(series) for series in run.series))


def with_value(series: Series, value: np.ndarray) -> Series:
    wall_time = None if series.wall_time is None else series.wall_time.copy()
    return Series(series.tag, series.step.copy(), value, wall_time, series.axis, series.superseded)


def names(runs: tuple[Run, ...]) -> list[str]:
    return [run.name for run in runs]


each_sample = pytest.mark.parametrize("run", samples(), ids=names(samples()))


@each_sample
@pytest.mark.parametrize("unit", [0.01, 37.0])
def test_the_unit_of_the_loss(run, unit):
    roles = resolve(run, {})

    def scaled(series: Series) -> Series:
        is_loss = roles[series.tag].quantity in LOSSES
        return with_value(series, series.value * (unit if is_loss else 1.0))

    before, after = (
        {finding.rule for finding in diagnose(one).findings} for one in (run, each_series(run, scaled))
    )
    assert before - _of_a_unit() == after - _of_a_unit()


@cache
def _of_a_unit() -> frozenset[str]:
    rules = {rule.name for rule in default_rulebook().rules if rule.family in OF_A_UNIT}
    return frozenset({*rules, "classifier"})  # which has something to say where no rule has


@each_sample
def test_the_order_of_the_curves(run):
    assert said(replace(run, series=run.series[::-1])) == said(run)


@each_sample
def test_what_a_step_counts(run):
    def stretched(series: Series) -> Series:
        wall_time = None if series.wall_time is None else series.wall_time.copy()
        return Series(series.tag, series.step * 50, series.value.copy(), wall_time, "iteration")

    assert said(each_series(run, stretched)) == said(
        each_series(run, lambda one: replace(one, axis="iteration", superseded=0))
    )


@each_sample
def test_tags_that_say_nothing_of_training(run):
    rng = np.random.default_rng(0)
    longest = max(run.series, key=len)
    noise = [
        with_value(replace(longest, tag=tag), rng.normal(60.0, 5.0, len(longest)))
        for tag in ("system/gpu.0.temp", "time/fps", "zzz_unheard_of")
    ]
    more = replace(run, series=tuple(sorted((*run.series, *noise), key=lambda one: one.tag)))
    assert said(more) == said(run)


@each_sample
def test_healthy_points_before(run):
    """The same run, begun a quarter earlier at a worse level: what happened in it still happened."""
    wanted = {one for one, is_hidden in said(run) if one in EVENTS and not is_hidden}
    roles = resolve(run, {})

    def earlier(series: Series) -> Series:
        n = max(len(series) // 4, 2)
        gap = int(series.step[1] - series.step[0]) if len(series) > 1 else 1
        start = float(series.value[0])
        grows = roles[series.tag].direction == "higher"
        before = np.linspace(start * (0.7 if grows else 1.3), start, n, endpoint=False)
        if roles[series.tag].quantity not in LOSSES | {"accuracy"}:
            before = np.full(n, start)
        step = np.concatenate((np.arange(n) * gap, series.step - int(series.step[0]) + n * gap))
        return Series(series.tag, step, np.concatenate((before, series.value)), None, series.axis)

    assert {one for one, _ in said(each_series(run, earlier))} >= wanted


@each_sample
def test_a_loss_that_ends_in_nan_is_always_named(run):
    roles = resolve(run, {})

    def broken(series: Series) -> Series:
        if roles[series.tag].quantity != "loss":
            return series
        value = series.value.copy()
        value[-1] = np.nan
        return with_value(series, value)

    if any(role.quantity == "loss" for role in roles.values()):
        assert ("non-finite-loss", False) in said(each_series(run, broken))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(-1e6, 1e6, allow_nan=False), min_size=3, max_size=60),
    st.sampled_from([np.nan, np.inf, -np.inf]),
)
def test_nan_or_inf_behind_any_loss_fires(values, last):
    value = np.array([*values, last])
    run = Run("r", "r", series=(Series("loss", np.arange(value.size), value, axis="epoch"),))
    (finding,) = [f for f in diagnose(run).findings if f.pathology == "non-finite-loss"]
    assert not finding.hidden_by
    assert finding.severity == "critical"
    assert finding.onset is not None
    assert finding.onset.step == len(values)
