import numpy as np
from made_diagnoses import finding

from loganalyzer.model.role import Role
from loganalyzer.model.run import Run, Series
from loganalyzer.report.panels import blamed_tags, choose_panels


def curve(tag, *values, axis="iteration"):
    return Series(tag, np.arange(len(values)), np.array(values, dtype=float), axis=axis)


def role(quantity, split="train", part=""):
    return Role(quantity, split, "lower", "", part)


ROLES = {
    "val": role("loss", "validation"),
    "a_loss": role("loss"),
    "box": role("loss", part="box"),
    "acc": role("accuracy"),
    "lr": role("lr", "none"),
    "wall": role("time", "none"),
    "loss_by_epoch": role("loss"),
}
RUN = Run(
    "r",
    "r",
    series=(
        curve("a_loss", 1, 2),
        curve("acc", 1, 2),
        curve("box", 1, 2),
        curve("empty"),
        curve("loss_by_epoch", 1, 2, axis="epoch"),
        curve("lr", 1, 2),
        curve("stranger", 1, 2),
        curve("val", 1, 2),
        curve("wall", 1, 2),
    ),
)


def tags(panels):
    return [[series.tag for series in panel.series] for panel in panels]


def test_splits_share_a_panel_parts_and_axes_do_not():
    panels = choose_panels(RUN, ROLES, (), 6)
    assert tags(panels) == [["loss_by_epoch"], ["acc"], ["lr"], ["a_loss", "val"], ["box"]]
    assert [r.split for r in panels[3].roles] == ["train", "validation"]


def test_a_finding_on_a_sum_blames_each_of_its_curves():
    found = finding(tags=("box + val",))
    assert blamed_tags(found) >= {"box", "val"}
    assert tags(choose_panels(RUN, ROLES, [found], 2)) == [["a_loss", "val"], ["box"]]


def test_what_is_judged_comes_before_what_explains_it():
    roles = {"a_lr": role("lr"), "b_reward": role("reward"), "c_entropy": role("entropy")}
    run = Run("r", "r", series=tuple(curve(tag, 1, 2) for tag in roles))
    assert tags(choose_panels(run, roles, (), 6)) == [["b_reward"], ["a_lr"], ["c_entropy"]]


def test_blamed_curves_come_first_and_bookkeeping_only_when_blamed():
    found = [finding(tags=("wall", "lr"))]
    assert tags(choose_panels(RUN, ROLES, found, 3)) == [["lr"], ["wall"], ["loss_by_epoch"]]


def test_bookkeeping_is_better_than_nothing():
    assert tags(choose_panels(Run("r", "r", series=(curve("wall", 1),)), ROLES, (), 6)) == [["wall"]]
    assert choose_panels(Run("r", "r"), ROLES, (), 6) == ()


def test_only_positive_curves_over_two_decades_are_logarithmic():
    def is_logarithmic(*values):
        run = Run("r", "r", series=(curve("a_loss", *values),))
        return choose_panels(run, ROLES, (), 1)[0].is_logarithmic

    assert is_logarithmic(1, 101, np.nan, np.inf)
    assert not is_logarithmic(1, 100)
    assert not is_logarithmic(0, 1, 1000)
    assert not is_logarithmic(np.nan)
    better = {"a_loss": Role("accuracy", "train", "higher", "")}
    run = Run("r", "r", series=(curve("a_loss", 0.001, 0.9),))
    assert not choose_panels(run, better, (), 1)[0].is_logarithmic
