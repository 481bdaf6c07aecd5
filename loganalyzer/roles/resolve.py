"""Tags to roles: the whole run is looked at before a single tag is decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from types import MappingProxyType

import numpy as np

from loganalyzer.model.role import Direction, Role
from loganalyzer.model.run import Run, Series
from loganalyzer.roles.aliases import apply_aliases, frameworks_of
from loganalyzer.roles.context import (
    assume_splits,
    drop_lone_numbers,
    reward_parts_aside,
    set_twins_aside,
    tell_apart,
)
from loganalyzer.roles.course import by_course
from loganalyzer.roles.grammar import Guess, read_tag, says_anything
from loganalyzer.roles.losses import judge_losses
from loganalyzer.roles.setting import setting_of
from loganalyzer.roles.vocabulary import HIGHER, LOWER, PARTED

NO_MAPPING: Mapping[str, Role] = MappingProxyType({})


def resolve(run: Run, mapping: Mapping[str, Role] = NO_MAPPING) -> dict[str, Role]:
    """One role for each series of `run`, sorted by tag; "unknown", with the reason, where no word helps.

    `mapping` holds what the user says of a tag or a glob of tags and always wins; see `parse_mapping`.
    Curves measured on data have a split, by default train; of all others it is "none".
    """
    series = {one.tag: one for one in sorted(run.series, key=lambda one: one.tag)}
    mapped = {tag: role for tag in series if (role := mapped_role(tag, mapping)) is not None}
    root = _shared_root(tuple(series))
    frameworks = frameworks_of([tag.removeprefix(root) for tag in series], run.framework)
    guesses = [
        _as_mapped(tag, mapped[tag])
        if tag in mapped
        else replace(apply_aliases(read_tag(tag.removeprefix(root)), frameworks), tag=tag)
        for tag in series
    ]
    guesses = by_course(drop_lone_numbers(set_twins_aside(guesses)), series)
    setting, because = setting_of(guesses, frameworks)
    guesses = judge_losses(guesses, setting, because)
    guesses = assume_splits(reward_parts_aside(guesses))
    guesses = tell_apart(guesses, {tag: one.axis for tag, one in series.items()})
    return {guess.tag: mapped.get(guess.tag) or _role(guess, series[guess.tag]) for guess in guesses}


def _shared_root(tags: tuple[str, ...]) -> str:
    """The folders all tags lie in, as far as they say nothing: `exp7/` of `exp7/loss` and `exp7/val_loss`."""
    root = ""
    while len(tags) > 1:
        folder, slash, _ = tags[0].removeprefix(root).partition("/")
        deeper = f"{root}{folder}/"
        if not slash or says_anything(folder) or not all(tag.startswith(deeper) for tag in tags):
            break
        root = deeper
    return root


def mapped_role(tag: str, mapping: Mapping[str, Role]) -> Role | None:
    """What the user says of `tag`: by its exact name, else by the first glob that fits."""
    if tag in mapping:
        return mapping[tag]
    return next((role for pattern, role in mapping.items() if fnmatchcase(tag, pattern)), None)


def _as_mapped(tag: str, role: Role) -> Guess:
    split = None if role.split == "none" else role.split
    return Guess(tag, role.quantity, split, tuple(role.part.split()), why=(role.why,), fixed=True)


def _role(guess: Guess, series: Series) -> Role:
    direction: Direction = "none"
    why = (*guess.why, guess.split_why) if guess.split_why else guess.why
    if guess.quantity in LOWER:
        direction = "lower"
    elif guess.quantity in HIGHER:
        direction = "higher"
    elif guess.quantity == "entropy" and "loss" in guess.words and _is_negative(series):
        direction = "lower"
        why = (*why, "no value is positive: it is minus the entropy, so lower means more random")
    part = guess.part if guess.quantity in PARTED else ""
    return Role(guess.quantity, guess.split or "none", direction, "; ".join(why), part)


def _is_negative(series: Series) -> bool:
    return bool(np.any(series.value < 0.0)) and not bool(np.any(series.value > 0.0))
