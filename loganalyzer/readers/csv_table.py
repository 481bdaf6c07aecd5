"""Text to rows: separator, header, repeated headers, quotes, ragged rows and the half-written last line."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from loganalyzer.readers.csv_cells import is_number, number
from loganalyzer.readers.csv_names import is_likely_training, is_step_counter, is_surely_training

Line = tuple[int, str]
Row = tuple[int, list[str]]

_BREAK = re.compile(r"\r*\n|\r")
_NO_NAME = re.compile(r"[:=]\s|^\s*[{\[]")
_SEPARATORS = (",", ";", "\t", "|")
_TITLE_LINES = 20
_QUOTED_LINES = 100
_WIDTH_ROWS = 1000


@dataclass(slots=True)
class Section:
    """A header (names may be blank) and the rows below it, each of the header's width, with their lines."""

    line: int
    names: tuple[str, ...]
    rows: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class Table:
    """A text cut into sections, a new one at each repeated header; `lines` count from 1.

    `ragged` are (line, cells) of rows that fit no header, `unnamed` the cells that lie beyond the header in
    every row, `cut` the line on which the text ends in mid-row, or 0.
    """

    separator: str
    sections: list[Section]
    ragged: list[tuple[int, int]] = field(default_factory=list)
    unnamed: int = 0
    cut: int = 0


def decode(data: bytes) -> str:
    """The text of UTF-8 or (by its mark) UTF-16 bytes; all else is read as Latin-1, which never fails."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1").removeprefix("ï»¿")


def parse(text: str) -> Table | None:
    """The table in a text, or None if no line of it is the header of a training history."""
    ended = text.endswith(("\n", "\r"))
    lines = [(at, line) for at, line in enumerate(_split(text), 1) if line.strip("\0 \t")]
    found = _find_header(lines)
    if found is None:
        return None
    first, separator = found
    rows = _rows(lines[first:], separator)
    line, header = next(rows)
    table = Table(separator, [Section(line, _names(header))])
    last = line
    for last, cells in rows:
        _place(table, last, cells)
    for section in table.sections:
        _fit(table, section)
    if not ended:
        _judge_end(table, last)
    return table


def _split(text: str) -> list[str]:
    return text.split("\n") if "\r" not in text else _BREAK.split(text)


def _find_header(lines: Sequence[Line]) -> tuple[int, str] | None:
    for index, (_, line) in enumerate(lines[:_TITLE_LINES]):
        for separator in sorted(_SEPARATORS, key=line.count, reverse=True):
            cells = _cells(line, separator)
            if not _names_training(cells):
                continue
            if index + 1 == len(lines):
                return (index, separator) if not index else None
            if _continues(cells, _cells(lines[index + 1][1], separator), separator):
                return index, separator
    return None


def _continues(header: list[str], below: list[str], separator: str) -> bool:
    """A header stands above numbers, not above another header: that would make it a title."""
    return below == header or any(is_number(cell, separator) for cell in below)


def _names_training(cells: Sequence[str]) -> bool:
    named = [cell for cell in cells if cell.strip()]
    if not named or sum(map(is_number, named)) * 2 > len(named) or any(map(_NO_NAME.search, named)):
        return False
    counted = any(map(is_step_counter, named))
    return any(is_surely_training(name) or (counted and is_likely_training(name)) for name in named)


def _cells(line: str, separator: str) -> list[str]:
    if '"' not in line:
        return line.split(separator)
    try:
        return next(csv.reader([line], delimiter=separator, skipinitialspace=True), [])
    except csv.Error:
        return line.split(separator)


def _rows(lines: Sequence[Line], separator: str) -> Iterator[Row]:
    at = 0
    while at < len(lines):
        line, text = lines[at]
        taken = 1
        if text.count('"') % 2:
            taken, text = _close_quote(lines, at)
        at += taken
        if not text.startswith("#") or line == lines[0][0]:
            yield line, _cells(text, separator)


def _close_quote(lines: Sequence[Line], at: int) -> tuple[int, str]:
    """Lines taken and their text, up to the one that closes the quote; the first alone if none does."""
    text = lines[at][1]
    for taken, (_, more) in enumerate(lines[at + 1 : at + _QUOTED_LINES], 2):
        text += "\n" + more
        if more.count('"') % 2:
            return taken, text
    return 1, lines[at][1].replace('"', "")


def _names(header: Sequence[str]) -> tuple[str, ...]:
    """Names without padding; blank ones at the end go, and a repeated one gets its number."""
    names = [name.strip() for name in header]
    while len(names) > 1 and not names[-1]:
        names.pop()
    names[1:] = [name or f"column {index}" for index, name in enumerate(names[1:], 2)]
    seen: Counter[str] = Counter()
    for index, name in enumerate(names):
        seen[name] += 1
        names[index] = name if seen[name] == 1 else f"{name}#{seen[name]}"
    return tuple(names)


def _place(table: Table, line: int, cells: list[str]) -> None:
    section = table.sections[-1]
    if _is_header(cells, section.names):
        _drop_titles(section.rows, table.separator)
        table.sections.append(Section(line, _names(cells)))
    else:
        section.rows.append((line, cells))


def _drop_titles(rows: list[Row], separator: str) -> None:
    """Lines above a repeated header that hold no number and no list belong to it, as a title does."""
    while rows and not any(is_number(cell, separator) or "[" in cell for cell in rows[-1][1]):
        rows.pop()


def _is_header(cells: Sequence[str], names: Sequence[str]) -> bool:
    """Whether a row below a header is a header again: no cell of it is a number or missing."""
    named = [cell.strip() for cell in cells if cell.strip()]
    if not named or named[0] not in names:
        return False
    return _names(cells) == tuple(names) or (_names_training(named) and not any(map(_is_value, named)))


def _is_value(cell: str) -> bool:
    try:
        number(cell)
    except ValueError:
        return False
    return True


def _fit(table: Table, section: Section) -> None:
    """Cut or fill rows to the header's width; those that have neither it nor the common one are ragged."""
    width = len(section.names)
    for _, cells in section.rows:
        while len(cells) > width and not cells[-1].strip():
            cells.pop()
    common = _common_width(section.rows, width)
    kept: list[Row] = []
    for line, cells in section.rows:
        if len(cells) == width:
            kept.append((line, cells))
        elif len(cells) == common:
            table.unnamed += max(0, common - width)
            kept.append((line, cells[:width] + [""] * (width - common)))
        else:
            table.ragged.append((line, len(cells)))
    section.rows = kept


def _common_width(rows: Sequence[Row], width: int) -> int:
    """The width most rows have; the header's, unless three rows or more and two of three agree on another."""
    if len(rows) < 3:
        return width
    sample = rows[:_WIDTH_ROWS]
    common, count = Counter(len(cells) for _, cells in sample).most_common(1)[0]
    return common if count * 3 >= 2 * len(sample) else width


def _judge_end(table: Table, last: int) -> None:
    """A last line without an end is kept if it is whole, and is the live tail of the log if not."""
    if table.ragged and table.ragged[-1][0] == last:
        table.ragged.pop()
        table.cut = last
        return
    rows = table.sections[-1].rows
    if rows and rows[-1][0] == last and _is_cut(rows[-1][1], table.separator):
        rows.pop()
        table.cut = last


def _is_cut(cells: Sequence[str], separator: str) -> bool:
    """Whether the last cell breaks off inside a number: `0.`, `1e-`, `-`, `na`."""
    end = cells[-1].strip()
    if end.endswith((".", "-", "+", "e", "E")):
        return True
    try:
        number(end, separator)
    except ValueError:
        return True
    return False
