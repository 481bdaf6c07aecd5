"""What one tag says by itself, before the other tags of its run are looked at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, cast

from loganalyzer.model.role import Quantity, Split
from loganalyzer.roles.parts import component_of, pace_of, passed_over
from loganalyzer.roles.tokens import TagWords, Word, split_tag
from loganalyzer.roles.vocabulary import (
    AVERAGES,
    CRITIC,
    EDGE_SPLITS,
    EXTREMES,
    FOLDERS,
    HEAD_WORDS,
    KNOWN,
    PACES,
    PARTED,
    PLAYERS,
    QUANTITY_WORDS,
    REWARD_PLAIN,
    SMOOTHED,
    SPLITS,
    TOTALS,
)

PACED: frozenset[Quantity] = frozenset({"loss", "accuracy", "score", "error", "perplexity"})
_REWARD_WORDS = frozenset(word for word, quantity in QUANTITY_WORDS.items() if quantity == "reward")
_LOSS_TERMS = frozenset({"score", "error", "entropy", "kl"})
_SPREAD = frozenset({"std", "var", "variance"})


@dataclass(frozen=True, slots=True)
class Guess:
    """A role in the making.

    `words` are all words of the tag; `component` those left once quantity and split are taken out;
    `pace` is "step" or "batch" for a curve logged more often than its plain twin; `split` is None while
    nothing says it; `smoothed` marks a running average; `fixed` guesses came from an alias or the user.
    """

    tag: str
    quantity: Quantity
    split: Split | None = None
    component: tuple[str, ...] = ()
    pace: str = ""
    why: tuple[str, ...] = ()
    split_why: str = ""
    words: frozenset[str] = frozenset()
    dropped: tuple[str, ...] = ()
    smoothed: bool = False
    fixed: bool = False

    @property
    def part(self) -> str:
        """What distinguishes the curve from the plain one of its quantity."""
        return " ".join((*self.component, self.pace) if self.pace else self.component)


class Found(NamedTuple):
    """Where a quantity was read: `segment` 0 is the name, 1 the innermost folder; `at` the word."""

    quantity: Quantity
    segment: int
    at: int
    why: str


@lru_cache(maxsize=4096)
def read_tag(tag: str) -> Guess:
    """What the words of `tag` say of quantity, split and part; "unknown" if none of them is known."""
    words = split_tag(tag)
    every = frozenset(word.text for segment in words.segments for word in segment)
    split, split_why = read_split(words)
    found = _find(words)
    if found is None:
        why = f"no word of {tag!r} names a quantity; say what it is with --map"
        return Guess(tag, "unknown", split, why=(why,), split_why=split_why, words=every)
    guess = Guess(
        tag,
        found.quantity,
        split,
        component_of(words, found.quantity, (found.segment, found.at)),
        pace_of(words) if found.quantity in PACED else "",
        (found.why,),
        split_why,
        every,
        passed_over(words),
        bool(every & SMOOTHED),
    )
    return _extreme(guess, words)


def says_anything(folder: str) -> bool:
    """Whether a folder's name holds a word that could decide what a curve is."""
    words = [word.text for word in split_tag(folder).name]
    return any(word in KNOWN or word in EDGE_SPLITS or word in FOLDERS or word in PLAYERS for word in words)


def read_split(words: TagWords) -> tuple[Split | None, str]:
    """The split a tag names, and where: name first, then a folder that is nothing else, then any."""
    name, *folders = words.segments
    for word in reversed(name):
        if word.text in SPLITS:
            return _split(word), f'word "{word.seen}" says {SPLITS[word.text]}'
    for folder in sorted(folders, key=len):
        for word in folder:
            if word.text in SPLITS:
                return _split(word), f'folder "{word.seen}" says {SPLITS[word.text]}'
    for word in (*name[:1], *name[-1:]) if len(name) > 1 else ():
        if word.text in EDGE_SPLITS:
            split = cast(Split, EDGE_SPLITS[word.text])
            return split, f'"{word.seen}" at the edge of the name says {split}'
    return None, ""


def _split(word: Word) -> Split:
    return cast(Split, SPLITS[word.text])


def _find(words: TagWords) -> Found | None:
    """The quantity: a reward folder, both halves of a norm, the name's head, then the folders inside out."""
    for segment, folder in enumerate(words.segments[1:], start=1):
        if _is_reward_folder(folder) and not _SPREAD & {word.text for word in words.name}:
            return Found("reward", segment, 0, f'folder "{_text(folder)}" holds rewards')
    head = _head(words.name, 0)
    norm = _norm(words) if head is None or head.quantity in ("other", "grad_norm") else None
    if norm is not None:
        return norm
    if head is not None and not _names_a_loss_term(words, head):
        return head
    for segment, folder in enumerate(words.segments[1:], start=1):
        found = _head(folder, segment)
        if found is not None and folder[found.at].text != "samples":
            return found
    return _clock(words)


