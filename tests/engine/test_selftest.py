from __future__ import annotations

from dataclasses import replace

import pytest

from loganalyzer.engine import selftest
from loganalyzer.engine.selftest import run_selftests
from loganalyzer.model.remedy import Remedy
from loganalyzer.model.rule import FeatureUse, Input, Needs, Param, RemedyUse, Rule, Rulebook, RuleCase
from loganalyzer.rulebook.load import default_directory, load_rulebook

LOSS = Input(("loss",), ("train",))
RULE = Rule(
    schema="loganalyzer.rule/1",
    id="T001",
    name="long-and-broken",
    pathology="non-finite-loss",
    title="A long curve with a NaN",
    family="shape",
    status="test",
    severity="info",
    since="0.1",
    description="",
    falsepositives=(),
    inputs={"train": LOSS},
    needs=Needs(min_points=2),
    params={"enough": Param(5.0, "samples", "")},
    features={
        "n": FeatureUse("count", {"of": "train"}),
        "bad": FeatureUse("nonfinite_count", {"of": "train"}),
        "first": FeatureUse("nonfinite_index", {"of": "train"}),
    },
    condition="n >= enough and bad > 0",
    confidence="1",
    message="{bad} of {n}, first at step {first@step}",
    onset="first",
    end="",
    evidence=(),
    remedies=(),
    references=(),
    tests=(
        RuleCase("fires", "fires", {"train": "1x3 nan 1x3"}, {"first": 4.0}),
        RuleCase("near miss: short", "silent", {"train": "1 nan 1"}),
        RuleCase("near miss: sound", "silent", {"train": "1x9"}, {"n": 10.0}),
        RuleCase("no curve", "not_applicable"),
    ),
)


def failures(rule, remedies=()):
    found = run_selftests(Rulebook((rule,), {one.id: one for one in remedies}, ""))
    assert all(failure.rule == rule.name for failure in found)
    return [(failure.case, failure.expected, failure.got, failure.text) for failure in found]


def test_tests_that_come_out_as_written_make_no_failure():
    assert failures(RULE) == []


def test_a_wrong_verdict_comes_with_the_numbers_of_the_condition():
    cases = (*RULE.tests, RuleCase("wrong", "fires", {"train": "1x7"}))
    assert failures(replace(RULE, tests=cases)) == [
        ("wrong", "fires", "silent", "bad = 0, enough = 5, n = 8")
    ]


def test_a_case_that_is_not_applicable_comes_with_the_reason():
    cases = (*RULE.tests, RuleCase("wrong", "silent"), RuleCase("one point", "silent", {"train": "1 _x3"}))
    assert [(case, got) for case, _, got, _ in failures(replace(RULE, tests=cases))] == [
        ("wrong", "not_applicable"),
        ("one point", "not_applicable"),
    ]
    assert failures(replace(RULE, tests=cases))[0][3] == "no train loss curve in this run"


def test_a_curve_of_missing_samples_only_is_no_curve():
    cases = (*RULE.tests, RuleCase("gaps", "not_applicable", {"train": "_x9"}))
    assert failures(replace(RULE, tests=cases)) == []


@pytest.mark.parametrize(
    ("at", "expected", "got"),
    [
        ({"first": 3.0}, "first at 3", "4"),
        ({"n": 8.0}, "n at 8", "9"),
        ({"nothing": 1.0}, "nothing at 1", "not measured"),
    ],
)
def test_a_place_that_is_not_found(at, expected, got):
    cases = (replace(RULE.tests[0], at=at), *RULE.tests[1:])
    assert [found[:3] for found in failures(replace(RULE, tests=cases))] == [("fires", expected, got)]


def test_a_place_is_a_sample_not_a_step():
    cases = (replace(RULE.tests[0], series={"train": "1 _x50 1x2 nan 1x3"}), *RULE.tests[1:])
    assert failures(replace(RULE, tests=cases)) == []


def test_a_feature_that_finds_nothing_is_nowhere():
    cases = (*RULE.tests[:2], replace(RULE.tests[2], at={"first": 0.0}), RULE.tests[3])
    assert [found[:3] for found in failures(replace(RULE, tests=cases))] == [
        ("near miss: sound", "first at 0", "nowhere")
    ]


