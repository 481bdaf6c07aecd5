"""Tags to roles: the whole run is looked at before a single tag is decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import lru_cache
from types import MappingProxyType

import numpy as np

from loganalyzer.model.role import Direction, Role
from loganalyzer.model.run import Axis, Run, Series
from loganalyzer.roles.aliases import Framework, apply_aliases, frameworks_of
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
_KEPT = 64


def resolve(run: Run, mapping: Mapping[str, Role] = NO_MAPPING) -> dict[str, Role]:
    """One role for each series of `run`, sorted by tag; "unknown", with the reason, where no word helps.

    `mapping` holds what the user says of a tag or a glob of tags and always wins; see `parse_mapping`.
    Curves measured on data have a split, by default train; of all others it is "none".
    """
    series = {one.tag: one for one in sorted(run.series, key=lambda one: one.tag)}
    said = tuple((tag, mapped_role(tag, mapping)) for tag in series)
    guesses, frameworks = _by_words(said, run.framework)
    guesses = _together(
        tuple(by_course(guesses, series)), frameworks, tuple(one.axis for one in series.values())
    )
    return {
        guess.tag: mapped or _role(guess, series[guess.tag])
        for guess, (_, mapped) in zip(guesses, said, strict=True)
    }


# The runs of an archive have the same few sets of tags: what does not depend on values is kept for the next.
@lru_cache(maxsize=_KEPT)
def _by_words(
    said: tuple[tuple[str, Role | None], ...], framework: str
) -> tuple[tuple[Guess, ...], tuple[Framework, ...]]:
    """What the words of all tags say, beside what the user says of them, and the frameworks they tell of."""
    root = _shared_root(tuple(tag for tag, _ in said))
    frameworks = frameworks_of([tag.removeprefix(root) for tag, _ in said], framework)
    guesses = [
        _as_mapped(tag, mapped)
        if mapped is not None
        else replace(apply_aliases(read_tag(tag.removeprefix(root)), frameworks), tag=tag)
        for tag, mapped in said
    ]
    return tuple(drop_lone_numbers(set_twins_aside(guesses))), frameworks


@lru_cache(maxsize=_KEPT)
def _together(
    guesses: tuple[Guess, ...], frameworks: tuple[Framework, ...], axes: tuple[Axis, ...]
) -> tuple[Guess, ...]:
    """What all guesses, given with the axes of their curves, make of each one."""
    setting, because = setting_of(guesses, frameworks)
    judged = assume_splits(reward_parts_aside(judge_losses(guesses, setting, because)))
    return tuple(tell_apart(judged, {one.tag: axis for one, axis in zip(guesses, axes, strict=True)}))


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
