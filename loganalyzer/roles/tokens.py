"""A tag taken apart into words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from loganalyzer.roles.compounds import COMPOUNDS
from loganalyzer.roles.vocabulary import EDGE_SPLITS, KNOWN, NUMBERED, QUANTITY_WORDS, SPLITS

_FILE = re.compile(r"\.(?:csv|tsv|jsonl?|ndjson|txt|log|out|ya?ml)$|tfevents", re.IGNORECASE)
_PER_SECOND = re.compile(r"/(?:s|sec|second)$", re.IGNORECASE)
_OUTLINE = re.compile(r"^\s*\d+\.\s+")
_AT_NUMBER = re.compile(r"(?<=[^\W_])@(?=\d)")
_CHUNK = re.compile(r"[^\W_]+(?:(?<=\d)\.\d[^\W_]*)*")
_NUMBERED = re.compile(r"(\D+)(\d[\d.]*)")
_CAMEL = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d[\d.]*|[^A-Za-z\d]+")
_LONGEST = max(len(phrase) for phrase in COMPOUNDS)


class Word(NamedTuple):
    """One word: `text` as the vocabulary spells it, `seen` as the tag does (lower case)."""

    text: str
    seen: str


@dataclass(frozen=True, slots=True)
class TagWords:
    """A tag taken apart: its folders, outermost first, and its name."""

    folders: tuple[tuple[Word, ...], ...]
    name: tuple[Word, ...]

    @property
    def segments(self) -> tuple[tuple[Word, ...], ...]:
        """Name first, then folders from the innermost out."""
        return (self.name, *reversed(self.folders))


def split_tag(tag: str) -> TagWords:
    """Take a tag apart at slashes, then at everything but letters and digits, then at capitals.

    `history.csv:loss` loses the file in front of the colon; `it/s` reads "it per s".
    """
    file, _, rest = tag.partition(":")
    if not rest or not _FILE.search(file):
        rest = tag
    rest = _PER_SECOND.sub(" per second", rest)
    segments = [_segment(part) for part in re.split(r"[/\\]", rest)]
    filled = [_before_versus(words) for words in segments if words]
    return TagWords(tuple(filled[:-1]), filled[-1] if filled else ())


def _before_versus(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """`loss vs samples` is the loss: what it is drawn over does not matter."""
    at = next((at for at, word in enumerate(words) if word.text == "vs" and at), len(words))
    return words[:at]


def _segment(text: str) -> tuple[Word, ...]:
    """The words of one folder or name, compounds joined."""
    text = _AT_NUMBER.sub("", _OUTLINE.sub("", text)).replace("IoU", "Iou")
    pieces = [piece for chunk in _CHUNK.findall(text) for piece in _pieces(chunk)]
    return _join(pieces)


def _pieces(chunk: str) -> list[str]:
    """`chunk` as it stands if it is a known word, else cut at a number, a glued split or a capital."""
    whole = _known_pieces(chunk.lower())
    if whole:
        return whole
    camel = _CAMEL.findall(chunk)
    if len(camel) == 1:
        return [chunk.lower()]
    if any(piece.lower() in KNOWN or piece.lower() in EDGE_SPLITS for piece in camel if piece.isalpha()):
        return [piece.lower() for piece in camel]
    return [chunk.lower()]


def _known_pieces(low: str) -> list[str]:
    if low in KNOWN:
        return [low]
    numbered = _NUMBERED.fullmatch(low)
    if numbered:
        stem, digits = numbered.groups()
        return [low] if stem in NUMBERED else [stem, digits] if stem in KNOWN else []
    for split in SPLITS:
        if low.startswith(split) and low.removeprefix(split) in QUANTITY_WORDS:
            return [split, low.removeprefix(split)]
        if low.endswith(split) and low.removesuffix(split) in QUANTITY_WORDS:
            return [low.removesuffix(split), split]
    return []


def _join(pieces: list[str]) -> tuple[Word, ...]:
    """Compounds become one word, the longest first."""
    words: list[Word] = []
    at = 0
    while at < len(pieces):
        size = next(
            (
                size
                for size in range(min(_LONGEST, len(pieces) - at), 0, -1)
                if tuple(pieces[at : at + size]) in COMPOUNDS
            ),
            0,
        )
        seen = " ".join(pieces[at : at + max(size, 1)])
        text = COMPOUNDS[tuple(pieces[at : at + size])] if size else pieces[at]
        words.append(Word(text, seen))
        at += max(size, 1)
    return tuple(words)
