"""Bytes of a log to the states of its lines, one by one: what a terminal would have shown."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

from loganalyzer.readers.csv_rows import utf16_of

MAX_CHARS = 16 * 1024 * 1024
_CHUNK = 1024 * 1024
_REPLACED = "\ufffd"
_REPLACED_BYTES = _REPLACED.encode()
_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*+[ -/]*+[@-~]|\][^\x07\x1b]*+(?:\x07|\x1b\\)?|.)")
_REPAINT = re.compile(r"[\r\b]++")


class State(NamedTuple):
    """What a line showed until it was painted over or, if `is_last`, ended; lines count from 1."""

    line: int
    text: str
    is_last: bool


@dataclass(slots=True)
class Flaws:
    """What was wrong with the bytes, each with the line of the first; `cut` is an unended last line, or 0."""

    nul: int = 0
    nul_line: int = 0
    undecoded: int = 0
    undecoded_line: int = 0
    long: int = 0
    long_line: int = 0
    cut: int = 0


def states_of(file: BinaryIO, flaws: Flaws) -> Iterator[State]:
    """The states of all lines of a file that are not blank; of an unended last line only those painted over.

    The text is UTF-8, or UTF-16; bytes that are neither become replacement characters.
    """
    data = file.read(_CHUNK)
    wide = utf16_of(data)
    decoder = codecs.getincrementaldecoder(wide or "utf-8-sig")("replace")
    line, rest, is_too_long = 1, "", False
    while data:
        text = decoder.decode(data)
        _judge(text, b"" if wide else data, line, flaws)
        texts = (rest + text.replace("\0", "")).replace("\r\n", "\n").split("\n")
        rest = texts.pop()
        for text in texts:
            if not is_too_long:
                yield from _states(line, text)
            is_too_long = False
            line += 1
        *painted, rest = _REPAINT.split(rest) if _is_painted(rest[:-1]) else (rest,)
        for text in painted:
            if text and not text.isspace() and not is_too_long:
                yield State(line, text, is_last=False)
            is_too_long = False
        if len(rest) > MAX_CHARS or is_too_long:
            flaws.long += 0 if is_too_long else 1
            flaws.long_line = flaws.long_line or line
            is_too_long, rest = True, ""
        data = file.read(_CHUNK)
    flaws.cut = line if rest.strip() else 0


def shown(text: str) -> str:
    """A state without the escape sequences that colour it or move the cursor."""
    return _ESCAPE.sub("", text) if "\x1b" in text else text


def _states(line: int, text: str) -> Iterator[State]:
    if not _is_painted(text):
        if text and not text.isspace():
            yield State(line, text, is_last=True)
        return
    texts = [one for one in _REPAINT.split(text) if one and not one.isspace()]
    for at, one in enumerate(texts, 1):
        yield State(line, one, is_last=at == len(texts))


def _is_painted(text: str) -> bool:
    return "\r" in text or "\b" in text


def _judge(text: str, data: bytes, line: int, flaws: Flaws) -> None:
    zeros = text.count("\0")
    if zeros:
        flaws.nul_line = flaws.nul_line or line + text[: text.index("\0")].count("\n")
        flaws.nul += zeros
    if _REPLACED in text:
        replaced = text.count(_REPLACED) - data.count(_REPLACED_BYTES)
        if replaced > 0:
            flaws.undecoded_line = flaws.undecoded_line or line + text[: text.index(_REPLACED)].count("\n")
            flaws.undecoded += replaced
