"""What kind of training a run is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from loganalyzer.roles.aliases import Framework
from loganalyzer.roles.grammar import Guess
from loganalyzer.roles.vocabulary import ACTOR, DISCRIMINATOR, GENERATOR, OPPOSING

Setting = Literal["supervised", "reinforcement", "adversarial"]

_OF_POLICIES = ("reward", "episode_length", "explained_variance", "policy_loss")


def setting_of(guesses: Sequence[Guess], frameworks: Sequence[Framework]) -> tuple[Setting, str]:
    """The kind of training and what gives it away ("" for supervised training, which needs no proof)."""
    for framework in frameworks:
        if framework.learns == "reinforcement":
            return "reinforcement", f"{framework.name} trains by reward"
    if trained := _by_reward(guesses):
        return "reinforcement", trained
    for framework in frameworks:
        if framework.learns == "adversarial":
            return "adversarial", f"{framework.name} trains two networks against each other"
    makers = [guess.tag for guess in guesses if _is_loss_of(guess, GENERATOR | OPPOSING)]
    judges = [guess.tag for guess in guesses if _is_loss_of(guess, DISCRIMINATOR)]
    if makers and judges:
        return "adversarial", f"{makers[0]!r} and {judges[0]!r} are of two networks against each other"
    return "supervised", ""


def _by_reward(guesses: Sequence[Guess]) -> str:
    """What shows that a policy is trained; "" if nothing does."""
    for guess in guesses:
        if guess.quantity in _OF_POLICIES or (guess.quantity == "loss" and set(guess.component) & ACTOR):
            return f"{guess.tag!r} belongs to reinforcement learning"
    epsilon = _explores(guesses)
    return f"a score beside {epsilon!r}, the share of random actions" if epsilon else ""


def _explores(guesses: Sequence[Guess]) -> str:
    """The tag of the exploration rate of a run that is measured by nothing but a plain score; "" if none."""
    quantities = {guess.quantity for guess in guesses}
    if quantities & {"accuracy", "error"} or any(guess.split for guess in guesses):
        return ""
    plain = any(guess.quantity == "score" and not guess.component for guess in guesses)
    return next((g.tag for g in guesses if plain and g.words & {"epsilon", "exploration"}), "")


def _is_loss_of(guess: Guess, player: frozenset[str]) -> bool:
    return guess.quantity in ("loss", "error") and bool(set(guess.component) & player)
