"""The numbers of a log line told apart: which count the steps, which are measured, under what tag."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from loganalyzer.readers.csv_names import SPLIT_WORDS, plain, words
from loganalyzer.readers.text.tokens import Label, Token, tokens
from loganalyzer.readers.text.words import (
    BOOKKEEPING,
    RANK,
    RATES,
    TRAIN,
    Counter,
    is_measured,
    may_be_measured,
    names_split,
)

_EXACT = 2**53
# What stands in front of a line or tells one run from another, and is no curve.
_NO_CURVES = frozenset(
    {"cuda", "gpu", "rank", "pid", "v num", "seed", "version", "worker", "line", "eta", "device"}
)

Values = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Clock:
    """Where a line stands: the epoch and of how many, the step and of how many, and what counts it."""

    epoch: float | None = None
    epochs: int | None = None
    at: int | None = None
    of: int | None = None
    counter: Counter | None = None

    @property
    def is_set(self) -> bool:
        """Whether the line says where it stands."""
        return self.epoch is not None or self.at is not None

    def counted(self, counter: Counter, count: int, of: int | None) -> Clock:
        """The clock with one more number that counts; the better counter of steps is believed."""
        if counter == "epoch":
            return self if self.epoch is not None else replace(self, epoch=float(count), epochs=of)
        if self.counter is not None and RANK[self.counter] <= RANK[counter]:
            return self
        return replace(self, at=count, of=of, counter=counter)


@dataclass(frozen=True, slots=True)
class Found:
    """What one line says; `names` are those of `values` before splits were put in front.

    `leads` tells whether the first named number of the line counts, as in a heading.
    """

    clock: Clock = Clock()
    values: Values = ()
    names: tuple[str, ...] = ()
    leads: bool = False

    @property
    def is_sure(self) -> bool:
        """Whether one of the numbers is a training curve by its name alone."""
        return any(map(_is_measured, self.names))

    @property
    def is_rate(self) -> bool:
        """Whether one of the numbers is the learning rate or a gradient norm."""
        return any(_plain(name) in RATES for name in self.names)

    @property
    def is_news(self) -> bool:
        """Whether one of the numbers is more than bookkeeping."""
        return any(_plain(name) not in BOOKKEEPING for name in self.names)

    @property
    def is_likely(self) -> bool:
        """Whether one of the numbers is a training curve if the line says where it stands."""
        return any(map(_may_be_measured, self.names))


NOTHING = Found()

_is_measured = lru_cache(maxsize=8192)(is_measured)
_may_be_measured = lru_cache(maxsize=8192)(may_be_measured)


def read_pairs(text: str, *, split: str = "", is_known: bool = False) -> Found:
    """All named numbers of a text; of a known writer every name is taken as printed.

    `split` goes before names that do not say their own, until the line itself names another.
    """
    clock = Clock()
    named: list[tuple[str, float, str, str]] = []
    last_named = of_next = ""
    leads = is_late = after_epoch = False
    for token in tokens(text):
        label = token.label
        split = label.split or split
        moved = _moved(clock, token, after_epoch=after_epoch)
        if moved is not None:
            clock, of_next, after_epoch = moved, label.of_next, label.counter == "epoch"
            leads = leads or (not is_late and not of_next)
            continue
        is_late = is_late or bool(label.phrase)
        after_epoch = False
        name = _name_in(label, is_known=is_known) or ("" if label.phrase else of_next)
        of_next = ""
        if name:
            last_named = _own_split(name) or last_named
            named.append((name, token.value, split, last_named))
    tags = _tags(named)
    values = tuple((tag, value) for tag, (_, value, _, _) in zip(tags, named, strict=True))
    return Found(clock, values, tuple(name for name, _, _, _ in named), leads)


def _name_in(label: Label, *, is_known: bool) -> str:
    if label.counter:
        return ""
    name = label.phrase if is_known else label.name
    return "" if _plain(name) in _NO_CURVES else name


def _moved(clock: Clock, token: Token, *, after_epoch: bool) -> Clock | None:
    """The clock after a number that counts, or None if it does not; `[3][10/25]` counts twice."""
    count, counter = token.count, token.label.counter
    if counter == "epoch":
        return _with_epoch(clock, token)
    if count is None or count > _EXACT:
        return None
    if counter:
        return clock.counted(counter, count, token.of)
    if after_epoch and token.of is not None and not token.label.phrase and clock.at is None:
        return replace(clock, at=count, of=token.of, counter="batch")
    return None


def _with_epoch(clock: Clock, token: Token) -> Clock | None:
    epoch = float(token.count) if token.count is not None else token.value
    if not 0.0 <= epoch < _EXACT or token.text[0] in "+-":
        return None
    if token.of is None and token.label.phrase.lower().endswith("s"):
        return clock  # how many there are to be, not where we are
    return clock if clock.epoch is not None else replace(clock, epoch=epoch, epochs=token.of)


def _tags(named: Sequence[tuple[str, float, str, str]]) -> list[str]:
    """Names with their splits; a name met twice takes that of the name before it, or a number."""
    often = Tally(name for name, _, _, _ in named)
    shared = _shared_split([name for name, _, _, _ in named])
    tags: list[str] = []
    for name, _, split, last_named in named:
        given = "" if _plain(name) in BOOKKEEPING else shared or (last_named if often[name] > 1 else "")
        tag = _tag(name, split or given)
        n = 2
        while tag in tags:
            tag = f"{_tag(name, split)}#{n}"
            n += 1
        tags.append(tag)
    return tags


def _shared_split(names: Sequence[str]) -> str:
    """The split that the first name gives to the whole line, as in `train Loss: 0.6 Acc: 0.7`; or ""."""
    if len(names) < 2 or not (lead := _lead_split(names[0])):
        return ""
    rest = names[0].lower().removeprefix(lead).strip()
    clashes = any(_own_split(name) or name.lower() == rest for name in names[1:])
    return "" if clashes else lead


def with_split(values: Values, split: str) -> Values:
    """Values with a split put before the tags that name none."""
    return tuple((_tag(tag, split), value) for tag, value in values) if split else values


@lru_cache(maxsize=8192)
def _tag(name: str, split: str) -> str:
    if not split or names_split(name) or (split in TRAIN and plain(name) in BOOKKEEPING):
        return name
    return f"{split} {name}"


@lru_cache(maxsize=8192)
def _lead_split(name: str) -> str:
    """The split that is the first word of a name by itself: of `val loss`, but not of `val_loss`."""
    first, _, rest = name.lower().partition(" ")
    return first if rest and first in SPLIT_WORDS else ""


@lru_cache(maxsize=8192)
def _own_split(name: str) -> str:
    return min(words(name) & SPLIT_WORDS, default="")


_plain = lru_cache(maxsize=8192)(plain)
