"""The text of a file piece by piece, so that no file is ever held whole."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

from loganalyzer.readers.csv_rows import decode, utf16_of

MAX_BYTES = 512 * 1024 * 1024
# A longer record (a line, an entry of a list) is not decoded: its objects would fill the memory.
MAX_RECORD = 4 * 1024 * 1024
_PIECE = 1024 * 1024
_NOT_UTF8 = re.compile("[\udc80-\udcff]")


def text_of(head: bytes) -> str:
    """The first bytes of a file as text, without NUL, from the first character that is no blank on."""
    return decode(head if utf16_of(head) else head.replace(b"\0", b"")).lstrip()


@dataclass(slots=True)
class Pieces:
    """Decodes a binary file as UTF-8, or as UTF-16 where it begins so, and counts what is no text.

    `bad` bytes are replaced and `nul` bytes left out; `bad_line` and `nul_line` are the lines (from 1) of the
    first ones. `is_cut` tells that more than `MAX_BYTES` are there; `size` are the bytes read.
    """

    file: BinaryIO
    size: int = 0
    bad: int = 0
    bad_line: int = 0
    nul: int = 0
    nul_line: int = 0
    is_cut: bool = False
    _line: int = 1

    def __iter__(self) -> Iterator[str]:
        """Pieces of text without NUL, none of them empty, each of about a million characters at most."""
        data = self.file.read(_PIECE)
        wide = utf16_of(data)
        make = codecs.getincrementaldecoder(wide or "utf-8-sig")
        decoder = make("replace" if wide else "surrogateescape")
        while data:
            self.size += len(data)
            yield from self._clean(decoder.decode(data))
            if self.size >= MAX_BYTES:
                self.is_cut = bool(self.file.read(1))
                return
            data = self.file.read(_PIECE)
        yield from self._clean(decoder.decode(b"", final=True))

    def _clean(self, text: str) -> Iterator[str]:
        bad = None if text.isascii() else _NOT_UTF8.search(text)
        if bad is not None:
            self.bad_line = self.bad_line or self._line + text.count("\n", 0, bad.start())
            text, n = _NOT_UTF8.subn("\ufffd", text)
            self.bad += n
        if "\0" in text:
            self.nul_line = self.nul_line or self._line + text.count("\n", 0, text.index("\0"))
            self.nul += text.count("\0")
            text = text.replace("\0", "")
        self._line += text.count("\n")
        if text:
            yield text


class Line(NamedTuple):
    """One line without its break: its number from 1, its length, whether a break ends it.

    The text of a line over `MAX_RECORD` characters is not kept.
    """

    number: int
    text: str
    length: int
    is_ended: bool


def lines_of(pieces: Iterable[str]) -> Iterator[Line]:
    """All lines of a text that comes in pieces."""
    number, length = 1, 0
    parts: list[str] = []
    for piece in pieces:
        *ended, rest = piece.split("\n")
        for text in ended:
            parts.append(text)
            length += len(text)
            yield _line(number, parts, length, is_ended=True)
            number, length, parts = number + 1, 0, []
        length += len(rest)
        parts = [*parts, rest] if length <= MAX_RECORD else []
    if length:
        yield _line(number, parts, length, is_ended=False)


def _line(number: int, parts: list[str], length: int, *, is_ended: bool) -> Line:
    return Line(number, "".join(parts) if length <= MAX_RECORD else "", length, is_ended)
