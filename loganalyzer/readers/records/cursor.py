"""A place in a JSON text that comes in pieces: values are found by their brackets before any is decoded.

It takes more than JSON: quotes of either kind, bare words (`nan`, `None`), commas too many or at the end.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from loganalyzer.readers.records.pieces import MAX_RECORD

_BLANK = re.compile(r"\s*")
_BARE = re.compile(r"[^\s,:\[\]{}\"']+")
_WORDS = re.compile(r"(?:[^\s,:\[\]{}\"']++\s*+,\s*+)++")
_MARK = re.compile(r"[\"'\[\]{}]")
_STRING = {
    '"': re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL),
    "'": re.compile(r"'[^'\\]*(?:\\.[^'\\]*)*'", re.DOTALL),
}
_CLOSING = {"[": "]", "{": "}"}
QUOTES = frozenset(_STRING)


class Cut(Exception):  # noqa: N818 - the text ends: an end is no error
    """The text ends inside a value."""


class Broken(Exception):  # noqa: N818
    """What stands `behind` so many characters cannot be part of a document."""

    def __init__(self, behind: int = 0) -> None:
        """Take how far was looked before it was found."""
        super().__init__()
        self.behind = behind


class OverLimit(Exception):  # noqa: N818
    """There is more here than any history needs; the text says of what."""


_TOO_LONG = OverLimit(f"values of at most {MAX_RECORD} characters, found a longer one")


class Cursor:
    """Goes through a text; `line` is where it stands, counted from 1.

    `looked` counts the characters among which the ends of values were looked for.
    """

    def __init__(self, pieces: Iterable[str], line: int = 1) -> None:
        """Stand before the first piece."""
        self._pieces = iter(pieces)
        self._text, self._at = "", 0
        self._line, self._counted = line, 0
        self.looked = 0

    @property
    def line(self) -> int:
        """The line of the character here."""
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def _more(self) -> bool:
        """Take one more piece in and let go of what lies behind; False at the end of the text."""
        piece = next(self._pieces, "")
        if piece:
            self._line = self.line
            self._text, self._at, self._counted = self._text[self._at :] + piece, 0, 0
        return bool(piece)

    def peek(self) -> str:
        """Step over blanks; the character that follows, or "" at the end of the text."""
        while True:
            blank = _BLANK.match(self._text, self._at)
            self._at = blank.end() if blank else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def expect(self, mark: str) -> None:
        """Step over blanks and this character.

        Raises:
            Cut: the text ends here.
            Broken: something else stands here.
        """
        found = self.peek()
        if found != mark:
            raise Broken if found else Cut
        self._at += 1

    def value(self) -> str:
        """The text of the value here, which is stepped over: a word, a string, or all between brackets.

        Raises:
            Cut: the text ends before the value does.
            Broken: no value starts here, or its brackets do not match.
            OverLimit: it is over `MAX_RECORD` characters long.
        """
        if not self.peek():
            raise Cut
        while (end := self._end()) is None:
            if len(self._text) - self._at > MAX_RECORD:
                raise _TOO_LONG
            if not self._more():
                raise Cut
        if end - self._at > MAX_RECORD:
            raise _TOO_LONG
        start, self._at = self._at, end
        return self._text[start:end]

    def _end(self) -> int | None:
        """Where the value here ends, or None if the text held so far ends first."""
        try:
            end = _end_of(self._text, self._at)
        except Broken as broken:
            self.looked += broken.behind
            raise
        self.looked += (len(self._text) if end is None else end) - self._at
        return end

    def back(self, size: int) -> None:
        """Stand again before a value of so many characters that has just been stepped over."""
        self._at -= size

    def words(self) -> list[str]:
        """All words from here on, in this piece of the text, that a comma follows; they are stepped over."""
        run = _WORDS.match(self._text, self._at)
        if run is None:
            return []
        self._at = run.end()
        return run[0].rpartition(",")[0].split(",")

    def next_object(self) -> bool:
        """After a value that could not be had: go to the next `{` behind its start, if one is in reach."""
        at = self._text.find("{", self._at + 1)
        self._at = at if at >= 0 else self._at
        return at >= 0

    def elements(self) -> Iterator[str]:
        """Stand before each element of the list here in turn and give its first character.

        The caller steps over the element. Raises what `expect` and `value` do.
        """
        self.expect("[")
        yield from self._inner("]")

    def members(self) -> Iterator[tuple[str, str]]:
        """Stand before each value of the object here in turn; its name, and its first character.

        The caller steps over the value. Raises what `expect` and `value` do.
        """
        self.expect("{")
        for mark in self._inner("}"):
            if mark not in QUOTES:
                raise Broken
            name = unquoted(self.value())
            self.expect(":")
            first = self.peek()
            if not first:
                raise Cut
            yield name, first

    def _inner(self, end: str) -> Iterator[str]:
        while (mark := self.peek()) != end:
            if not mark:
                raise Cut
            if mark == ",":
                self._at += 1
            else:
                yield mark
        self._at += 1


def _end_of(text: str, at: int) -> int | None:
    """Where the value that starts at `at` ends, or None if the text ends first."""
    if text[at] in QUOTES:
        return _end_of_string(text, at)
    if text[at] in "[{":
        return _end_of_brackets(text, at)
    bare = _BARE.match(text, at)
    if bare is None:
        raise Broken
    # At the end of the text a number may be half of one.
    return bare.end() if bare.end() < len(text) else None


def _end_of_string(text: str, at: int) -> int | None:
    string = _STRING[text[at]].match(text, at)
    return None if string is None else string.end()


def _end_of_brackets(text: str, at: int) -> int | None:
    closing: list[str] = []
    end: int | None = at
    while end is not None:
        mark = _MARK.search(text, end)
        if mark is None:
            return None
        if mark[0] in QUOTES:
            end = _end_of_string(text, mark.start())
            continue
        end = mark.end()
        if mark[0] in _CLOSING:
            closing.append(_CLOSING[mark[0]])
        elif closing.pop() != mark[0]:
            raise Broken(end - at)
        elif not closing:
            return end
    return None


def unquoted(string: str) -> str:
    """The text between the quotes of a string."""
    if string[0] == '"':
        try:
            return str(json.loads(string, strict=False))
        except ValueError:
            pass
    return string[1:-1]
