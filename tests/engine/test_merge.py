"""Which of several findings heads a run."""

from __future__ import annotations

import pytest

from loganalyzer.engine.merge import HIDES, SETTLED, merge
from loganalyzer.model.finding import Evidence, Finding, Place


def finding(pathology, severity="critical", confidence=0.9, onset=0.5, **measured):
    evidence = tuple(
        Evidence(name, value, None, "", "loss", None, None, name) for name, value in measured.items()
    )
    place = Place(int(100 * onset), onset, None)
    return Finding(pathology, pathology, severity, confidence, ("loss",), place, None, "", evidence, ())


def head(*findings):
    first, *rest = merge(findings)
    assert not first.hidden_by
    return first.pathology, {one.pathology: one.hidden_by for one in rest}


def test_the_strongest_of_each_pathology_is_kept():
    (kept,) = merge([finding("divergence", confidence=0.6), finding("divergence", confidence=0.8)])
    assert kept.confidence == 0.8


def test_harder_then_surer_comes_first():
    order = merge(
        [finding("plateau", "warning", 0.99), finding("sawtooth", "warning", 0.5), finding("dead-relu")]
    )
    assert [one.pathology for one in order] == ["dead-relu", "plateau", "sawtooth"]


@pytest.mark.parametrize(
    ("giveback", "known"),
    [(1.02, {"chance": 0.1}), (1.8, {"loss_end": 2.3})],
    ids=["one answer again and again", "loss of a guess, though above its start"],
)
def test_a_loss_back_at_the_level_of_a_guess_is_a_collapse(giveback, known):
    assert head(finding("divergence", giveback=giveback), finding("collapse-to-chance", **known)) == (
        "collapse-to-chance",
        {"divergence": "collapse-to-chance"},
    )


@pytest.mark.parametrize(
    ("giveback", "known"),
    [(1.6, {"chance": 0.1}), (1.02, {"final": 0.15}), (1.02, {"first": 0.2})],
    ids=["beyond", "chance presumed", "chance unknown"],
)
def test_a_loss_beyond_its_start_or_a_chance_nobody_knows_is_a_divergence(giveback, known):
    found = head(finding("divergence", giveback=giveback), finding("collapse-to-chance", **known))
    assert found == ("divergence", {"collapse-to-chance": "divergence"})


@pytest.mark.parametrize(
    ("measured", "cause"),
    [
        ({"jitter": 0.136}, "overfitting"),
        ({"jitter": 0.5}, "unstable-validation"),
        ({}, "unstable-validation"),
    ],
    ids=["a trend", "within its jumps", "jumps alone"],
)
def test_a_rise_of_validation_far_beyond_its_jumps_is_overfitting(measured, cause):
    name, rest = head(
        finding("overfitting", "warning", rise=1.4), finding("unstable-validation", "warning", **measured)
    )
    assert name == cause
    assert set(rest.values()) == {cause}


@pytest.mark.parametrize(("onset", "cause"), [(0.0, "constant-loss"), (0.05, "stuck-at-chance")])
def test_what_never_moved_is_constant_and_what_moved_first_is_stuck(onset, cause):
    name, rest = head(finding("constant-loss", onset=onset), finding("stuck-at-chance", onset=0.0))
    assert name == cause
    assert set(rest.values()) == {cause}


def test_a_nan_heads_all_it_explains():
    symptoms = [finding(one) for one in ("divergence", "collapse-to-chance", "constant-loss")]
    name, rest = head(finding("non-finite-loss", confidence=0.5), *symptoms)
    assert name == "non-finite-loss"
    assert all(rest.values())


def test_no_two_causes_hide_each_other():
    for cause, symptoms in HIDES.items():
        assert not [other for other in symptoms if cause in HIDES.get(other, ())], cause
    for one, other in SETTLED:
        assert other not in HIDES.get(one, ())
        assert one not in HIDES.get(other, ())


def test_something_always_heads_a_run_with_findings():
    everything = sorted({*HIDES, *(one for symptoms in HIDES.values() for one in symptoms)})
    for i, one in enumerate(everything):
        for other in everything[i + 1 :]:
            assert not merge([finding(one), finding(other)])[0].hidden_by, (one, other)


@pytest.mark.parametrize("other", ["oscillation", "slow-convergence"])
def test_what_repeats_with_the_epoch_explains_swings_and_pace_unless_it_is_a_remark(other):
    for severity, cause in (("warning", "sawtooth"), ("info", other)):
        first, hidden = head(finding("sawtooth", severity), finding(other, "warning", 0.99))
        assert first == cause and set(hidden.values()) == {cause}


@pytest.mark.parametrize(
    ("onset", "cause"), [(0.2, "masked-non-finite"), (0.5, "non-finite-loss"), (0.8, "non-finite-loss")]
)
def test_a_hidden_nan_heads_where_it_came_first(onset, cause):
    first, hidden = head(finding("masked-non-finite", onset=onset), finding("non-finite-loss", onset=0.5))
    assert first == cause and set(hidden.values()) == {cause}
