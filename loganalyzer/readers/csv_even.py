"""Tables without anything odd, as loggers write them: proven so in two passes, then parsed in one call.

Such a table has a plain header over rows of plain numbers, commas between cells, one kind of line end, and a
counter that grows with each row. Nothing of it asks for judgement. What is not proven to be such a table is
left to the careful reader, which says the very same of one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import msgspec
import numpy as np

from loganalyzer.model.run import Axis, Floats, Ints
from loganalyzer.readers.csv_cells import LARGEST_EXACT
from loganalyzer.readers.csv_clock import counters_of
from loganalyzer.readers.csv_columns import has_curves
from loganalyzer.readers.csv_grid import grid_of
from loganalyzer.readers.csv_names import CLOCK_NAMES, framework_of, plain
from loganalyzer.readers.csv_table import parse
from loganalyzer.readers.reading import Column

MAX_BYTES = 4 * 1024 * 1024
"""Larger tables are left to the careful reader: all numbers of one are in memory at once."""

_NAME = r"[A-Za-z_](?:[\w./() -]*[\w./()-])?"
_HEADER = re.compile(rf"{_NAME}(?:,{_NAME})+", re.ASCII)
_IN_NUMBERS = b"0123456789.+-eE"
_AS_LIST = bytes.maketrans(b"\r\n", b" ,")
# A JSON parser takes no number that `float` does not, rounds the same way, and needs a third of the time.
_NUMBERS = msgspec.json.Decoder(list[float])


@dataclass(frozen=True, slots=True)
class Header:
    """What a header says: names, which of them counts the rows and what, and whose logger writes it."""

    names: tuple[str, ...]
    counter: int
    axis: Axis
    framework: str


@dataclass(frozen=True, slots=True, eq=False)
class EvenTable:
    """All curves of a table of `n_rows` rows, and the framework whose logger writes such a header."""

    columns: tuple[Column, ...]
    n_rows: int
    framework: str


def begins_even(data: bytes) -> bool:
    """Whether there is a plain header with a counter, and a whole row of numbers below it.

    Then it is a history, whatever follows.
    """
    first, _, rest = data.partition(b"\n")
    row, end, _ = rest.partition(b"\n")
    header = header_of(first)
    return header is not None and _values(row + end, first, len(header.names)) is not None


def even_table(data: bytes, *, columns: int, line: int) -> EvenTable | None:
    """The table in `data`, or None if it has anything odd, or more columns or a longer line than that."""
    if len(data) > MAX_BYTES:
        return None
    first, _, body = data.partition(b"\n")
    header = header_of(first)
    if header is None or len(header.names) > columns or not _is_in_short_lines(body, line):
        return None
    values = _values(body, first, len(header.names))
    step = None if values is None else _steps(values[header.counter])
    if values is None or step is None or (_has_zeros(values, step) and _has_lost_sign(body)):
        return None
    curves = tuple(
        Column(name, step, values[at], None, header.axis)
        for at, name in enumerate(header.names)
        if at != header.counter
    )
    return EvenTable(curves, int(step.size), header.framework)


@lru_cache(maxsize=1024)
def header_of(line: bytes) -> Header | None:
    """The header in a line, if it is that of a history with a counter and plain, different names."""
    text = line.removesuffix(b"\r").decode("latin-1")
    if not _HEADER.fullmatch(text):
        return None
    names = tuple(text.split(","))
    counters = counters_of(names)
    if not counters or not CLOCK_NAMES.isdisjoint(map(plain, names)):
        return None
    table = parse(f"{text}\n{','.join('0' * len(names))}\n")
    if table is None or table.sections[0].names != names or not has_curves(grid_of(table)):
        return None
    return Header(names, *counters[0], framework_of(names))


def _is_in_short_lines(body: bytes, most: int) -> bool:
    """Whether no line is longer than `most` bytes."""
    at, last = 0, len(body) - most
    while at < last:
        at = body.rfind(b"\n", at, at + most + 1) + 1
        if not at:
            return False
    return True


def _values(body: bytes, header: bytes, width: int) -> Floats | None:
    """The numbers (width, n) of whole lines that all end as the header does, or None if there is more."""
    row = b"," * (width - 1) + (b"\r\n" if header.endswith(b"\r") else b"\n")
    between = body.translate(None, _IN_NUMBERS)
    if not body.endswith(b"\n") or between != row * (len(between) // len(row)):
        return None
    try:
        flat = np.array(_NUMBERS.decode(b"[%b]" % body[:-1].translate(_AS_LIST)))
    except msgspec.DecodeError:
        return None
    return np.ascontiguousarray(flat.reshape(-1, width).T)


def _has_zeros(values: Floats, counter: Ints) -> bool:
    """Whether a number beside the counter is 0."""
    n_others = values.size - counter.size
    return int(np.count_nonzero(values)) - int(np.count_nonzero(counter)) < n_others


def _has_lost_sign(body: bytes) -> bool:
    """Whether there is a -0: to JSON it is a whole number, and of these 0 has no sign."""
    return any(text in body for text in (b"-0,", b"-0\r", b"-0\n"))


def _steps(counter: Floats) -> Ints | None:
    """The counter as steps (n,), or None unless they are exact whole numbers that strictly increase."""
    grows = bool((counter[1:] > counter[:-1]).all())
    if not grows or not -LARGEST_EXACT < counter[0] <= counter[-1] < LARGEST_EXACT:
        return None
    step = counter.astype(np.int64)
    return step if bool((step == counter).all()) else None
