"""Tags to roles: the whole run is looked at before a single tag is decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from types import MappingProxyType

import numpy as np

from loganalyzer.model.role import Direction, Role
from loganalyzer.model.run import Run
from loganalyzer.roles.aliases import Framework, apply_aliases, frameworks_of
from loganalyzer.roles.context import (
    assume_splits,
    drop_lone_numbers,
    reward_parts_aside,
    set_twins_aside,
    tell_apart,
)
from loganalyzer.roles.grammar import Guess, read_tag
from loganalyzer.roles.losses import judge_losses
from loganalyzer.roles.setting import setting_of
from loganalyzer.roles.vocabulary import HIGHER, LOWER

NO_MAPPING: Mapping[str, Role] = MappingProxyType({})


def resolve(run: Run, mapping: Mapping[str, Role] = NO_MAPPING) -> dict[str, Role]:
    """One role for each series of `run`, sorted by tag; "unknown", with the reason, where no word helps.

    `mapping` holds what the user says of a tag or a glob of tags and always wins; see `parse_mapping`.
    Curves measured on data have a split, by default train; of all others it is "none".
    """
    tags = tuple(sorted(series.tag for series in run.series))
    frameworks = frameworks_of(tags, run.framework)
    guesses = [_first_guess(tag, mapping, frameworks) for tag in tags]
    guesses = drop_lone_numbers(set_twins_aside(guesses))
    setting, because = setting_of(guesses, frameworks)
    guesses = judge_losses(guesses, setting, because)
    guesses = assume_splits(reward_parts_aside(guesses))
    guesses = tell_apart(guesses, {series.tag: series.axis for series in run.series})
    negated = _negative_entropies(run)
    mapped = {tag: role for tag in tags if (role := mapped_role(tag, mapping)) is not None}
    return {
        guess.tag: mapped.get(guess.tag) or _role(guess, is_negated=guess.tag in negated) for guess in guesses
    }


def mapped_role(tag: str, mapping: Mapping[str, Role]) -> Role | None:
    """What the user says of `tag`: by its exact name, else by the first glob that fits."""
    if tag in mapping:
        return mapping[tag]
    return next((role for pattern, role in mapping.items() if fnmatchcase(tag, pattern)), None)


def _first_guess(tag: str, mapping: Mapping[str, Role], frameworks: tuple[Framework, ...]) -> Guess:
    guess = read_tag(tag)
    role = mapped_role(tag, mapping)
    if role is None:
        return apply_aliases(guess, frameworks)
    split = None if role.split == "none" else role.split
    component = tuple(role.part.split())
    return replace(
        guess, quantity=role.quantity, split=split, component=component, pace="", smoothed=False, fixed=True
    )


def _negative_entropies(run: Run) -> frozenset[str]:
    """Tags of losses made of entropy whose sign is turned: what is logged is minus the entropy."""
    return frozenset(
        series.tag
        for series in run.series
        if "loss" in read_tag(series.tag).words and not bool(np.any(series.value > 0.0))
    )


def _role(guess: Guess, *, is_negated: bool) -> Role:
    direction: Direction = "none"
    why = guess.why
    if guess.quantity in LOWER:
        direction = "lower"
    elif guess.quantity in HIGHER:
        direction = "higher"
    elif guess.quantity == "entropy" and is_negated:
        direction = "lower"
        why = (*why, "no value is positive: it is minus the entropy, so lower means more random")
    return Role(guess.quantity, guess.split or "none", direction, "; ".join(why), guess.part)
