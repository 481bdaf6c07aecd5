from dataclasses import replace
from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loganalyzer.engine.diagnose import default_rulebook, diagnose
from loganalyzer.engine.evaluate import evaluate
from loganalyzer.features import Curve, Facts
from loganalyzer.model.role import Role
from loganalyzer.model.run import Run, Series
from loganalyzer.rulebook.notation import parse_series

BOOK = default_rulebook()
RULES = {rule.name: rule for rule in BOOK.rules}


def series(tag, text):
    step, value = parse_series(text)
    return Series(tag, step, value)


def curve(text, quantity="loss", split="train"):
    return Curve(series("tag", text), Role(quantity, split, "lower", "test"))


def run(name="run", **curves):
    found = tuple(series(tag, text) for tag, text in sorted(curves.items()))
    return Run("id", name, framework="keras", series=found)


def pathologies(diagnosis):
    return [finding.pathology for finding in diagnosis.findings]


def test_a_finding_says_where_its_numbers_come_from():
    judged = evaluate(RULES["divergence"], {"loss": curve("2-0.08x20 0.5+0.4x19")}, Facts(), BOOK.remedies)
    finding = judged.finding
    assert finding.onset.step == 23
    assert finding.onset.fraction == pytest.approx(23 / 40)
    assert [line.value for line in finding.evidence] == [
        judged.values[name] for name in ("factor", "giveback", "lowest")
    ]
    assert all("{" not in line.sentence for line in finding.evidence)
    assert all("{" not in advice.because for advice in finding.remedies)


def test_remedies_are_worded_for_the_framework():
    bound = {"loss": curve("2x9 nanx9")}
    keras, torch, other = (
        evaluate(RULES["non-finite-loss"], bound, Facts(), BOOK.remedies, framework=name).finding.remedies
        for name in ("keras", "pytorch", "")
    )
    clip = [next(a for a in found if a.id == "clip-gradients").do for found in (keras, torch, other)]
    assert len(set(clip)) == 3


def test_a_missing_curve_is_a_reason_not_a_silence():
    outcome = evaluate(RULES["overfitting"], {"val": None, "train": None}, Facts(), BOOK.remedies).outcome
    assert outcome.verdict == "not_applicable"
    assert "validation" in outcome.reason


def test_there_is_one_outcome_for_every_rule():
    diagnosis = diagnose(run(loss="2-0.04x40"), BOOK)
    assert [outcome.rule for outcome in diagnosis.outcomes] == [rule.name for rule in BOOK.rules]
    assert diagnosis.verdict == "healthy"


def test_a_rule_that_breaks_is_reported_and_the_others_still_speak():
    broken = replace(RULES["divergence"], features={}, condition="nothing > 1")
    book = replace(BOOK, rules=(broken, RULES["non-finite-loss"]))
    diagnosis = diagnose(run(loss="2x9 nanx9"), book)
    assert [outcome.verdict for outcome in diagnosis.outcomes] == ["broken", "fires"]


def test_a_cause_hides_its_symptoms():
    collapsed = diagnose(run(accuracy="0.1+0.04x20 0.1x19", loss="2.3-0.1x20 2.303x19"), BOOK)
    assert pathologies(collapsed)[0] == "collapse-to-chance"
    assert {f.hidden_by for f in collapsed.findings if f.pathology == "constant-loss"} == {
        "collapse-to-chance"
    }
    assert collapsed.verdict == "sick"


@pytest.mark.parametrize(
    ("text", "verdict"),
    [("2-0.04x40", "healthy"), ("2x9 nanx9", "sick"), ("1 2", "insufficient")],
)
def test_verdicts(text, verdict):
    assert diagnose(run(loss=text), BOOK).verdict == verdict


def test_tags_that_mean_nothing_are_insufficient_not_healthy():
    diagnosis = diagnose(run(zebra="1x40"), BOOK)
    assert diagnosis.verdict == "insufficient"
    assert "--map" in diagnosis.reason


@given(st.lists(st.floats(1e-3, 1e3), min_size=3, max_size=60), st.floats(1e-3, 1e3))
def test_verdicts_do_not_depend_on_the_unit_of_the_loss(values, unit):
    step = np.arange(len(values))
    one, other = (
        diagnose(Run("id", "run", series=(Series("loss", step.copy(), np.array(v)),)), BOOK)
        for v in (values, [unit * x for x in values])
    )
    assert set(pathologies(one)) == set(pathologies(other))


@given(st.lists(st.floats(1e-3, 1e3), min_size=3, max_size=60), st.sampled_from([np.nan, inf, -inf]))
def test_a_value_that_is_no_number_always_fires(values, bad):
    step = np.arange(len(values) + 1)
    diagnosis = diagnose(Run("id", "run", series=(Series("loss", step, np.array([*values, bad])),)), BOOK)
    assert pathologies(diagnosis)[0] == "non-finite-loss"


def test_other_tags_change_nothing():
    plain = diagnose(run(loss="2-0.08x20 0.5+0.4x19"), BOOK)
    more = diagnose(run(loss="2-0.08x20 0.5+0.4x19", zebra="1+5x40", fps="100x40~5"), BOOK)
    assert plain.findings == more.findings


def test_epochs_and_iterations_are_judged_alike():
    step, value = parse_series("2-0.08x20 0.5+0.4x19")
    by_epoch = Run("id", "run", series=(Series("loss", step.copy(), value.copy(), axis="epoch"),))
    by_iteration = Run("id", "run", series=(Series("loss", step * 390, value.copy()),))
    assert pathologies(diagnose(by_epoch, BOOK)) == pathologies(diagnose(by_iteration, BOOK))
