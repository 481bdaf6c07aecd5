"""Stretches in which the same few records repeat, as regular logging writes them: proven in one pass.

If a period of records repeats byte for byte outside its payload, the stretch is a matrix with a row for each
period. One comparison of the matrix with its first row proves lengths, header CRCs, tags and layout at once,
and no record has to be found or sorted to its tag. The payloads' CRCs are left to whoever decodes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from loganalyzer.model.run import Ints
from loganalyzer.readers.events.crc32c import Bytes
from loganalyzer.readers.events.frames import HEADER, OVERHEAD, Buffer, walk
from loganalyzer.readers.events.layout import Layout, layout_of

_LONGEST = 128
_LOOK = 3 * _LONGEST + 16
# A stretch of fewer records is not worth the calls it costs.
_MIN_RECORDS = 2000
_LARGE_RECORD = 512
_MIN_BYTES = 40 * _MIN_RECORDS
_BLOCK = 128 * 1024


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """One period as it lies in a file: `constant` has the bits that must be the same in all, shape (n,).

    `slots` are where its records begin in it, each with its layout.
    """

    template: Bytes
    constant: Bytes
    slots: tuple[tuple[int, Layout], ...]

    @property
    def size(self) -> int:
        """Bytes of one period."""
        return self.template.size

    @property
    def enough(self) -> int:
        """Periods that make a stretch worth while."""
        return -(-_MIN_RECORDS // len(self.slots))

    def records(self, start: int, n: int) -> tuple[Ints, Ints]:
        """Offsets and lengths of the records of `n` periods from `start` on."""
        begins = np.array([at for at, _ in self.slots], np.int64)
        lengths = np.array([layout.size for _, layout in self.slots], np.int64)
        period = start + np.arange(n, dtype=np.int64) * self.size
        return (period[:, None] + begins).ravel(), np.tile(lengths, n)

    def rows(self, data: Buffer, start: int, n: int) -> Iterator[tuple[Layout, Bytes]]:
        """For each slot, payload and CRC of its records in `n` periods from data[start] on, (n, size + 4)."""
        for at, layout in self.slots:
            width = layout.size + 4
            row = np.ndarray((n,), f"V{width}", data, start + at + HEADER.size, (self.size,))
            yield layout, row.copy().view(np.uint8).reshape(n, width)

    def count(self, data: Buffer, start: int) -> int:
        """How many periods follow each other from data[start] on."""
        n = (len(data) - start) // self.size
        matrix = np.frombuffer(data, np.uint8, n * self.size, start).reshape(n, self.size)
        height = max(16, _BLOCK // self.size)
        change = np.empty((height, self.size), np.uint8)
        for top in range(0, n, height):
            block = change[: min(height, n - top)]
            np.bitwise_xor(matrix[top : top + height], self.template, out=block)
            np.bitwise_and(block, self.constant, out=block)
            if block.any():
                return top + int(block.any(axis=1).argmax())
        return n


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """`n` periods of a pattern from data[start] on."""

    pattern: Pattern
    start: int
    n: int

    @property
    def stop(self) -> int:
        """Where the next record begins."""
        return self.start + self.n * self.pattern.size


def find_pattern(data: Buffer, start: int) -> tuple[Pattern, int] | None:
    """The pattern that the records from data[start] fall into, and where its first period begins."""
    offset, end = walk(data, start, len(data), _LOOK)
    if end - start > _LARGE_RECORD * _LOOK:
        return None
    edges = [*offset, end]
    keys = _keys(data, edges)
    period = _period(keys)
    if not period:
        return None
    first = len(keys) - period
    while first > 0 and keys[first - 1] == keys[first - 1 + period]:
        first -= 1
    pattern = _compile(data, edges[first : first + period + 1])
    return (pattern, edges[first]) if pattern is not None else None


def _keys(data: Buffer, edges: list[int]) -> list[tuple[int, bytes]]:
    """The size and most likely the tag of each record: of one size, all are taken to have it in one place."""
    spans: dict[int, slice] = {}
    keys = []
    for begin, end in reversed(list(pairwise(edges))):
        span = spans.get(end - begin)
        if span is None:
            layout = layout_of(bytes(data[begin + HEADER.size : end - 4]))
            start, stop = layout.tag if layout is not None else (0, 0)
            span = spans[end - begin] = slice(start + HEADER.size, stop + HEADER.size)
        keys.append((end - begin, bytes(data[begin + span.start : begin + span.stop])))
    return keys[::-1]


def _period(keys: list[tuple[int, bytes]]) -> int:
    """The smallest number of keys that the last three periods repeat in, or 0."""
    n = len(keys)
    for period in range(1, min(_LONGEST, n // 3) + 1):
        if keys[-1] == keys[-1 - period] and keys[n - 2 * period :] == keys[n - 3 * period : n - period]:
            return period
    return 0


def _compile(data: Buffer, edges: list[int]) -> Pattern | None:
    """The period of records between `edges`, or None if one holds anything but scalars."""
    start = edges[0]
    constant = np.full(edges[-1] - start, 255, np.uint8)
    slots = []
    for begin, end in pairwise(edges):
        layout = layout_of(bytes(data[begin + HEADER.size : end - 4]))
        if layout is None:
            return None
        at = begin - start
        constant[at + HEADER.size : at + HEADER.size + layout.size] = layout.constant_bits()
        constant[at + HEADER.size + layout.size : at + layout.size + OVERHEAD] = 0
        slots.append((at, layout))
    return Pattern(np.frombuffer(bytes(data[start : edges[-1]]), np.uint8), constant, tuple(slots))


class Finder:
    """Looks for periods while a file is read, once for each piece of it, less often the longer in vain."""

    def __init__(self) -> None:
        """Begin without a pattern."""
        self.pattern: Pattern | None = None
        self.barren = -1
        self.n_barren = 0
        self.pause = 0

    def find(self, data: Buffer, base: int, start: int) -> Stretch | None:
        """The periods from data[start] on, or from a little later; `base` is the file offset of data[0].

        The last one is left out: damage right behind it may turn out to have begun in it.
        """
        if len(data) - start < _MIN_BYTES or base == self.barren:
            return None
        found = self._look(data, start) if not self.pause else None
        if found is not None:
            self.n_barren = 0
            return found
        self.barren = base
        if self.pause:
            self.pause -= 1
        else:
            self.pause = (1 << self.n_barren) - 1
            self.n_barren += 1
        return None

    def _look(self, data: Buffer, start: int) -> Stretch | None:
        if self.pattern is not None:
            n = self.pattern.count(data, start) - 1
            if n >= self.pattern.enough:
                return Stretch(self.pattern, start, n)
        found = find_pattern(data, start)
        if found is None:
            return None
        self.pattern, first = found
        n = self.pattern.count(data, first) - 1
        return Stretch(self.pattern, first, n) if n >= self.pattern.enough else None
