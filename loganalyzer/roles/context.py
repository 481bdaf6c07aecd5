"""What the other tags of a run make of a tag: twins, missing splits, names that clash."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from loganalyzer.model.role import Quantity
from loganalyzer.roles.grammar import Guess
from loganalyzer.roles.vocabulary import DATA, EVALUATION_ONLY

_AXES = ("iter", "iteration", "step", "epoch", "frame", "samples", "tokens", "time")
_PER_EPISODE = ("reward", "episode_length")
_METRICS: frozenset[Quantity] = frozenset({"accuracy", "score", "error", "perplexity"})


def set_twins_aside(guesses: Sequence[Guess]) -> list[Guess]:
    """One curve drawn over two axes, or raw and smoothed, is judged once: the other is a duplicate."""
    tags = frozenset(guess.tag for guess in guesses)
    raw: set[tuple[object, ...]] = {
        (guess.quantity, guess.split, guess.component) for guess in guesses if not guess.smoothed
    }
    episodic = {guess.tag.rpartition("/")[0] for guess in guesses if guess.quantity in _PER_EPISODE}
    return [guess if guess.fixed else _twin(guess, tags, raw, episodic) for guess in guesses]


def _twin(guess: Guess, tags: frozenset[str], raw: set[tuple[object, ...]], episodic: set[str]) -> Guess:
    other = _same_curve(guess.tag, tags, episodic)
    if other:
        why = f"duplicate of {other!r} over another axis"
    elif guess.smoothed and (guess.quantity, guess.split, guess.component) in raw:
        why = "smoothed twin of a curve that is logged raw too"
    else:
        return guess
    return replace(guess, quantity="other", component=(), why=(why,), split_why="")


def _same_curve(tag: str, tags: frozenset[str], episodic: set[str]) -> str:
    """The tag that shows the same values: `x` for `x vs samples` and `x/time`, or the sibling `x/iter`."""
    for versus in (" vs ", "_vs_"):
        stem = tag.rpartition(versus)[0]
        if stem in tags:
            return stem
    parent, _, name = tag.rpartition("/")
    if name not in _AXES or not parent:
        return ""
    if parent in tags or parent not in episodic:
        return parent if parent in tags else ""
    first = next(f"{parent}/{axis}" for axis in _AXES if f"{parent}/{axis}" in tags)
    return first if first != tag else ""


def drop_lone_numbers(guesses: Sequence[Guess]) -> list[Guess]:
    """`accuracy_1` is `accuracy` where no other accuracy has to be told apart from it."""
    rivals: dict[tuple[object, ...], int] = {}
    for guess in guesses:
        if _is_number(guess.component) or not guess.component:
            key = (guess.quantity, guess.split, guess.pace)
            rivals[key] = rivals.get(key, 0) + 1
    return [
        replace(guess, component=())
        if _is_number(guess.component) and rivals[guess.quantity, guess.split, guess.pace] == 1
        else guess
        for guess in guesses
    ]


def _is_number(component: tuple[str, ...]) -> bool:
    return len(component) == 1 and component[0].isdigit()


def reward_parts_aside(guesses: Sequence[Guess]) -> list[Guess]:
    """Terms of the reward beside the reward itself are not what is to be raised."""
    totals = [guess.tag for guess in guesses if guess.quantity == "reward" and not guess.component]
    if not totals:
        return list(guesses)
    why = f"one term beside the whole reward {totals[0]!r}"
    return [
        replace(guess, quantity="other", why=(*guess.why, why))
        if guess.quantity == "reward" and guess.component and not (guess.fixed and guess.part == "")
        else guess
        for guess in guesses
    ]


def assume_splits(guesses: Sequence[Guess]) -> list[Guess]:
    """A split for every curve measured on data; what is assumed is said."""
    held_out: dict[tuple[object, ...], str] = {
        (guess.quantity, guess.component): guess.tag
        for guess in reversed(guesses)
        if guess.split in ("validation", "test")
    }
    losses = [guess for guess in guesses if guess.quantity in ("loss", "loss_part")]
    named = {guess.split for guess in losses}
    losses_say = "train" in named and bool(named & {"validation", "test"}) and None not in named
    return [_assume(guess, held_out, losses_say=losses_say) for guess in guesses]


def _assume(guess: Guess, held_out: Mapping[tuple[object, ...], str], *, losses_say: bool) -> Guess:
    if guess.quantity not in DATA:
        return replace(guess, split="none", split_why="")
    if guess.quantity == "clip_fraction":
        return replace(guess, split="train", split_why="")
    if guess.split is not None:
        return guess
    twin = held_out.get((guess.quantity, guess.component))
    if twin is not None:
        return replace(guess, split="train", split_why=f"train, as {twin!r} is its held-out twin")
    if guess.quantity in _METRICS and (losses_say or _is_evaluation(guess)):
        why = "computed by evaluation runs" if _is_evaluation(guess) else "only the losses are of both splits"
        return replace(guess, split="validation", split_why=f"validation assumed: {why}")
    return replace(guess, split="train", split_why="no split is named: train assumed")


def _is_evaluation(guess: Guess) -> bool:
    return any(word.rstrip("0123456789.") in EVALUATION_ONLY for word in guess.component)


def tell_apart(guesses: Sequence[Guess], axes: Mapping[str, str]) -> list[Guess]:
    """Curves that read the same get back the words that were passed over (`average_loss` beside `loss`)."""
    groups: dict[tuple[str, ...], list[Guess]] = {}
    for guess in guesses:
        if guess.quantity in DATA:
            groups.setdefault(_key(guess, axes), []).append(guess)
    first = {
        key: min(group, key=lambda guess: (len(guess.dropped), len(guess.tag), guess.tag))
        for key, group in groups.items()
    }
    return [
        replace(guess, component=(*guess.component, *guess.dropped))
        if guess.quantity in DATA and not guess.fixed and first[_key(guess, axes)] is not guess
        else guess
        for guess in guesses
    ]


def _key(guess: Guess, axes: Mapping[str, str]) -> tuple[str, ...]:
    return guess.quantity, guess.split or "", guess.part, axes[guess.tag]
