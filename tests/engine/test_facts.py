"""What hyper-parameters tell of classes and vocabularies."""

from math import isnan

import pytest

from loganalyzer.engine.facts import facts_of
from loganalyzer.model.run import Run


@pytest.mark.parametrize(
    "name", ["num_classes", "model/num_classes", "model.n_labels", "data/cfg.nclass", "NC"]
)
def test_the_number_of_classes_is_told_by_the_last_word_of_a_name(name: str) -> None:
    assert facts_of(Run("r", "r", hparams={name: 10, "other": 3}), None).classes == 10


@pytest.mark.parametrize("name", ["num_classes_seen", "use_classes/x", "nc_loss"])
def test_other_names_tell_nothing(name: str) -> None:
    assert isnan(facts_of(Run("r", "r", hparams={name: 10}), None).classes)


def test_the_user_knows_better() -> None:
    assert facts_of(Run("r", "r", hparams={"num_classes": 10}), 7).classes == 7


def test_a_vocabulary_is_no_number_of_classes() -> None:
    facts = facts_of(Run("r", "r", hparams={"model.vocab_size": 50304}), None)
    assert facts.vocabulary == 50304 and isnan(facts.classes)
