"""Curves whose name leaves open which way is better: how they run tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from loganalyzer.model.run import Floats, Series
from loganalyzer.roles.grammar import Guess

_BOUNDS = frozenset({"elbo", "loglikelihood"})
_OF_BOOSTING = "CatBoost writes it"


def by_course(guesses: Sequence[Guess], series: Mapping[str, Series]) -> list[Guess]:
    """The guesses, with losses that rise as scores where only the course of training tells them apart.

    A likelihood above zero that falls is written with its sign turned, as a loss. CatBoost prints any metric
    without its name: one that rises on the data it learns from is a score.
    """
    is_score = any(_is_of_boosting(guess) and _rises(series[guess.tag].value) for guess in guesses[:1])
    return [_turned(guess, series[guess.tag].value, is_score=is_score) for guess in guesses]


def _turned(guess: Guess, value: Floats, *, is_score: bool) -> Guess:
    if is_score and _is_of_boosting(guess):
        why = "it rises on training data, so more is better"
        return replace(guess, quantity="score", component=("metric",), why=(*guess.why, why))
    if guess.quantity == "score" and _BOUNDS & set(guess.component) and _falls_above_zero(value):
        why = "it is above zero and falls: logged with its sign turned, as a loss"
        return replace(guess, quantity="loss", why=(*guess.why, why))
    return guess


def _is_of_boosting(guess: Guess) -> bool:
    return guess.fixed and guess.quantity == "loss" and guess.why[0].startswith(_OF_BOOSTING)


def _rises(value: Floats) -> bool:
    finite = value[np.isfinite(value)]
    return finite.size > 1 and float(finite[-1]) > float(finite[0])


def _falls_above_zero(value: Floats) -> bool:
    finite = value[np.isfinite(value)]
    return finite.size > 1 and float(finite.min()) > 0.0 and float(finite[-1]) < float(finite[0])
