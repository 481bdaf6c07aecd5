"""What kind of training a run is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from loganalyzer.roles.aliases import Framework
from loganalyzer.roles.grammar import Guess
from loganalyzer.roles.vocabulary import ACTOR, DISCRIMINATOR, GENERATOR

Setting = Literal["supervised", "reinforcement", "adversarial"]

_OF_POLICIES = ("reward", "episode_length", "explained_variance", "policy_loss")


def setting_of(guesses: Sequence[Guess], frameworks: Sequence[Framework]) -> tuple[Setting, str]:
    """The kind of training and what gives it away ("" for supervised training, which needs no proof)."""
    for framework in frameworks:
        if framework.learns == "reinforcement":
            return "reinforcement", f"{framework.name} trains by reward"
    for guess in guesses:
        if guess.quantity in _OF_POLICIES or (guess.quantity == "loss" and set(guess.component) & ACTOR):
            return "reinforcement", f"{guess.tag!r} belongs to reinforcement learning"
    for framework in frameworks:
        if framework.learns == "adversarial":
            return "adversarial", f"{framework.name} trains two networks against each other"
    makers = [guess.tag for guess in guesses if _is_loss_of(guess, GENERATOR)]
    judges = [guess.tag for guess in guesses if _is_loss_of(guess, DISCRIMINATOR)]
    if makers and judges:
        return "adversarial", f"{makers[0]!r} and {judges[0]!r} are of two networks against each other"
    return "supervised", ""


def _is_loss_of(guess: Guess, player: frozenset[str]) -> bool:
    return guess.quantity in ("loss", "error") and bool(set(guess.component) & player)
