"""Curves whose name leaves open which way is better."""

import numpy as np
import pytest

from loganalyzer.model.role import Role
from loganalyzer.model.run import Run, Series
from loganalyzer.roles.resolve import resolve


def roles(framework: str = "", **curves: list[float]) -> dict[str, Role]:
    series = tuple(Series(tag, np.arange(len(value)), np.array(value)) for tag, value in curves.items())
    return resolve(Run("r", "r", series=series, framework=framework))


@pytest.mark.parametrize("tag", ["elbo", "log_likelihood", "val_loglik", "Evidence Lower Bound"])
def test_a_likelihood_is_a_score_unless_it_is_positive_and_falls(tag: str) -> None:
    assert roles(**{tag: [-300.0, -200.0, -100.0]})[tag].direction == "higher"
    assert roles(**{tag: [-100.0, -200.0, -300.0]})[tag].direction == "higher"
    assert roles(**{tag: [1.0, 2.0, 3.0]})[tag].direction == "higher"
    turned = roles(**{tag: [300.0, 200.0, 100.0]})[tag]
    assert (turned.quantity, turned.direction) == ("loss", "lower")


def test_boosting_tells_by_what_it_learns_whether_more_is_better() -> None:
    found = roles("catboost", learn=[0.7, 0.5, 0.3], test=[0.7, 0.6, 0.8])
    assert {tag: (role.quantity, role.split) for tag, role in found.items()} == {
        "learn": ("loss", "train"),
        "test": ("loss", "validation"),
    }
    found = roles("catboost", learn=[0.7, 0.8, 0.9], test=[0.7, 0.6, 0.5], test1=[0.6, 0.6, 0.6])
    assert {role.quantity for role in found.values()} == {"score"}
    assert all(role.direction == "higher" for role in found.values())


def test_without_boosting_such_names_say_nothing() -> None:
    assert roles(learn=[0.7, 0.8, 0.9])["learn"].quantity == "unknown"
    assert roles("catboost", learn=[np.nan], test=[1.0])["learn"].quantity == "loss"


def test_costs_in_time_are_no_losses() -> None:
    found = roles(loss=[1.0], **{"Time cost": [2.0], "avg_reader_cost": [2.0], "cost": [2.0]})
    assert {tag for tag, role in found.items() if role.quantity == "time"} == {"Time cost", "avg_reader_cost"}
