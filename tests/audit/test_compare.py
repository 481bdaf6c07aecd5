"""Which runs belong together, and what is different between them."""

from dataclasses import replace
from math import nan

import numpy as np
import pytest
from made_diagnoses import diagnosis, finding

from loganalyzer.audit.compare import Lot, compare, compare_all
from loganalyzer.model.diagnosis import SeriesSummary, Sparkline
from loganalyzer.model.role import Role
from loganalyzer.model.run import Series


def run(name, hparams=None, **changes):
    made = diagnosis(name, changes.pop("verdict", "healthy"), **changes)
    return replace(made, run=replace(made.run, hparams=hparams or {}))


def names(pairs):
    return [(pair.a.run.name, pair.b.run.name, pair.matched_by) for pair in pairs]


def test_runs_are_matched_by_name_then_by_settings_and_the_rest_is_listed():
    a = (run("x"), run("old-name", {"lr": 0.1, "bs": 8}), run("gone"), run("z", {"lr": 3}))
    b = (run("z", {"lr": 4}), run("x"), run("fresh"), run("new-name", {"bs": 8, "lr": 0.1}))
    found = compare_all(Lot("A", a), Lot("B", b))
    assert names(found.pairs) == [
        ("old-name", "new-name", "hyper-parameters"),
        ("x", "x", "name"),
        ("z", "z", "name"),
    ]
    assert [one.run.name for one in found.only_a] == ["gone"]
    assert [one.run.name for one in found.only_b] == ["fresh"]


def test_settings_that_several_runs_share_match_nothing():
    a = (run("a1", {"lr": 1}), run("a2", {"lr": 1}), run("a3", {"lr": 2}))
    b = (run("b1", {"lr": 1}), run("b2", {"lr": 3}))
    found = compare_all(Lot("A", a), Lot("B", b))
    assert found.pairs == ()
    assert len(found.only_a) == 3


def test_one_run_and_one_run_are_a_pair_whatever_they_are_called():
    found = compare_all(Lot("A", (run("p", {"lr": 1}),)), Lot("B", (run("q", {"lr": 2}),)))
    assert names(found.pairs) == [("p", "q", "choice")]


def test_settings_differ_by_value_not_by_the_way_they_are_written():
    a = {"lr": 0.1, "bs": 32, "clip": nan, "nesterov": True, "gone": "x", "n": 1}
    b = {"lr": 0.10, "bs": 32.0, "clip": nan, "nesterov": 1, "new": "y", "n": 2}
    found = compare(run("p", a), run("p", b))
    assert [(one.name, one.a, one.b) for one in found.hparams] == [
        ("gone", "x", None),
        ("n", 1, 2),
        ("nesterov", True, 1),
        ("new", None, "y"),
    ]
    assert found.same_hparams == 3


def test_findings_are_new_gone_or_still_there():
    a = run("p", findings=[finding("divergence"), finding("sawtooth", hidden_by="divergence")])
    b = run("p", findings=[finding("sawtooth"), finding("plateau"), finding("plateau", hidden_by="sawtooth")])
    found = {one.pathology: (one.a, one.b) for one in compare(a, b).findings}
    assert list(found) == ["sawtooth", "plateau", "divergence"]
    assert found["divergence"][1] is None
    assert found["plateau"][0] is None
    assert found["plateau"][1].hidden_by == ""
    assert found["sawtooth"][0].hidden_by == "divergence"


def curves(tags, **changes):
    line = Sparkline(tuple(range(20)), tuple(2 - 0.1 * step for step in range(20)))
    roles = {tag: Role(*role) for tag, role in tags.items()}
    return run("p", sparklines=dict.fromkeys(tags, line), roles=roles, **changes)


LOSS = ("loss", "train", "lower", "")


def test_curves_are_paired_by_their_role_and_one_name_comes_first():
    a = curves({"loss": LOSS, "train/loss": LOSS, "val": ("loss", "validation", "lower", "")})
    b = curves({"loss": LOSS, "Loss/train": LOSS, "eval": ("loss", "validation", "lower", "")})
    found = compare(a, b)
    assert [(one.tag_a, one.tag_b) for one in found.curves] == [
        ("loss", "loss"),
        ("train/loss", "Loss/train"),
        ("val", "eval"),
    ]
    assert {one.relation for one in found.curves} == {"identical"}


def test_curves_that_could_be_paired_in_two_ways_are_not():
    found = compare(curves({"x": LOSS, "y": LOSS}), curves({"z": LOSS}))
    assert found.curves == ()
    assert (found.unpaired_a, found.unpaired_b) == (("x", "y"), ("z",))


def test_what_tells_time_or_nothing_is_not_compared():
    tags = {"t": ("time", "none", "none", ""), "u": ("unknown", "none", "none", "")}
    found = compare(curves(tags), curves(tags))
    assert (found.curves, found.unpaired_a) == ((), ())


@pytest.mark.parametrize(("n", "is_thinned"), [(20, False), (21, True)])
def test_drawn_points_are_all_there_is_of_a_saved_run_and_that_is_said(n, is_thinned):
    one = curves({"loss": LOSS})
    whole = (SeriesSummary("loss", "iteration", n, 0, 19, 2.0, 0.1, 0.1, 2.0, 0, 0),)
    one = replace(one, run=replace(one.run, series=whole))
    assert compare(one, one).curves[0].is_thinned == is_thinned


def test_all_points_are_compared_where_they_are_given():
    one = curves({"loss": LOSS})
    long = Series("loss", np.arange(1000), np.linspace(2, 1, 1000))
    other = Series("loss", np.arange(1000), np.r_[long.value[:777], long.value[777:] + 1e-9])
    found = compare(one, one, {"loss": long}, {"loss": other}).curves[0]
    assert (found.same_until, found.is_thinned) == (776, False)
