from dataclasses import replace
from math import isnan

import pytest

from loganalyzer.engine.diagnose import default_rulebook, guarded
from loganalyzer.engine.evaluate import evaluate
from loganalyzer.engine.values import Values
from loganalyzer.features import FACTS, FEATURES, Curve, Facts
from loganalyzer.model.role import Role
from loganalyzer.model.rule import FeatureUse
from loganalyzer.model.run import Series
from loganalyzer.rulebook.notation import parse_series

BOOK = default_rulebook()
RULE = replace(
    next(rule for rule in BOOK.rules if rule.name == "divergence"),
    features={
        "all": FeatureUse("count", {"of": "loss"}),
        "since": FeatureUse("last_swing_index", {"of": "loss", "factor": 2.0, "share": "min_return"}),
        "calm": FeatureUse("points_from", {"of": "loss", "since": "since"}),
    },
    condition="restarts > 1 and calm >= 0",
)
LOSS = Curve(Series("loss", *parse_series("2-0.08x20 0.5+0.4x19")), Role("loss", "train", "lower", "test"))


@pytest.fixture
def calls(monkeypatch):
    """The names of the features that are computed, in their order."""
    seen = []

    def counted(feature):
        def function(**arguments):
            seen.append(feature.name)
            return feature.function(**arguments)

        return replace(feature, function=function)

    counting = {name: counted(feature) for name, feature in FEATURES.items()}
    monkeypatch.setattr("loganalyzer.engine.values.FEATURES", counting)
    return seen


def test_params_facts_and_features_are_all_there():
    found = Values(RULE, {"loss": LOSS}, Facts(restarts=2.0)).complete()
    assert set(found) == {*RULE.params, *FACTS, *RULE.features}
    assert found["restarts"] == 2.0
    assert found["min_return"] == RULE.params["min_return"].default
    assert found["all"] == 41
    since = FEATURES["last_swing_index"].function(of=LOSS, factor=2.0, share=found["min_return"])
    assert found["since"] == pytest.approx(since, nan_ok=True)


def test_what_no_clause_asks_for_is_not_computed(calls):
    silent = evaluate(RULE, {"loss": LOSS}, Facts(), BOOK.remedies)
    assert silent.outcome.verdict == "silent"
    assert calls == []
    assert silent.values["all"] == 41
    assert calls == ["count"]


def test_a_feature_is_computed_once_after_those_it_takes(calls):
    values = Values(RULE, {"loss": LOSS}, Facts())
    first = values["calm"], values["since"]
    assert calls == ["last_swing_index", "points_from"]
    assert (values["calm"], values["since"]) == pytest.approx(first, nan_ok=True)
    assert len(calls) == 2


def test_a_feature_of_a_curve_that_is_missing_is_unknown(calls):
    values = Values(RULE, {"loss": None}, Facts())
    assert all(isnan(values[name]) for name in RULE.features)
    assert calls == []


def test_a_name_that_stands_for_nothing_is_an_error():
    with pytest.raises(KeyError):
        Values(RULE, {"loss": LOSS}, Facts())["nothing"]


def test_a_feature_that_asks_for_itself_breaks_its_rule_alone():
    itself = FeatureUse("points_from", {"of": "loss", "since": "calm"})
    rule = replace(RULE, features={"calm": itself}, condition="calm >= 0")
    assert guarded(rule, {"loss": LOSS}, Facts(), BOOK, "").outcome.verdict == "broken"
