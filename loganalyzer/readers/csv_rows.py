"""Text to rows of cells: encodings, line breaks, quotes."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator, Sequence

from loganalyzer.readers.csv_cells import number

Row = tuple[int, list[str]]

_BREAK = re.compile(r"\r*\n|\r")
_QUOTED_LINES = 100
_RULE = frozenset("|-: \t")
# How far and how surely UTF-16 is told without its mark.
_LOOKED_AT = 256
_LEAST = 8


def utf16_of(data: bytes) -> str:
    """The codec of bytes that begin as UTF-16 does, else "".

    Its mark says so, or a zero in every second of the first bytes and in no other: it is of plain signs.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    first, second = data[0:_LOOKED_AT:2], data[1:_LOOKED_AT:2]
    if len(second) < _LEAST or (second[0] and first[0]):
        return ""
    if all(first) and not any(second):
        return "utf-16-le"
    return "utf-16-be" if all(second) and not any(first) else ""


def decode(data: bytes) -> str:
    """The text of UTF-8 or UTF-16 bytes; all else is read as Latin-1, which never fails."""
    if codec := utf16_of(data):
        return data.decode(codec, "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.removeprefix(codecs.BOM_UTF8).decode("latin-1")


def lines_of(text: str) -> list[str]:
    """The lines of a text; the doubled breaks that a text mode makes of line ends are one."""
    return text.split("\n") if "\r" not in text else _BREAK.split(text)


def is_blank(line: str) -> bool:
    """Whether nothing stands in a line."""
    return not line or line.isspace()


def cells_of(line: str, separator: str) -> list[str]:
    """The cells of one line, without the quotes around them."""
    if '"' not in line:
        return line.split(separator)
    try:
        return next(csv.reader([line], delimiter=separator, skipinitialspace=True), [])
    except csv.Error:
        return line.split(separator)


def rows_of(lines: Sequence[str], first: int, separator: str) -> Iterator[Row]:
    """The rows from index `first` on, with their lines from 1, without blanks, comments and rules."""
    at, width = first, 0
    while at < len(lines):
        line, text, taken = at + 1, lines[at], 1
        if '"' in text and text.count('"') % 2:
            taken, text = _close_quote(lines, at, separator, width)
        at += taken
        if not is_blank(text) and (
            line == first + 1 or not (text.startswith("#") or is_rule(text, separator))
        ):
            cells = cells_of(text, separator)
            width = width or len(cells)
            yield line, cells


def is_rule(line: str, separator: str) -> bool:
    """Whether a line is the one of dashes between the names and the rows of a table in Markdown."""
    return (
        separator == "|"
        and _RULE.issuperset(line)
        and all("--" in cell for cell in line.strip(" |").split("|"))
    )


def _close_quote(lines: Sequence[str], at: int, separator: str, width: int) -> tuple[int, str]:
    """Lines taken and their text, up to the one that closes the quote; the first alone if none does.

    A line that is a whole row of numbers by itself belongs to no quote: the one before it was left open.
    """
    parts = [lines[at]]
    for more in lines[at + 1 : at + _QUOTED_LINES]:
        if _is_row(more, separator, width):
            break
        parts.append(more)
        if more.count('"') % 2:
            return len(parts), "\n".join(parts)
    return 1, parts[0].replace('"', "")


def _is_row(line: str, separator: str, width: int) -> bool:
    cells = line.replace('"', "").split(separator)
    if not 1 < width == len(cells):
        return False
    try:
        found = {number(cell, separator) for cell in cells}
    except ValueError:
        return False
    return found != {None}
