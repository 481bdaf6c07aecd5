from dataclasses import replace
from math import log

import pytest

from loganalyzer.engine.classify import HEALTHY, Opinion
from loganalyzer.engine.diagnose import default_rulebook
from loganalyzer.engine.forest import ArraysError
from loganalyzer.engine.fuse import CAP, UNCLEAR, fuse, fused_finding, likelihood_ratio, read_ratios
from loganalyzer.model.finding import Finding

DIVERGENCE = Finding("divergence", "divergence", "critical", 0.8, ("loss",), None, None, "It left.", (), ())


def opinion(**probability):
    found = {HEALTHY: 0.1, "divergence": 0.1, "overfitting": 0.1} | probability
    return Opinion(found, dict.fromkeys(found, 0.1), ("loss",))


def test_a_ratio_is_how_much_more_often_a_rule_fires_where_it_is_right():
    assert likelihood_ratio(800, 1000, 50, 10_000) == pytest.approx(log(0.8 / 0.005), abs=0.1)


@pytest.mark.parametrize("counts", [(0, 40, 0, 1000), (20, 40, 500, 1000), (0, 0, 0, 10)])
def test_a_rule_that_tells_nothing_has_no_weight(counts):
    assert likelihood_ratio(*counts) == pytest.approx(0.0, abs=0.05)


def test_a_ratio_is_capped_and_rises_with_each_hit_and_falls_with_each_false_alarm():
    assert likelihood_ratio(10**6, 10**6, 0, 10**6) == CAP
    assert likelihood_ratio(0, 10**6, 10**6, 10**6) == -CAP
    assert likelihood_ratio(4, 9, 2, 99) < likelihood_ratio(5, 9, 2, 99)
    assert likelihood_ratio(5, 9, 3, 99) < likelihood_ratio(5, 9, 2, 99)


def test_no_opinion_and_no_count_leave_the_rule_alone():
    assert fused_finding(DIVERGENCE, None, None) == DIVERGENCE


def test_a_strong_rule_is_believed_and_a_weak_one_doubted():
    believed, doubted = fused_finding(DIVERGENCE, None, 5.5), fused_finding(DIVERGENCE, None, -1.0)
    assert believed == replace(DIVERGENCE, confidence=believed.confidence)
    assert believed.confidence > 0.85
    assert (doubted.severity, doubted.message) == ("info", "Unclear, only looks like divergence: It left.")
    assert doubted.confidence < 0.4


def test_the_classifier_speaks_for_and_against():
    alone = fused_finding(DIVERGENCE, None, 4.0)
    confirmed = fused_finding(DIVERGENCE, opinion(divergence=0.9), 4.0)
    doubted = fused_finding(DIVERGENCE, opinion(divergence=0.0), 4.0)
    assert doubted.confidence < alone.confidence < confirmed.confidence
    assert (doubted.origin, confirmed.origin) == ("rule", "both")


def test_an_opinion_as_usual_changes_nothing():
    usual = fused_finding(DIVERGENCE, opinion(divergence=0.1), 4.0)
    assert usual.confidence == fused_finding(DIVERGENCE, None, 4.0).confidence


def test_the_opinion_joins_the_evidence_of_the_rule():
    found = fused_finding(DIVERGENCE, opinion(divergence=0.9), 4.0)
    assert found.message == DIVERGENCE.message
    assert [(line.name, line.value) for line in found.evidence] == [("classifier", 0.9)]
    assert found.evidence[0].sentence == "such curves show divergence in 90% of known runs, 10% is usual"


@pytest.mark.parametrize(
    "change", [{"pathology": "non-finite-loss"}, {"confidence": 0.99}, {"severity": "info"}], ids=str
)
def test_facts_need_no_opinion(change):
    fact = replace(DIVERGENCE, **change)
    assert fused_finding(fact, opinion(**{HEALTHY: 0.99}), -3.0) == fact


def test_a_pathology_the_classifier_does_not_know_keeps_the_counted_confidence():
    finding = replace(DIVERGENCE, pathology="leakage-suspect", rule="leakage-suspect")
    assert fused_finding(finding, opinion(), 4.0) == fused_finding(finding, None, 4.0)
    assert fused_finding(finding, opinion(), None) == finding


def test_what_only_the_classifier_sees_is_a_note():
    (note,) = fuse((), opinion(overfitting=0.95), {})
    assert (note.pathology, note.severity, note.origin, note.rule) == (
        "overfitting",
        "info",
        "classifier",
        "classifier",
    )
    assert note.confidence == UNCLEAR < 0.7
    assert note.message == "Unclear: no rule speaks, but the curves look like those of overfitting."


@pytest.mark.parametrize(
    "said",
    [opinion(**{HEALTHY: 0.9}), opinion(overfitting=0.49), opinion(overfitting=0.6, **{HEALTHY: 0.7}), None],
)
def test_it_is_silent_where_it_sees_nothing_or_is_not_sure(said):
    assert fuse((), said, {}) == ()


def test_it_does_not_add_a_name_where_a_rule_has_given_one():
    assert [finding.origin for finding in fuse((DIVERGENCE,), opinion(overfitting=0.95), {})] == ["rule"]


def test_it_does_not_repeat_a_note_of_a_rule():
    note = replace(DIVERGENCE, severity="info")
    assert fuse((note,), opinion(divergence=0.9), {}) == (note,)
    assert len(fuse((note,), opinion(overfitting=0.9), {})) == 2


def test_the_counts_are_of_rules_that_are_there():
    ratios = read_ratios()
    assert set(ratios) <= {rule.name for rule in default_rulebook().rules}
    assert ratios["divergence"] > 3.0


def test_changed_counts_are_refused(tmp_path):
    (tmp_path / "rules.csv").write_text("rule,fired,runs,false,others\ndivergence,9,9,0,99\n")
    (tmp_path / "SHA256SUMS").write_text("0" * 64 + "  rules.csv\n")
    with pytest.raises(ArraysError, match=r"rules\.csv: expected the content"):
        read_ratios(tmp_path)
