"""Scalar events decoded column by column: many records that differ only in their payload bytes at once.

Records of one size and one tag form a group. One of them is parsed exactly; all that equal it outside the
payload bytes hold the same fields at the same places. Their CRCs follow from its own, since CRC is linear.
Whatever is not proven in this way is left to the plain decoder, so that no layout is taken for granted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from loganalyzer.model.run import Floats, Ints
from loganalyzer.readers.events.crc32c import Bytes, Words, contribution, crc32c, mask_all
from loganalyzer.readers.events.frames import HEADER
from loganalyzer.readers.events.layout import Layout, layout_of
from loganalyzer.readers.events.periods import Pattern
from loganalyzer.readers.events.points import Part
from loganalyzer.readers.events.tensor import storage, widen
from loganalyzer.readers.events.tfrecord import Block

_SHORTEST, _LONGEST = 24, 1024
_MIN_GROUP = 24
_FIRST_LOOK = 4096
_MAX_DEPTH = 4
_ODD = np.uint64(0x9E3779B97F4A7C15)


class Sink(Protocol):
    """Where decoded events go."""

    def take(self, layout: Layout, offset: Ints, parts: list[Part]) -> None:
        """Take events of one layout at the file offsets `offset`, in file order; a part for each scalar."""


Words64 = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]


def decode_columns(block: Block, sink: Sink) -> Ints:
    """Decode what can be proven; the sorted indices of the block's records that are left."""
    is_left = np.ones(block.start.size, bool)
    for done in _decoded(block, sink):
        is_left[done] = False
    return np.flatnonzero(is_left)


def _decoded(block: Block, sink: Sink) -> Iterator[Ints]:
    if block.pattern is not None:
        yield from _decode_periods(block, block.pattern, sink)
        return
    for group in _by_tag(block):
        yield from _decode_group(block, group, sink, 0)


