"""Rows to sections of numbers: header, repeated headers, ragged rows and the half-written last line."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import count, islice

import numpy as np

from loganalyzer.readers.csv_cells import durations, exact, is_number, numbers
from loganalyzer.readers.csv_commas import has_comma, settle_commas
from loganalyzer.readers.csv_names import SPLIT_WORDS, is_likely_training, is_step_counter, is_surely_training
from loganalyzer.readers.csv_rows import Row, cells_of, is_blank, lines_of, rows_of
from loganalyzer.readers.csv_sections import Block, Section, Table, common_width, is_value, judge_end, trim
from loganalyzer.readers.limits import Deadline, current

_NO_NAME = re.compile(r"[:=]\s|^\s*[{\[]")
_DIGITS = re.compile(r"[+-]?\d+(?:[eE][+-]?\d+)?|[+-]?(?:nan|inf)|", re.IGNORECASE)
_SEPARATORS = (",", ";", "\t", "|")
_TITLE_LINES = 20
_LINES_BELOW = 5
# Rows are turned into numbers this many at a time: as text they take ten times the room.
_BLOCK_ROWS = 4096
_SHOWN = 3


def parse(text: str, deadline: Deadline | None = None) -> Table | None:
    """The table in a text, or None if no line of it is the header of a training history.

    Of a header wider than the limits allow the first columns count; after the deadline no more rows do.
    """
    lines = lines_of(text)
    found = _find_header(lines)
    if found is None:
        return None
    first, separator = found
    rows = rows_of(lines, first, separator)
    line, header = next(rows)
    table = Table(separator, [_section(line, header)])
    limits = current()
    short = min(limits.line_bytes, limits.cell_bytes, limits.digits)
    for at, last in enumerate(rows):
        length = len(lines[last[0] - 1])
        if length <= short or _is_short_enough(table, last, length):
            _place(table, last)
        if deadline is not None and at % _BLOCK_ROWS == 0 and deadline.has_passed():
            table.stopped = last[0]
            break
    if not table.stopped and not text.endswith(("\n", "\r")):
        judge_end(table)
    for section in table.sections:
        _flush(table, section)
    settle_commas(table)
    return table


def _is_short_enough(table: Table, row: Row, length: int) -> bool:
    """Whether a line is to be read; of its cells those too long for what they are lose what they hold."""
    limits = current()
    line, cells = row
    if length > limits.line_bytes:
        table.long.append((line, "", length))
        return False
    names = table.sections[-1].names
    for at, cell in enumerate(cells):
        if len(cell) > limits.cell_bytes:
            table.long.append((line, names[at] if at < len(names) else f"column {at + 1}", len(cell)))
            cells[at] = ""
        elif len(cell) > limits.digits and is_number(cell, table.separator):
            cells[at] = f"{cell.strip()[:16]}... ({len(cell)} characters)"
    return True


def _find_header(lines: Sequence[str]) -> tuple[int, str] | None:
    """Index of the header's line and the separator."""
    filled = islice((at for at, line in enumerate(lines) if not is_blank(line)), _TITLE_LINES + _LINES_BELOW)
    places = list(filled)
    for rank, at in enumerate(places[:_TITLE_LINES]):
        for separator in sorted(_SEPARATORS, key=lines[at].count, reverse=True):
            cells = cells_of(lines[at], separator)
            if not _names_training(cells):
                continue
            below = [
                cells_of(lines[place], separator) for place in places[rank + 1 : rank + 1 + _LINES_BELOW]
            ]
            if _continues(cells, below, separator) if below else not rank:
                return at, separator
    return None


def _continues(header: list[str], below: Sequence[list[str]], separator: str) -> bool:
    """A header stands above numbers, not above another header: that would make it a title."""
    if below[0] == header:
        return True
    has_numbers = any(is_number(cell, separator) for cells in below for cell in cells)
    return has_numbers and not _names_training(below[0])


def _names_training(cells: Sequence[str]) -> bool:
    named = [cell for cell in cells if cell.strip()]
    if not named or any(map(_NO_NAME.search, named)) or sum(map(is_number, named)) * 2 > len(named):
        return False
    counted = any(map(is_step_counter, named))
    return any(is_surely_training(name) or (counted and is_likely_training(name)) for name in named)


