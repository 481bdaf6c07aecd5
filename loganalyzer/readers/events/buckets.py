"""Histograms as they are logged: a message of limits and counts with sums, or a table of buckets."""

from __future__ import annotations

from struct import Struct, unpack_from
from typing import NamedTuple

import numpy as np

from loganalyzer.model.run import Floats
from loganalyzer.readers.events.message import Span
from loganalyzer.readers.events.protobuf import BYTES, FIXED64, fields, varint

_MIN, _MAX, _N, _SUM, _SUM_OF_SQUARES, _LIMITS, _COUNTS = range(1, 8)

_SUMS = Struct("<BdBdBdBdBdB")
_KEYS = (*(number << 3 | FIXED64 for number in range(_MIN, _LIMITS)), _LIMITS << 3 | BYTES)
_FLOAT = np.dtype("<f8")
_COUNTS_KEY = _COUNTS << 3 | BYTES


class Buckets(NamedTuple):
    """One histogram of k buckets: where they end, and how much is in each, both of shape (k,).

    With a message come least and greatest value, count, sum and sum of squares; the first bucket begins at
    the least value. A table has no such `sums`, but says where buckets begin, in `left`.
    """

    right: Floats
    counts: Floats
    sums: tuple[float, float, float, float, float] | None = None
    left: Floats | None = None


def from_message(record: bytes, spans: list[Span]) -> Buckets | None:
    """The HistogramProto in `spans` of the record, or None if limits and counts do not pair up.

    Raises:
        WireError: it is no message.
    """
    if len(spans) == 1:
        usual = _usual_message(record, *spans[0])
        if usual is not None:
            return usual
    numbers = [0.0] * _LIMITS
    lists: tuple[list[bytes], list[bytes]] = ([], [])
    for start, stop in spans:
        for number, wire, _, begin, end in fields(record, start, stop):
            if _LIMITS <= number <= _COUNTS and wire in (BYTES, FIXED64):
                lists[number - _LIMITS].append(record[begin:end])
            elif _MIN <= number < _LIMITS and wire == FIXED64:
                (numbers[number],) = unpack_from("<d", record, begin)
    limits, counts = (some[0] if len(some) == 1 else b"".join(some) for some in lists)
    if len(limits) != len(counts) or len(limits) % 8:
        return None
    low, high, n, total, squares = numbers[_MIN:]
    return Buckets(np.frombuffer(limits, "<f8"), np.frombuffer(counts, "<f8"), (low, high, n, total, squares))


def _usual_message(record: bytes, start: int, stop: int) -> Buckets | None:
    """What a HistogramProto says that has each field just once and in order, as writers put it; else None."""
    if stop - start < _SUMS.size + 2:
        return None
    first, low, second, high, third, n, fourth, total, fifth, squares, key = _SUMS.unpack_from(record, start)
    if (first, second, third, fourth, fifth, key) != _KEYS:
        return None
    size, at = varint(record, start + _SUMS.size, stop)
    middle = at + size
    if size % 8 or middle >= stop or record[middle] != _COUNTS_KEY:
        return None
    again, begin = varint(record, middle + 1, stop)
    if again != size or begin + size != stop:
        return None
    limits = np.frombuffer(record, _FLOAT, size // 8, at)
    counts = np.frombuffer(record, _FLOAT, size // 8, begin)
    return Buckets(limits, counts, (low, high, n, total, squares))


def from_table(table: Floats) -> Buckets:
    """A histogram of rows (left, right, count), shape (k, 3)."""
    return Buckets(table[:, 1], table[:, 2], None, table[:, 0])
