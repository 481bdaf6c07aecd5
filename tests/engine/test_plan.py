from dataclasses import replace

import numpy as np
import pytest

from loganalyzer.engine.bind import bindings
from loganalyzer.engine.diagnose import default_rulebook
from loganalyzer.engine.plan import plan
from loganalyzer.engine.values import members
from loganalyzer.features import Curve
from loganalyzer.model.role import Role
from loganalyzer.model.run import Series

BOOK = default_rulebook()


def curve(tag, quantity="loss", split="train", *, n=40, part="", first=0, missing=0, axis="iteration"):
    value = np.linspace(2.0, 1.0, n)
    value[:missing] = np.nan
    series = Series(tag, np.arange(first, first + n), value, axis=axis)
    return Curve(series, Role(quantity, split, "lower", "a test says so", part))


def run(**changed):
    """Curves of which a part takes the place of another as soon as the first one is changed."""
    return (
        curve("loss", **changed),
        curve("batch_loss", part="batch", n=60),
        curve("val_loss", split="validation", n=20),
        curve("val_loss_2", split="validation", n=20, first=300),
        curve("fc1", "layer_gradients", "none", part="fc1"),
        curve("fc2", "layer_gradients", "none", part="fc2"),
    )


def identities(bound):
    return {name: (type(found), *map(id, members(found))) for name, found in bound.items()}


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"n": 4},
        {"missing": 36},
        {"first": 310},
        {"axis": "epoch"},
        {"part": "head"},
        {"split": "validation"},
        {"quantity": "accuracy"},
    ],
)
def test_curves_of_other_forms_are_bound_anew_and_of_the_same_forms_alike(changed):
    for curves in (run(), run(**changed), run(), run(**changed)):
        for rule, bound in plan(BOOK, curves):
            assert list(map(identities, bound)) == list(map(identities, bindings(rule, curves)))


def test_a_rule_that_took_the_name_of_another_is_bound_anew():
    curves = run()
    rule = next(rule for rule in BOOK.rules if rule.name == "divergence")
    other = replace(rule, inputs={"gone": replace(rule.inputs["loss"], quantity=("reward",))})
    first, second, third = (dict(_names(one, curves)) for one in (rule, other, rule))
    assert second == {"gone": 0}
    assert first == third
    assert first["loss"] == 1


def _names(rule, curves):
    """How many curves each input of a rule is given."""
    ((_, (bound,)),) = plan(replace(BOOK, rules=(rule,)), curves)
    return {name: len(members(found)) for name, found in bound.items()}
