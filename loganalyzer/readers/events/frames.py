"""Where the records of a buffer begin: one walker down the chain of lengths, or a thousand in lock step."""

from __future__ import annotations

from struct import Struct

import numpy as np

from loganalyzer.model.run import Ints
from loganalyzer.readers.events.crc32c import Words, length_crc

HEADER = Struct("<QI")
OVERHEAD = 16

_PATIENCE = 64
_LARGE_RECORD = 2048
_STRIDE = 16 * 1024
_WALKERS = 1024
_ROUNDS = 32
_ZEROS = bytes(6)


def frames(data: bytes, start: int, stop: int, *, lockstep: bool = True) -> tuple[Ints, Ints, int]:
    """The records that lie whole in data[start:stop]: their offsets, their lengths, and the end of the last.

    `start` must be a record's first byte. The chain ends before a header whose CRC does not fit or a record
    that runs past `stop`; which of both is for the caller to find out. Payloads are not looked at.
    """
    head, end = walk(data, start, stop, _PATIENCE)
    is_small = len(head) == _PATIENCE and end - start < _PATIENCE * _LARGE_RECORD
    offset = np.array(head, np.int64)
    if lockstep and is_small and stop - end >= 8 * _STRIDE:
        proven, end = _lockstep(data, end, stop)
        offset = np.concatenate([offset, proven])
    tail, end = walk(data, end, stop, stop)
    offset = np.concatenate([offset, np.array(tail, np.int64)])
    return offset, np.diff(offset, append=end) - OVERHEAD, end


def walk(data: bytes, start: int, stop: int, most: int) -> tuple[list[int], int]:
    """Offsets of at most `most` records that lie whole in data[start:stop], and where the last one ends."""
    offsets: list[int] = []
    unpack, last = HEADER.unpack_from, stop - OVERHEAD
    while start <= last and len(offsets) < most:
        length, crc = unpack(data, start)
        end = start + length + OVERHEAD
        if end > stop or length_crc(length) != crc:
            break
        offsets.append(start)
        start = end
    return offsets, start


def _lockstep(data: bytes, start: int, stop: int) -> tuple[Ints, int]:
    """The longest proven chain of records from `start`, and its end.

    Walkers begin at probable records and walk at once, one gather a round. Where they began does not
    matter for truth: only offsets that chain from `start` without a gap, under fitting headers, count.
    """
    # The low half of the length keeps a walker in garbage from going back; the high half is proven below.
    low = np.ndarray((len(data) - 3,), "<u4", data, 0, (1,))
    begins = np.array(_probable_records(data, start, stop), np.int64)
    ends = np.append(begins[1:], stop)
    parked = np.minimum(ends, len(data) - OVERHEAD)
    cursor, rounds = begins, []
    while bool((cursor < parked).any()):
        steps = np.empty((_ROUNDS, begins.size), np.int64)
        for row in steps:
            row[:] = cursor
            cursor = np.minimum(low[cursor] + cursor + OVERHEAD, parked)
        rounds.append(steps)
    if not rounds:
        return np.empty(0, np.int64), start
    paths = np.ascontiguousarray(np.concatenate(rounds).T)
    return _proven(data, paths[paths < parked[:, None]], start, stop)


def _proven(data: bytes, offset: Ints, start: int, stop: int) -> tuple[Ints, int]:
    """The head of `offset` that chains from `start` under headers whose CRC fits, and where it ends."""
    length = np.ndarray((len(data) - 7,), "<i8", data, 0, (1,))[offset]
    stored = np.ndarray((len(data) - 3,), "<u4", data, 0, (1,))[offset + 8]
    end = offset + length + OVERHEAD
    is_good = (stored == _length_crcs(length)) & (end <= stop)
    is_good[1:] &= end[:-1] == offset[1:]
    is_good[:1] &= offset[:1] == start
    n_good = is_good.size if bool(is_good.all()) else int(is_good.argmin())
    return offset[:n_good], int(end[n_good - 1]) if n_good else start


def _length_crcs(length: Ints) -> Words:
    """The header CRC of each length in [0, 65536), 0 for others: long records are for the single walker."""
    is_short = (length >= 0) & (length < 65536)
    short = np.where(is_short, length, 0)
    present = np.flatnonzero(np.bincount(short))
    table = np.zeros(65536, np.uint32)
    table[present] = [length_crc(n) for n in present.tolist()]
    return np.where(is_short, table[short], np.uint32(0))


def _probable_records(data: bytes, start: int, stop: int) -> list[int]:
    """`start` and up to `_WALKERS` later offsets, evenly spread, whose 12 bytes look like a header."""
    step = max(_STRIDE, (stop - start) // _WALKERS)
    begins = [start]
    for near in range(start + step, stop - step, step):
        found = _header_after(data, near, near + step)
        if found > begins[-1]:
            begins.append(found)
    return begins


def _header_after(data: bytes, near: int, far: int) -> int:
    """The first header of a short record in data[near:far], found by the zero bytes of its length, or -1."""
    for _ in range(8):
        zeros = data.find(_ZEROS, near, far)
        if zeros < 0 or zeros + 14 > len(data):
            return -1
        for at in (zeros - 1, zeros - 2):
            length, crc = HEADER.unpack_from(data, at)
            if length < 65536 and length_crc(length) == crc:
                return at
        near = zeros + 1
    return -1