def unique_names(header: Sequence[str]) -> tuple[str, ...]:
    """Names without padding; blank ones at the end go, others and repeated ones get a number."""
    names = [name.strip() for name in header]
    while len(names) > 1 and not names[-1]:
        names.pop()
    names[1:] = [name or f"column {index}" for index, name in enumerate(names[1:], 2)]
    seen: set[str] = set()
    numbers_of: defaultdict[str, Iterator[int]] = defaultdict(lambda: count(2))
    for index, name in enumerate(names):
        unique = name
        while unique in seen:
            unique = f"{name}#{next(numbers_of[name])}"
        names[index] = unique
        seen.add(unique)
    return tuple(names)


def _place(table: Table, row: Row) -> None:
    section = table.sections[-1]
    line, cells = row
    if _is_header(cells, section):
        _drop_titles(section.rows, table.separator)
        if section.rows or section.blocks:
            _end(table)
            table.sections.append(_section(line, cells))
        elif cells != section.header:
            table.sections[-1] = _section(line, cells)
        return
    if len(section.rows) >= _BLOCK_ROWS:
        _flush(table, section)
    section.rows.append(row)


def _end(table: Table) -> None:
    """End the last section; where a header comes again for every row, all that fit it are one section."""
    last = table.sections[-1]
    last.is_even = not last.blocks and all(len(cells) == last.width for _, cells in last.rows)
    before = table.sections[-2] if len(table.sections) > 1 else last
    if before is not last and before.is_even and last.is_even and before.header == last.header:
        table.sections.pop()
        before.rows += last.rows
        if len(before.rows) >= _BLOCK_ROWS:
            _flush(table, before)


def _section(line: int, header: list[str]) -> Section:
    names = unique_names(header)
    return Section(line, header, names[: current().columns], len(names))


def _is_header(cells: list[str], section: Section) -> bool:
    """Whether a row below a header is a header again: no cell of it is a number or missing."""
    if cells == section.header:
        return True
    named = [cell.strip() for cell in cells if cell.strip()]
    if not named or named[0] not in section.names:
        return False
    names = unique_names(cells)[: len(section.names)]
    return names == section.names or (_names_training(named) and not any(map(is_value, named)))


def _drop_titles(rows: list[Row], separator: str) -> None:
    """Lines above a repeated header that hold no number and no list belong to it, as a title does."""
    while rows and not any(is_number(cell, separator) or "[" in cell for cell in rows[-1][1]):
        rows.pop()


def _flush(table: Table, section: Section) -> None:
    """Turn the rows that fit into a block for each name; a row of another width is ragged."""
    width = len(section.names)
    for _, cells in section.rows:
        trim(section, cells)
    section.common = section.common or common_width(section)
    if section.common > section.width and table.separator == "," and _is_torn(section):
        section.common, table.torn = section.width, section.line
    kept: list[list[str]] = []
    start = len(section.lines)
    for line, cells in section.rows:
        if len(cells) not in {section.width, section.common}:
            table.ragged.append((line, len(cells)))
            continue
        table.unnamed += max(0, len(cells) - section.width)
        kept.append(cells[:width] + [""] * (width - len(cells)))
        section.lines.append(line)
    section.rows = []
    if kept:
        lines = section.lines[start:]
        section.blocks.append([_block(texts, lines, table.separator) for texts in zip(*kept, strict=True)])


def _is_torn(section: Section) -> bool:
    """Whether the wider rows hold digits only: then commas part decimals as well as cells."""
    wide = [cells for _, cells in section.rows if len(cells) == section.common]
    return all(_DIGITS.fullmatch(cell.strip()) for cells in wide for cell in cells)


def _block(texts: Sequence[str], lines: Sequence[int], separator: str) -> Block:
    commas: tuple[tuple[int, int, str], ...] = ()
    if "," in "".join(texts):
        texts = [text.strip() for text in texts]
        commas = tuple((i, lines[i], text) for i, text in enumerate(texts) if has_comma(text))
        texts = ["" if has_comma(text) else text for text in texts]
    value, there, bad = numbers(texts, separator)
    words = None
    if bad.size == len(texts):
        lowered = tuple(text.strip().lower() for text in texts)
        words = lowered if SPLIT_WORDS.issuperset(lowered) else None
        seconds = durations(texts)  # fastai writes how long an epoch took as mm:ss
        if seconds is not None:
            return Block(seconds, np.ones(len(texts), bool), 0, (), None)
    samples = tuple((lines[at], texts[at]) for at in bad[:_SHOWN].tolist())
    has_point = bool(commas) and "." in "".join(texts)
    return Block(value, there, int(bad.size), samples, words, exact(texts, value, there), commas, has_point)
