"""The numbers of a log line told apart: which count the steps, which are measured, under what tag."""

from __future__ import annotations

import re
from collections import Counter as Tally
from collections.abc import Sequence
from functools import lru_cache
from itertools import count
from typing import NamedTuple

from loganalyzer.readers.csv_names import SPLIT_WORDS
from loganalyzer.readers.text.clock import UNSET, Clock
from loganalyzer.readers.text.tokens import Label, Token, tokens
from loganalyzer.readers.text.words import BOOKKEEPING, TRAIN, name_of

# A line of more named numbers is a dump of something, not of a step.
MAX_VALUES = 1000
_EXACT = 2**53
# The last word of what stands in front of a line or tells one run from another, and is no curve.
_NO_CURVES = frozenset(
    {"", "cuda", "gpu", "rank", "pid", "num", "seed", "version", "worker", "line", "eta", "device"}
)
_WINDOW = re.compile(
    r"(?:\b(?:over|of|for|in) )?(?:the )?\b(?:last|past) \d{1,9}(?: [a-z]{1,20})?", re.IGNORECASE
)

Values = tuple[tuple[str, float], ...]


class Found(NamedTuple):
    """What one line says; the flags tell whether one of its numbers is a curve surely, likely, and so on.

    `leads` tells whether the first named number of the line counts, as in a heading.
    """

    clock: Clock = UNSET
    values: Values = ()
    is_sure: bool = False
    is_likely: bool = False
    is_rate: bool = False
    is_news: bool = False
    leads: bool = False


class Named(NamedTuple):
    """A number with its name, the split of its section, and the last split that a name on the line named."""

    name: str
    value: float
    section: str
    last_split: str


NOTHING = Found()


def read_pairs(text: str, *, split: str = "", is_known: bool = False) -> Found:
    """All named numbers of a text; of a known writer every name is taken as printed.

    `split` goes before names that do not say their own, until the line itself names another.
    """
    if "last " in text or "past " in text:
        text = _WINDOW.sub("", text)
    clock = UNSET
    named: list[Named] = []
    last_split = of_next = ""
    leads = is_late = after_epoch = False
    for token in tokens(text):
        label = token.label
        split = label.split or split
        moved = _moved(clock, token, after_epoch=after_epoch)
        if moved is not None:
            clock, of_next, after_epoch = moved, label.of_next, label.counter == "epoch"
            leads = leads or (not is_late and not of_next)
            continue
        is_late, after_epoch = is_late or bool(label.phrase), False
        name = _name_in(label, of_next, is_known=is_known)
        of_next = ""
        if name and len(named) < MAX_VALUES:
            last_split = name_of(name).split or last_split
            named.append(Named(name, token.value, split, last_split))
    return found_of(clock, named, leads=leads)


def found_of(clock: Clock, named: Sequence[Named], *, leads: bool = False) -> Found:
    """What named numbers at a moment say together."""
    if not named:
        return Found(clock, leads=leads)
    told = _told(tuple((one.name, one.section, one.last_split) for one in named))
    values = tuple((tag, one.value) for tag, one in zip(told.tags, named, strict=True))
    return Found(clock, values, told.is_sure, told.is_likely, told.is_rate, told.is_news, leads)


def with_split(values: Values, split: str) -> Values:
    """Values with a split put before the tags that name none."""
    return tuple((_tag(tag, split), value) for tag, value in values) if split else values


def _name_in(label: Label, of_next: str, *, is_known: bool) -> str:
    if label.counter:
        return ""
    name = label.phrase if is_known else label.name
    if not name:
        return "" if label.phrase else of_next
    return "" if name_of(name).plain.rpartition(" ")[2] in _NO_CURVES else name


def _moved(clock: Clock, token: Token, *, after_epoch: bool) -> Clock | None:
    """The clock after a number that counts, or None if it does not; `[3][10/25]` counts twice."""
    label = token.label
    if label.counter is None and not after_epoch:
        return None
    whole = token.whole
    if token.unit and token.unit != "%":
        return None  # how long it took
    if label.counter == "epoch":
        return _with_epoch(clock, token)
    if whole is None or whole > _EXACT:
        return None
    if label.counter:
        return clock.counted(label.counter, whole, token.of)
    if token.of is not None and not label.phrase and clock.at is None:
        return Clock(clock.epoch, clock.epochs, whole, token.of, "batch")
    return None


def _with_epoch(clock: Clock, token: Token) -> Clock | None:
    whole = token.whole
    epoch = token.value if whole is None else float(whole)
    if not 0.0 <= epoch < _EXACT or token.text[0] in "+-":
        return None
    if whole is None and token.label.phrase.lower() not in ("epoch", "ep"):
        return None
    if token.of is None and token.label.phrase.lower().endswith("s"):
        return clock  # how many there are to be, not where we are
    return clock.in_epoch(epoch, token.of)


class Told(NamedTuple):
    """What the names on a line say, whatever their numbers."""

    tags: tuple[str, ...]
    is_sure: bool
    is_likely: bool
    is_rate: bool
    is_news: bool


@lru_cache(maxsize=256)
def _told(named: tuple[tuple[str, str, str], ...]) -> Told:
    """Tags and flags of (name, section, last split); a log writes the same names line after line."""
    facts = [name_of(name) for name, _, _ in named]
    return Told(
        _tags(named),
        any(fact.is_sure for fact in facts),
        any(fact.is_likely for fact in facts),
        any(fact.is_rate for fact in facts),
        any(fact.is_news for fact in facts),
    )


def _tags(named: Sequence[tuple[str, str, str]]) -> tuple[str, ...]:
    """Names with their splits; a name met twice takes that of the name before it, or a number."""
    names = [name for name, _, _ in named]
    often = Tally(names)
    shared = _shared_split(names)
    tags: dict[str, None] = {}
    for name, section, last_split in named:
        given = shared or (last_split if often[name] > 1 else "")
        tag = _tag(name, section or ("" if name_of(name).plain in BOOKKEEPING else given))
        if tag in tags:
            plain = _tag(name, section)
            tag = next(more for n in count(2) if (more := f"{plain}#{n}") not in tags)
        tags[tag] = None
    return tuple(tags)


def _shared_split(names: Sequence[str]) -> str:
    """The split that the first name gives to the whole line, as in `train Loss: 0.6 Acc: 0.7`; or ""."""
    if len(names) < 2 or not (lead := _lead_split(names[0])):
        return ""
    rest = names[0].lower().removeprefix(lead).strip()
    clashes = any(name_of(name).split or name.lower() == rest for name in names[1:])
    return "" if clashes else lead


@lru_cache(maxsize=8192)
def _lead_split(name: str) -> str:
    """The split that is the first word of a name by itself: of `val loss`, but not of `val_loss`."""
    first, _, rest = name.lower().partition(" ")
    return first if rest and first in SPLIT_WORDS else ""


@lru_cache(maxsize=8192)
def _tag(name: str, split: str) -> str:
    known = name_of(name)
    if not split or known.split or known.is_rate or (split in TRAIN and known.plain in BOOKKEEPING):
        return name
    return f"{split} {name}"