@pytest.mark.parametrize(
    ("condition", "clause"),
    [
        ("n >= enough and bad > 0 and n > 0", "n > 0"),
        ("n >= enough and (bad > 0 and n < 100 or n > 1000)", "n < 100"),
        ("not (n < enough or bad <= 0 and n > -1)", "n > -1"),
        ("1000 > n >= enough and bad > 0", "1000 > n"),
    ],
)
def test_a_clause_that_no_test_needs(condition, clause):
    text = f"clause `{clause}` is not tested; add a near miss that only this clause keeps apart"
    assert failures(replace(RULE, condition=condition)) == [
        ("", "a test that needs each clause", "none", text)
    ]


@pytest.mark.parametrize("case", [0, 1, 2])
def test_each_near_miss_is_there_for_its_clause(case):
    left = tuple(one for i, one in enumerate(RULE.tests) if i != case)
    clauses = [text.split("`")[1] for *_, text in failures(replace(RULE, tests=left))]
    assert clauses == {0: [], 1: ["n >= enough"], 2: ["bad > 0"]}[case]


def test_an_or_has_no_clauses_to_leave_out():
    rule = replace(RULE, condition="n < 3 or bad > 0", tests=(RULE.tests[0], RULE.tests[2]))
    assert failures(rule) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"condition": "other > 1"}, "KeyError: 'other'"),
        ({"condition": "n[0]"}, "ExpressionError: column 2: unexpected `[`;"),
        ({"features": {"n": FeatureUse("no_such", {"of": "train"})}}, "KeyError: 'no_such'"),
        ({"remedies": (RemedyUse("missing", ""),)}, "KeyError: 'missing'"),
        ({"message": "{n.real}"}, "TemplateError: column 1: `{n.real}` is no field"),
        (
            {"tests": (replace(RULE.tests[0], series={"train": "1 two"}),)},
            "NotationError: column 3: expected a number",
        ),
        ({"tests": (replace(RULE.tests[0], facts={"nonsense": 1.0}),)}, "TypeError: "),
    ],
)
def test_a_rule_that_breaks_is_a_failure_not_a_traceback(change, said):
    found = failures(replace(RULE, **{"tests": RULE.tests[:1], **change}))
    assert [(case, expected, got) for case, expected, got, _ in found] == [("fires", "fires", "broken")]
    assert found[0][3].startswith(said)


def test_facts_of_the_case_and_the_last_step_of_its_curves():
    rule = replace(
        RULE,
        features={},
        params={},
        condition="classes == 10 and last_step == 7",
        message="",
        onset="",
        tests=(
            RuleCase("both", "fires", {"train": "1x7"}, facts={"classes": 10.0}),
            RuleCase("given", "fires", {"train": "1x2"}, facts={"classes": 10.0, "last_step": 7.0}),
            RuleCase("other classes", "silent", {"train": "1x7"}, facts={"classes": 9.0}),
            RuleCase("longer", "silent", {"train": "1x8"}, facts={"classes": 10.0}),
        ),
    )
    assert failures(rule) == []


def test_an_accuracy_is_better_when_higher():
    def best(quantity):
        rule = replace(
            RULE,
            inputs={"train": Input((quantity,), ("train",))},
            features={"best": FeatureUse("best_index", {"of": "train"})},
            params={},
            condition="best >= 0",
            message="",
            onset="",
            tests=(RuleCase("ramp", "fires", {"train": "0+0.01x40"}, {"best": 40.0}),),
        )
        return failures(rule)

    assert best("accuracy") == []
    assert [got for _, _, got, _ in best("loss")] == ["0"]


def test_curves_of_one_case_have_noise_of_their_own(monkeypatch):
    seen = {}

    def evaluate(rule, curves, facts, remedies):
        seen.update({name: curve.value for name, curve in curves.items()})
        raise ValueError("seen")

    monkeypatch.setattr(selftest, "evaluate", evaluate)
    case = RuleCase("noise", "fires", {"train": "0x9~1", "val": "0x9~1"})
    failures(replace(RULE, inputs={"train": LOSS, "val": LOSS}, tests=(case,)))
    assert not set(seen["train"].tolist()) & set(seen["val"].tolist())


def test_remedies_reach_the_evaluator():
    cure = Remedy("loganalyzer.remedy/1", "cure", "", "", ("do",), "low", "", ())
    rule = replace(RULE, remedies=(RemedyUse("cure", "{bad}"),))
    assert failures(rule, [cure]) == []


def test_the_rules_of_the_package_pass_their_own_tests():
    assert run_selftests(load_rulebook([default_directory()])) == ()
