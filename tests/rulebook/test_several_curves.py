"""Inputs that take all curves of a kind: their notation, their features, and what is wrong with either."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from loganalyzer.engine.diagnose import default_rulebook
from loganalyzer.engine.evaluate import evaluate
from loganalyzer.features import FEATURES, Curve, Facts
from loganalyzer.model.role import Role
from loganalyzer.model.rule import FeatureUse, Input, Rule, RuleCase
from loganalyzer.model.run import Series
from loganalyzer.rulebook.checks import check_cases, check_features
from loganalyzer.rulebook.notation import NotationError, parse_series, parse_several

ONE = Input(("grad_norm",), ("none",))
ALL = replace(ONE, all=True)


def rule(inputs: Mapping[str, Input], **features: FeatureUse) -> Rule:
    return replace(
        next(rule for rule in default_rulebook().rules if rule.name == "divergence"),
        inputs=inputs,
        features=features,
    )


def test_curves_are_written_one_after_the_other():
    (first, second) = parse_several("1x3 | 2+1x1")
    assert first[1].tolist() == [1, 1, 1, 1]
    assert second[1].tolist() == [2, 3]


def test_noise_differs_between_curves_and_is_that_of_single_ones():
    (_, first), (_, second) = parse_several("1x9~0.1 | 1x9~0.1", seed=7)
    assert not np.array_equal(first, second)
    assert np.array_equal(second, parse_series("1x9~0.1", seed=8)[1])


@pytest.mark.parametrize(
    ("text", "column"), [("1x3 | oops", 7), ("oops | 1", 1), ("1 |", 4), ("1 | 2 | 3 x", 11)]
)
def test_what_is_wrong_is_told_at_its_column_of_the_whole_text(text, column):
    with pytest.raises(NotationError) as caught:
        parse_several(text)
    assert caught.value.column == column


def complaints(checked: Rule, use: FeatureUse) -> list[str]:
    return [complaint.text for complaint in check_features(replace(checked, features={"a": use}), FEATURES)]


def test_features_of_several_curves_want_inputs_that_take_all():
    both = rule({"one": ONE, "every": ALL})
    assert complaints(both, FeatureUse("layer_count", {"of": "every"})) == []
    assert complaints(both, FeatureUse("count", {"of": "one"})) == []
    (text,) = complaints(both, FeatureUse("layer_count", {"of": "one"}))
    assert text == "layer_count takes an input with `all: true`; `one` is not one"
    (text,) = complaints(both, FeatureUse("count", {"of": "every"}))
    assert text == "count takes an input without `all: true`; `every` is not one"


def test_only_inputs_that_take_all_are_given_several_curves():
    case = RuleCase("several", "fires", {"one": "1 | 2"})
    wrong = replace(rule({"one": ONE}), tests=(case,))
    assert any("|" in complaint.text for complaint in check_cases(wrong, FEATURES))
    right = replace(rule({"one": ALL}), tests=(case,))
    assert not any("|" in complaint.text for complaint in check_cases(right, FEATURES))


def curve(tag: str, n: int, value: float = 1.0) -> Curve:
    return Curve(Series(tag, np.arange(n), np.full(n, value)), Role("layer_weights", "none", "none", "", tag))


def growth() -> Rule:
    return next(rule for rule in default_rulebook().rules if rule.name == "weight-growth")


def test_a_rule_is_not_applicable_where_one_of_several_curves_is_too_short():
    judged = evaluate(growth(), {"weights": (curve("a", 9), curve("b", 2))}, Facts(), {})
    assert judged.outcome.verdict == "not_applicable"
    assert judged.outcome.reason == "b has 2 points, needs 5"
    none = evaluate(growth(), {"weights": ()}, Facts(), {})
    assert none.outcome.reason == "no weight norm or layer weights curve in this run"


def test_a_finding_names_all_curves_and_its_evidence_the_first():
    grown = Curve(Series("b", np.arange(9), 10.0 ** np.arange(9)), Role("layer_weights", "none", "none", ""))
    judged = evaluate(growth(), {"weights": (curve("a", 9), grown)}, Facts(), default_rulebook().remedies)
    assert judged.finding is not None
    assert judged.finding.tags == ("a", "b")
    assert judged.finding.evidence[0].tag == "a"
    assert judged.finding.onset is not None