def _names_a_loss_term(words: TagWords, head: Found) -> bool:
    """`Loss/value_function` is a loss: folder and name belong together."""
    in_losses = bool(words.folders) and words.folders[-1][-1].text in ("loss", "losses")
    return in_losses and head.quantity == "other" and words.name[head.at].text in CRITIC - {"values"}


def _is_reward_folder(folder: tuple[Word, ...]) -> bool:
    texts = [word.text for word in folder]
    return any(text in _REWARD_WORDS for text in texts) and all(
        text in _REWARD_WORDS or text in REWARD_PLAIN or text in AVERAGES for text in texts
    )


def _text(segment: tuple[Word, ...]) -> str:
    return " ".join(word.seen for word in segment)


def _head(segment: tuple[Word, ...], index: int) -> Found | None:
    """The word that names a quantity: the last one that says anything, else the strongest before it."""
    places = [at for at in range(len(segment)) if not _is_silent(segment[at].text)]
    if not places:
        return None
    if segment[0].text == "rew":
        return Found("reward", index, 0, 'first word "rew" says reward')
    first, last = places[0], places[-1]
    if segment[first].text == "loss" and QUANTITY_WORDS.get(segment[last].text) in _LOSS_TERMS:
        return Found("loss", index, first, f'first word "{segment[first].seen}" says loss')
    for table, candidates in (
        (QUANTITY_WORDS, (last,)),
        (HEAD_WORDS, (last,)),
        (QUANTITY_WORDS, reversed(places)),
        (HEAD_WORDS, reversed(places)),
    ):
        for at in candidates:
            quantity = _lookup(segment[at].text, table)
            if quantity:
                where = "last word" if at == last else "word"
                where = where if index == 0 else "folder"
                what = "names no measure of learning" if quantity == "other" else f"says {quantity}"
                why = f'{where} "{segment[at].seen}" {what}'
                return Found(cast(Quantity, quantity), index, at, why)
    return None


def _lookup(word: str, table: dict[str, str]) -> str:
    """The quantity of a word or, for `acc5` and `map50`, of the word without its number."""
    return table.get(word) or table.get(word.rstrip("0123456789."), "")


def _is_silent(word: str) -> bool:
    """Words that can stand behind the head of a name without changing what it is."""
    neutral = word in SPLITS or word in PACES or word in AVERAGES or word in TOTALS or word in EXTREMES
    return neutral or word in SMOOTHED or word.replace(".", "").isdigit() or word in EDGE_SPLITS


def _norm(words: TagWords) -> Found | None:
    """A norm of gradients or weights, in any order and spread over folders: `Gradients/global_norm`."""
    every = [word.text for segment in words.segments for word in segment]
    if not {"norm", "norms", "gradnorm"} & set(every):
        return None
    if {"grad", "grads", "gradient", "gradients", "gradnorm"} & set(every):
        return Found("grad_norm", 0, -1, "norm of a gradient")
    if {"weight", "weights", "param", "params", "parameter", "parameters"} & set(every):
        return Found("weight_norm", 0, -1, "norm of weights")
    return None


def _clock(words: TagWords) -> Found | None:
    """A tag made of nothing but `epoch` or `step` counts them; `learning_step` does not."""
    texts = [word.text for word in words.name]
    for at, text in enumerate(texts):
        if text in PACES and all(_is_silent(other) for other in texts):
            quantity: Quantity = "epoch" if text == "epoch" else "count"
            return Found(quantity, 0, at, f'nothing but "{words.name[at].seen}" is said: it counts')
    if not texts or texts == ["episode"]:
        return Found("count", 0, -1, "a bare index counts rows or episodes")
    return None


def _extreme(guess: Guess, words: TagWords) -> Guess:
    """A running best, or the maximum over a batch, is no curve to judge a run by."""
    if guess.quantity not in PARTED or guess.quantity in ("lr", "grad_norm", "weight_norm"):
        return guess
    for word in words.name:
        if word.text in EXTREMES:
            why = f'"{word.seen}" makes it an extreme of the {guess.quantity}, not its course'
            return Guess(guess.tag, "other", why=(why,), words=guess.words)
    return guess
