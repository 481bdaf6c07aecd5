"""What distinguishes a curve from the plain one of its quantity."""

from __future__ import annotations

from collections.abc import Iterator

from loganalyzer.model.role import Quantity
from loganalyzer.roles.tokens import TagWords
from loganalyzer.roles.vocabulary import (
    ACCURACY_PLAIN,
    AVERAGES,
    EDGE_SPLITS,
    FOLDERS,
    PACES,
    PARTED,
    PLAIN,
    QUANTITY_WORDS,
    SMOOTHED,
    SPLITS,
    TOTALS,
)

_METRICS: frozenset[Quantity] = frozenset({"score", "error"})
_FAMILIES: frozenset[Quantity] = frozenset({"loss", "score", "error"})
_PASSED_OVER = AVERAGES | TOTALS | (ACCURACY_PLAIN - {"accuracy", "acc", "accu"})
_GENERIC = frozenset({"score", "scores", "error", "err"})


def component_of(words: TagWords, quantity: Quantity, place: tuple[int, int]) -> tuple[str, ...]:
    """What is left once quantity and split are taken out, outermost folder first.

    `place` is where the quantity was read: segment (0 is the name) and word in it.
    """
    if quantity not in PARTED:
        return ()
    left: list[str] = []
    for index, segment in reversed(list(enumerate(words.segments))):
        if quantity == "lr" and index > place[0]:
            continue
        for at, word in enumerate(segment):
            if (index, at) == place:
                left.extend(_metric_name(word.text, quantity))
            elif _says_more(word.text, quantity, index):
                left.append(word.text)
    return tuple(left)


def _metric_name(word: str, quantity: Quantity) -> Iterator[str]:
    """Scores and errors are families: which of them it is stays in the part; so does a named loss."""
    if quantity in _METRICS and word not in _GENERIC:
        yield word
    elif quantity == "accuracy" and word not in ACCURACY_PLAIN and word.strip("1") not in ("acc", "top"):
        yield word.replace("acc", "top") if word[-1].isdigit() else word
    elif quantity == "loss" and word not in PLAIN["loss"]:
        yield word


def _says_more(word: str, quantity: Quantity, segment: int) -> bool:
    """Whether a word distinguishes the curve from the plain one of its quantity."""
    if word in SPLITS or word in EDGE_SPLITS or word in PACES or word in AVERAGES or word in TOTALS:
        return False
    if (segment and word in FOLDERS) or word in SMOOTHED:
        return False
    plain = PLAIN.get(quantity, frozenset())
    is_same = quantity not in _FAMILIES and QUANTITY_WORDS.get(word) == quantity
    return word not in plain and not is_same


def pace_of(words: TagWords) -> str:
    """What the logging interval leaves in the part; innermost first."""
    texts = (word.text for segment in words.segments for word in segment)
    return next((PACES[text] for text in texts if PACES.get(text)), "")


def passed_over(words: TagWords) -> tuple[str, ...]:
    """Words of the name that were passed over: they tell two curves apart that would read the same."""
    return tuple(word.text for word in words.name if word.text in _PASSED_OVER)