def _decode_periods(block: Block, pattern: Pattern, sink: Sink) -> Iterator[Ints]:
    """Decode records that repeat; the indices of those that are proven."""
    n_slots = len(pattern.slots)
    rows = pattern.rows(block.data, int(block.start[0]), block.start.size // n_slots)
    for slot, (layout, of_slot) in enumerate(rows):
        group = np.arange(slot, block.start.size, n_slots)
        yield _decode_rows(block, group, of_slot, layout, sink)


def _decode_rows(block: Block, group: Ints, rows: Bytes, layout: Layout, sink: Sink) -> Ints:
    """Decode rows of one layout, shape (m, size + 4); those at the indices `group` whose CRC fits."""
    is_sound = _is_sound(rows, layout)
    if not bool(is_sound.all()):
        group, rows = group[is_sound], rows[is_sound]
    if group.size:
        _emit(rows, layout, block.base + block.start[group], sink)
    return group


def _by_tag(block: Block) -> Iterator[Ints]:
    """Indices of records of one size and, most likely, one tag; each group in file order."""
    tails = _tails(block)
    is_able = tails[0] >= 0
    near, far = np.maximum(tails, 0)
    size, start = np.minimum(block.length, _LONGEST).astype(np.uint16), block.start
    if not size.size:
        return
    word = np.ndarray((len(block.data) - 7,), "<u8", block.data, 0, (1,))
    key = word[near.take(size) + start]
    key ^= size
    key *= _ODD
    key ^= word[far.take(size) + start]
    key *= _ODD
    for group in _equal_runs((key >> np.uint64(48)).astype(np.uint16)):
        sizes = size[group]
        if not bool((sizes == sizes[0]).all()):
            yield from (group[sizes == one] for one in np.unique(sizes).tolist() if is_able[one])
        elif is_able[sizes[0]]:
            yield group


def _tails(block: Block) -> Ints:
    """For each size, where the last two words of 8 bytes of the tag lie in the record; -1 for others.

    Shape (2, _LONGEST + 1); the last size stands for all longer records. No bytes of a step must come in,
    which would tear a tag's records apart; a record of the same size may have a wider step and a shorter tag.
    """
    tails = np.full((2, _LONGEST + 1), -1, np.int64)
    sizes = np.minimum(block.length, _LONGEST)
    present = np.flatnonzero(np.bincount(sizes, minlength=_LONGEST + 1)[:_LONGEST])
    first = _first_of_each(sizes, present)
    last = sizes.size - 1 - _first_of_each(sizes[::-1], present)
    for size in present[present >= _SHORTEST].tolist():
        layout = _layout(block, int(first[size])) or _layout(block, int(last[size]))
        if layout is not None:
            start, stop = layout.tag
            near = min(max(stop - 8, layout.wall_at + 8, layout.step_at + layout.step_width), size - 8)
            far = min(max(stop - 16, start - 2), near)
            tails[:, size] = [near + HEADER.size, far + HEADER.size]
    return tails


def _first_of_each(sizes: Ints, present: Ints) -> Ints:
    """The index of the first record of each size that is present, (_LONGEST + 1,)."""
    first = np.empty(0, np.int64)
    for some in (sizes[:_FIRST_LOOK], sizes):
        first = np.full(_LONGEST + 1, -1, np.int64)
        first[some[::-1]] = np.arange(some.size - 1, -1, -1)
        if bool((first[present] >= 0).all()):
            break
    return first


def _layout(block: Block, index: int) -> Layout | None:
    begin = int(block.start[index]) + HEADER.size
    return layout_of(bytes(block.data[begin : begin + int(block.length[index])]))


def _equal_runs(key: npt.NDArray[np.unsignedinteger[Any]]) -> list[Ints]:
    """The indices of each distinct key, in order."""
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    return np.split(order, np.flatnonzero(ordered[1:] != ordered[:-1]) + 1)


def _decode_group(block: Block, group: Ints, sink: Sink, depth: int) -> list[Ints]:
    """Decode the records of one size at the indices `group`, shape (m,); the indices of the proven ones."""
    layout = _layout(block, int(group[0])) if group.size >= _MIN_GROUP and depth < _MAX_DEPTH else None
    if layout is None:
        return []
    stride = layout.size + 4
    whole = np.ndarray((len(block.data) - stride + 1,), f"V{stride}", block.data, 0, (1,))
    rows = whole[block.start[group] + HEADER.size].view(np.uint8).reshape(group.size, stride)
    constant = layout.constant_bits()
    is_like = _is_like(rows, constant)
    done, like = group, rows
    others: list[Ints] = []
    if not bool(is_like.all()):
        done, like, rest = group[is_like], rows[is_like], group[~is_like]
        others = [rest[run] for run in _equal_runs(_constants_hash(rows[~is_like], constant))]
    done = _decode_rows(block, done, like, layout, sink)
    return [done, *(found for other in others for found in _decode_group(block, other, sink, depth + 1))]


def _words(rows: Bytes, constant: Bytes) -> Iterator[tuple[Words64, np.uint64]]:
    """All rows in words of 8 bytes, as far as they have constant bits, each with the mask of these bits."""
    size = constant.size
    for at in (*range(0, size - 7, 8), size - 8):
        bits = np.frombuffer(constant[at : at + 8].tobytes(), "<u8")[0]
        if bits:
            yield _column(rows, "<u8", at), bits


def _is_like(rows: Bytes, constant: Bytes) -> Flags:
    """Which rows equal the first in all constant bits."""
    is_like = np.ones(len(rows), bool)
    for word, bits in _words(rows, constant):
        is_like &= (word & bits) == (word[0] & bits)
    return is_like


def _constants_hash(rows: Bytes, constant: Bytes) -> Words64:
    """One number for the constant bits of each row."""
    key = np.zeros(len(rows), np.uint64)
    for word, bits in _words(rows, constant):
        key ^= word & bits
        key *= _ODD
        key ^= key >> np.uint64(29)
    return key


def _is_sound(rows: Bytes, layout: Layout) -> Flags:
    """Which rows of one layout fit the CRC at their end."""
    size, base = layout.size, rows[0]
    crc: Words = np.full(len(rows), crc32c(base[:size].tobytes()), np.uint32)
    for at, n in layout.payload():
        for place, change in _changes(rows, at, n):
            crc ^= contribution(size - 1 - place).take(change, mode="wrap")
    is_sound: Flags = mask_all(crc) == _column(rows, "<u4", size)
    return is_sound


def _changes(rows: Bytes, at: int, n: int) -> Iterator[tuple[int, Bytes]]:
    """The `n` bytes from place `at` on that are not the same in all rows, XOR those of the first row."""
    if n in (2, 4, 8):
        words = _column(rows, f"<u{n}", at)
        words = words ^ words[0]
        live = int(np.bitwise_or.reduce(words))
        columns = words.view(np.uint8).reshape(-1, n)
        # The high bytes of a wall time hardly ever change.
        yield from ((at + k, columns[:, k]) for k in range(n) if live >> 8 * k & 255)
        return
    for place in range(at, at + n):
        change = rows[:, place] ^ rows[0, place]
        if change.any():
            yield place, change


def _column(rows: Bytes, code: str, at: int) -> npt.NDArray[Any]:
    """The numbers at one place of all rows, as they lie there."""
    return np.ndarray((len(rows),), code, rows, at, (rows.shape[1],))


def _emit(rows: Bytes, layout: Layout, offset: Ints, sink: Sink) -> None:
    """Hand over the scalars of proven rows."""
    wall_time: Floats = _column(rows, "<f8", layout.wall_at).copy()
    step = _steps(rows, layout)
    values = [widen(_column(rows, storage(slot.code), slot.at), slot.code) for slot in layout.slots]
    parts = [
        Part(offset + slot.at, step, wall_time, value)
        for slot, value in zip(layout.slots, values, strict=True)
    ]
    sink.take(layout, offset, parts)


def _steps(rows: Bytes, layout: Layout) -> Ints:
    step = np.zeros(len(rows), np.int64)
    for place in range(layout.step_width):
        bits = rows[:, layout.step_at + place] & np.uint8(127)
        step |= bits.astype(np.int64) << np.int64(7 * place)
    return step
