"""The counting behind the table of accuracy, on claims whose score is plain."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.accuracy.published import PUBLISHED
from benchmarks.accuracy.score import Axis, Claim, score
from benchmarks.accuracy.truth import Truth, part_of, read_truth
from loganalyzer.model.run import Series


def truth(labels, run="r", also_ok="", onset=None):
    onsets = {} if onset is None else {"": onset}
    return Truth(run, "g", frozenset(labels.split()), frozenset(also_ok.split()), onsets, "high")


def claim(names, *, loud=True, onset=None):
    return Claim(frozenset(names.split()), loud, onset, (Axis(0, 100, 101),))


def counted(one, *claims):
    return score([one], {"r": list(claims)})


def test_a_named_fault_is_a_hit_and_its_headline():
    total = counted(truth("divergence"), claim("divergence"))
    assert (total.cases["divergence"], total.hits["divergence"], total.false.total()) == (1, 1, 0)
    assert (total.single, total.named, total.sound) == (1, 1, 0)


def test_another_name_is_a_miss_and_false_but_a_neighbour_is_only_a_miss():
    wrong = counted(truth("divergence"), claim("overfitting"))
    assert (wrong.hits["divergence"], wrong.false["overfitting"], wrong.named) == (0, 1, 0)
    near = counted(truth("divergence"), claim("unrecovered-spike"))
    assert (near.hits["divergence"], near.false.total(), near.named) == (0, 0, 0)


def test_the_headline_is_the_first_loud_claim():
    total = counted(truth("divergence"), claim("divergence", loud=False), claim("overfitting"))
    assert (total.hits["divergence"], total.named, total.false["overfitting"]) == (1, 0, 1)


def test_only_loud_claims_that_are_not_allowed_alarm_on_a_sound_run():
    assert counted(truth("healthy"), claim("overfitting")).alarms == 1
    assert counted(truth("healthy"), claim("overfitting", loud=False)).alarms == 0
    assert counted(truth("healthy", also_ok="overfitting"), claim("overfitting")).alarms == 0
    assert counted(truth("healthy too-short"), claim("overfitting")).sound == 0
    assert counted(truth("ambiguous"), claim("overfitting")).false.total() == 0


@pytest.mark.parametrize(("onset", "labelled", "error"), [(0.5, 50, 0.0), (0.5, 40, 0.1), (0.0, 3, 0.03)])
def test_the_onset_is_off_by_a_share_of_the_run(onset, labelled, error):
    total = counted(truth("divergence", onset=labelled), claim("divergence", onset=onset))
    assert total.onset_errors[0].error == pytest.approx(error)
    assert total.onset_errors[0].grain == 0.01


def test_an_onset_in_batches_of_a_run_that_logs_epochs_is_not_counted():
    assert counted(truth("divergence", onset=5000), claim("divergence", onset=0.5)).onset_errors == []


def test_macro_f1_is_over_what_has_cases_enough():
    truths = [truth("divergence", f"r{i}") for i in range(5)] + [truth("oscillation", "o")]
    total = score(truths, {f"r{i}": [claim("divergence")] for i in range(4)})
    assert total.macro_f1(5) == pytest.approx(2 * 4 / (2 * 4 + 1))
    assert total.macro_f1(1) == pytest.approx(total.macro_f1(5) / 2)


def test_groups_are_split_once_and_for_all(tmp_path):
    assert [part_of(name) for name in ("digits", "cartpole", "friedman")] == [
        "tuning",
        "validation",
        "held-out",
    ]
    (tmp_path / "labels.csv").write_text(
        "run,group,labels,also_ok,onset,confidence\n"
        "a,digits,divergence|loss-spikes,plateau,divergence:30|loss-spikes:7,high\n"
        "b,friedman,healthy,,,low\n"
    )
    (tuned,) = read_truth(tmp_path, "tuning")
    assert (tuned.run, tuned.onsets) == ("a", {"divergence": 30, "loss-spikes": 7})
    assert [one.run for one in read_truth(tmp_path, "held-out")] == ["b"]
    assert [one.run for one in read_truth(tmp_path, "all", "high")] == ["a"]


def curves(**values):
    return {
        name: Series(name, np.arange(len(one)), np.asarray(one, float), axis="epoch")
        for name, one in values.items()
    }


FALLING = np.geomspace(2.0, 0.1, 40)


@pytest.mark.parametrize(
    ("tool", "name", "given"),
    [
        ("SageMaker Debugger", "overfitting", {"loss": FALLING, "val_loss": FALLING * 1.2}),
        ("SageMaker Debugger", "constant-loss", {"loss": np.full(12, 2.0)}),
        ("AutoTrainer", "constant-loss", {"loss": FALLING, "accuracy": np.full(40, 0.1)}),
        ("AutoTrainer", "divergence", {"loss": [2, 2000]}),
        ("DeepDiagnosis", "constant-loss", {"loss": [3, 2, 2, 2, 2, 2]}),
        ("UMLAUT", "overfitting", {"loss": [3, 2, 1], "val_loss": [3, 2, 2.1]}),
        ("early stopping", "wasted-compute", {"val_loss": [2, 1, *[1.1] * 11]}),
    ],
)
def test_published_rules_fire_by_their_definition_and_not_on_a_fall(tool, name, given):
    assert any(name in one.names for one in PUBLISHED[tool](curves(**given)))
    quiet = curves(loss=FALLING, val_loss=FALLING * 1.05, accuracy=1 - FALLING / 3)
    assert list(PUBLISHED[tool](quiet)) == []
