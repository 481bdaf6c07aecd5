"""What an archive remembers of a run."""

import numpy as np
import pytest

from loganalyzer.audit.archive.past import TRACE, content_of, judged_curve, judged_of, past_run
from loganalyzer.engine.diagnose import diagnose
from loganalyzer.model.run import Histograms, ReadProblem, Run, Series
from loganalyzer.roles.resolve import resolve


def series(tag, values, wall_time=None, step=None):
    values = np.array(values, np.float64)
    steps = np.arange(values.size) if step is None else np.array(step)
    return Series(tag, steps, values, None if wall_time is None else np.array(wall_time, np.float64))


def run_with(*tags, n=8):
    return Run("id", "run", series=tuple(series(tag, np.linspace(2, 1, n)) for tag in sorted(tags)))


def remembered(run):
    return past_run(run, diagnose(run), content_of(run))


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (("loss", "val_loss", "val_accuracy"), "val_loss"),
        (("train/loss", "train/accuracy"), "train/loss"),
        (("loss", "val_accuracy"), "val_accuracy"),
        (("train/accuracy", "lr"), "train/accuracy"),
        (("rollout/ep_rew_mean", "train/loss"), "rollout/ep_rew_mean"),
        (("val_loss", "val_box_loss"), "val_loss"),
        (("lr", "epoch"), ""),
    ],
)
def test_the_curve_a_run_is_judged_by(tags, expected):
    run = run_with(*tags)
    curve = judged_curve(run, resolve(run, {}))
    assert (curve.tag if curve else "") == expected == remembered(run).tag


def test_best_value_trace_and_clock():
    value = [3.0, 1.0, np.nan, 2.0, -np.inf, 2.5]
    run = Run(
        "id", "run", series=(series("val_loss", value, [100, 110, 120, np.nan, 140, 150], range(0, 60, 10)),)
    )
    past = remembered(run)
    assert (past.best, past.best_at, past.lower_is_better) == (1.0, 0.2, True)
    assert (past.started, past.duration, past.steps) == (100.0, 50.0, 50)
    np.testing.assert_array_equal(past.trace, value)
    up = remembered(Run("id", "run", series=(series("val_accuracy", [0.1, 0.9, 0.5]),)))
    assert (up.best, up.best_at, up.lower_is_better, up.started) == (0.9, 0.5, False, None)


def test_the_trace_of_a_long_run_is_short_and_evenly_spaced():
    past = remembered(Run("id", "run", series=(series("loss", np.arange(1000, 0, -1)),)))
    assert len(past.trace) == TRACE
    assert (past.trace[0], past.trace[-1]) == (1000, 1)
    assert max(abs(np.diff(past.trace) + 999 / (TRACE - 1))) < 1


def test_faults_are_findings_without_their_words():
    losses = [2.3 * 0.9**i for i in range(30)]
    run = Run("id", "run", series=(series("loss", losses + [losses[-1] * 1.6**i for i in range(1, 20)]),))
    diagnosis, past = diagnose(run), remembered(run)
    assert past.headline == "divergence"
    assert [fault.pathology for fault in past.faults] == [one.pathology for one in diagnosis.findings]
    assert past.faults[0].onset == diagnosis.findings[0].onset.fraction
    assert past.faults[0].decidable == diagnosis.findings[0].decidable.fraction


def test_a_run_without_curves_is_remembered():
    past = remembered(Run("id", "run", problems=(ReadProblem("unreadable", "run", "run: no"),)))
    assert (past.verdict, past.content, past.trace, past.best) == ("unreadable", "", (), None)


BASE = {
    "framework": "keras",
    "series": (series("loss", [3, 2, 1.0], [1, 2, 3]),),
    "histograms": (Histograms("w", np.arange(2), *np.ones((5, 2)), np.ones((2, 5))),),
    "hparams": {"lr": 0.1},
    "problems": (ReadProblem("truncated", "run", "run: cut", lost=2),),
}
OTHERS = {
    "framework": "pytorch",
    "hparams": {"lr": 0.2},
    "problems": (ReadProblem("truncated", "run", "run: cut", lost=3),),
    "histograms": (Histograms("w", np.arange(2), *np.ones((5, 2)), np.zeros((2, 5))),),
}
SERIES = {
    "value": series("loss", [3, 2, 1.5], [1, 2, 3]),
    "step": series("loss", [3, 2, 1], [1, 2, 3], [0, 1, 3]),
    "tag": series("loss2", [3, 2, 1], [1, 2, 3]),
    "clock": series("loss", [3, 2, 1], [1, 2, 4]),
    "no clock": series("loss", [3, 2, 1]),
}


def judged(name="run", terms=b"t", **changes):
    run = Run("id", name, **{**BASE, **changes})
    return judged_of(run, content_of(run), terms)


def test_a_verdict_hangs_on_everything_but_name_and_place():
    elsewhere = (ReadProblem("truncated", "other", "other: cut", lost=2),)
    assert judged() == judged("other", problems=elsewhere)
    changed = {name: judged(**{name: value}) for name, value in OTHERS.items()}
    changed |= {name: judged(series=(one,)) for name, one in SERIES.items()}
    changed |= {"terms": judged(terms=b"u"), "nothing": judged()}
    assert len(set(changed.values())) == len(changed)


def test_content_is_the_same_for_curves_that_were_logged_at_another_time():
    contents = {name: content_of(Run("", "", series=(one,))) for name, one in SERIES.items()}
    assert contents["clock"] == contents["no clock"] == content_of(Run("", "", series=BASE["series"]))
    assert len(set(contents.values())) == 4
