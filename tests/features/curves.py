"""Curves for tests of features, written as in rule tests."""

from __future__ import annotations

from loganalyzer.features import Curve
from loganalyzer.model.role import Role
from loganalyzer.model.run import Series
from loganalyzer.rulebook.notation import parse_series

LOSS = Role("loss", "train", "lower", "test")
ACCURACY = Role("accuracy", "train", "higher", "test")


def loss(text: str) -> Curve:
    step, value = parse_series(text)
    return Curve(Series("loss", step, value), LOSS)


def accuracy(text: str) -> Curve:
    step, value = parse_series(text)
    return Curve(Series("accuracy", step, value), ACCURACY)
