"""Which curves go to which input of a rule."""

from dataclasses import replace

import numpy as np
import pytest

from loganalyzer.engine.bind import bindings, curves_of
from loganalyzer.engine.diagnose import default_rulebook
from loganalyzer.engine.values import members
from loganalyzer.model.role import Role
from loganalyzer.model.rule import Input, Needs, Rule
from loganalyzer.model.run import Run, Series
from loganalyzer.roles.resolve import resolve

STEPS = np.arange(10)


def rule(**inputs: Input) -> Rule:
    return replace(default_rulebook().rules[0], inputs=inputs, needs=Needs())


def norms(every: bool = False, all: bool = False, optional: bool = False) -> Input:  # noqa: A002
    return Input(("grad_norm",), ("none",), optional=optional, every=every, all=all)


def bound(asked: Rule, *tags: str) -> list[dict[str, list[str]]]:
    """The tags bound to each input."""
    run = Run("r", "r", series=tuple(Series(tag, STEPS, np.linspace(2.0, 1.0, 10)) for tag in sorted(tags)))
    found = bindings(asked, curves_of(run, resolve(run)))
    return [{name: [c.series.tag for c in members(one)] for name, one in each.items()} for each in found]


LAYERS = ("grad_norm/fc1.weight", "grad_norm/fc10.weight", "grad_norm/fc2.weight", "grad_norm/head.weight")


def test_all_curves_come_together_from_the_input_to_the_output() -> None:
    (only,) = bound(rule(norms=norms(all=True)), *LAYERS)
    assert only["norms"] == [LAYERS[0], LAYERS[2], LAYERS[1], LAYERS[3]]


def test_the_norm_of_the_whole_network_is_no_layer() -> None:
    (only,) = bound(rule(norms=norms(all=True)), "grad_norm", *LAYERS)
    assert "grad_norm" not in only["norms"]
    assert bound(rule(norms=norms(all=True)), "grad_norm", "loss") == [{"norms": ["grad_norm"]}]


def test_each_curve_leads_once_if_every_one_is_asked_for() -> None:
    found = bound(rule(norms=norms(every=True)), *LAYERS)
    assert [one["norms"] for one in found] == [[tag] for tag in LAYERS]


def test_all_curves_may_accompany_a_leader_and_a_leader_all_curves() -> None:
    loss = Input(("loss",), ("train",))
    led = bound(rule(loss=loss, norms=norms(all=True, optional=True)), "loss", *LAYERS)
    assert led == [{"loss": ["loss"], "norms": [LAYERS[0], LAYERS[2], LAYERS[1], LAYERS[3]]}]
    leading = bound(rule(norms=norms(all=True), loss=replace(loss, optional=True)), "loss", *LAYERS)
    assert [one["loss"] for one in leading] == [["loss"]]


@pytest.mark.parametrize("wanted", [norms(), norms(all=True), norms(every=True)])
def test_without_a_curve_there_is_one_empty_binding(wanted: Input) -> None:
    assert bound(rule(norms=wanted), "loss") == [{"norms": []}]


def test_parts_of_the_loss_are_summed_where_no_total_is_logged() -> None:
    series = [Series(tag, STEPS, np.full(10, 1.5)) for tag in ("train/box_loss", "train/cls_loss")]
    roles = {one.tag: Role("loss_part", "train", "lower", "", one.tag) for one in series}
    total = curves_of(Run("r", "r", series=tuple(series)), roles)[-1]
    assert total.role.quantity == "loss" and total.value.tolist() == [3.0] * 10


def test_of_several_quantities_the_first_one_counts_unless_every_curve_is_asked_for() -> None:
    wanted = Input(("loss", "accuracy"), ("train", "none"))
    tags = ("train/accuracy", "train/loss", "val/loss")
    assert bound(rule(loss=wanted), *tags) == [{"loss": ["train/loss"]}]
    found = bound(rule(loss=replace(wanted, every=True)), *tags)
    assert [one["loss"] for one in found] == [["train/accuracy"], ["train/loss"]]


def test_of_a_score_for_each_of_many_classes_the_mean_leads() -> None:
    score = rule(score=Input(("score",), ("validation",)))
    classes = [f"val/IoU-{name}" for name in ("bog", "fern", "fir", "moss", "oak", "pine", "rock", "wood")]
    assert bound(score, "val/mIoU", *classes) == [{"score": ["val/mIoU"]}]
    assert bound(score, "val/IoU-sedge", *classes) == [{"score": []}]
