"""Where the records of a buffer begin: one walker down the chain of lengths, or a thousand in lock step."""

from __future__ import annotations

from functools import cache
from itertools import chain
from struct import Struct

import numpy as np
import numpy.typing as npt

from loganalyzer.model.run import Ints
from loganalyzer.readers.events.crc32c import Words, contribution, crc32c, length_crc, mask_all

HEADER = Struct("<QI")
OVERHEAD = 16

_PATIENCE = 64
_STRIDE = 8 * 1024
_PER_WALKER = 128
_WALKERS = 2048
_ROUNDS = 32
# A walker of zero bytes makes steps of 16: enough of them for all that lies between two probable records.
_MOST_ROUNDS = 2 * _STRIDE // OVERHEAD // _ROUNDS
_ZEROS = bytes(6)
_SHORT = 1 << 16

Buffer = bytes | bytearray
Flags = npt.NDArray[np.bool_]


def frames(data: Buffer, start: int, stop: int, *, lockstep: bool = True) -> tuple[Ints, Ints, int]:
    """The records that lie whole in data[start:stop]: their offsets, their lengths, and the end of the last.

    `start` must be a record's first byte. The chain ends before a header whose CRC does not fit or a record
    that runs past `stop`; which of both is for the caller to find out. Payloads are not looked at.
    """
    head, end = walk(data, start, stop, _PATIENCE)
    stride = max(_STRIDE, (end - start) // _PATIENCE * _PER_WALKER)
    offset = np.array(head, np.int64)
    if lockstep and len(head) == _PATIENCE and stop - end >= 8 * stride:
        proven, end = _lockstep(data, end, stop, stride)
        offset = np.concatenate([offset, proven])
    tail, end = walk(data, end, stop, stop)
    offset = np.concatenate([offset, np.array(tail, np.int64)])
    return offset, np.diff(offset, append=end) - OVERHEAD, end


def walk(data: Buffer, start: int, stop: int, most: int) -> tuple[list[int], int]:
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


def frames_of_files(data: Buffer, edges: Ints) -> tuple[Ints, Ints, Flags]:
    """The records of files laid end to end between `edges`: offsets, lengths, and which files are whole.

    A file is whole if its records chain from its first byte to its last under headers whose CRC fits; of the
    others no record is in the result. No file may be empty.
    """
    offset = _like_the_first_of_its_size(data, edges)
    length, is_whole, is_kept = _chained(data, offset, edges)
    odd = np.flatnonzero(~is_whole)
    if odd.size:
        walked = _walk_all(data, edges[odd], edges[odd + 1])
        offset = np.sort(np.concatenate([offset[is_kept], walked]))
        length, is_whole, is_kept = _chained(data, offset, edges)
        offset, length = offset[is_kept], length[is_kept]
    return offset, length.astype(np.int64), is_whole


def _like_the_first_of_its_size(data: Buffer, edges: Ints) -> Ints:
    """Where records begin if files of one size have them at the same places, as runs of one program do."""
    _, first, kind = np.unique(np.diff(edges), return_index=True, return_inverse=True)
    walked = _walk_all(data, edges[first], edges[first + 1])
    places = [walked[(walked >= edges[k]) & (walked < edges[k + 1])] - edges[k] for k in first.tolist()]
    return np.concatenate(
        [places[k] + start for k, start in zip(kind.tolist(), edges.tolist(), strict=False)]
    )


def _walk_all(data: Buffer, starts: Ints, stops: Ints) -> Ints:
    """Where records probably begin in the stretches between `starts` and `stops`."""
    pairs = zip(starts.tolist(), stops.tolist(), strict=True)
    begins = [_probable_records(data, start, stop, _STRIDE) for start, stop in pairs]
    ends = [[*some[1:], stop] for some, stop in zip(begins, stops.tolist(), strict=True)]
    first, last = (np.array(list(chain.from_iterable(some)), np.int64) for some in (begins, ends))
    return _walk_together(data, first, last)


def _chained(data: Buffer, offset: Ints, edges: Ints) -> tuple[Words, Flags, Flags]:
    """The low halves of the lengths at `offset`, which files chain through their offsets, and their records.

    The first byte of each file must be among the offsets.
    """
    low, is_good = _lengths(data, offset)
    end = offset + low
    end += OVERHEAD
    is_good[:-1] &= end[:-1] == offset[1:]
    is_good[-1:] &= end[-1:] == edges[-1]
    cuts = np.searchsorted(offset, edges)
    is_whole = np.logical_and.reduceat(is_good, cuts[:-1])
    return low, is_whole, np.repeat(is_whole, np.diff(cuts))


def _lockstep(data: Buffer, start: int, stop: int, stride: int) -> tuple[Ints, int]:
    """The longest proven chain of records from `start`, and its end.

    Walkers begin at probable records and walk at once, one gather a round. Where they began does not
    matter for truth: only offsets that chain from `start` without a gap, under fitting headers, count.
    """
    begins = np.array(_probable_records(data, start, stop, stride), np.int64)
    return _proven(data, _walk_together(data, begins, np.append(begins[1:], stop)), start, stop)


def _walk_together(data: Buffer, begins: Ints, ends: Ints) -> Ints:
    """All steps of walkers from `begins`, in this order; each walks to its end or until it is too long."""
    # The low half of the length keeps a walker in garbage from going back; the high half is proven later.
    low = np.ndarray((len(data) - 3,), "<u4", data, 0, (1,))
    parked = np.minimum(ends, len(data) - OVERHEAD)
    cursor, rounds = begins, [np.empty((0, begins.size), np.int64)]
    while len(rounds) <= _MOST_ROUNDS and bool((cursor < parked).any()):
        steps = np.empty((_ROUNDS, begins.size), np.int64)
        for row in steps:
            row[:] = cursor
            cursor = np.minimum(low[cursor] + cursor + OVERHEAD, parked)
        rounds.append(steps)
    paths = np.ascontiguousarray(np.concatenate(rounds).T)
    return paths[paths < parked[:, None]]


def _proven(data: Buffer, offset: Ints, start: int, stop: int) -> tuple[Ints, int]:
    """The head of `offset` that chains from `start` under headers whose CRC fits, and where it ends."""
    low, is_good = _lengths(data, offset)
    end = offset + low + OVERHEAD
    is_good &= end <= stop
    is_good[1:] &= end[:-1] == offset[1:]
    is_good[:1] &= offset[:1] == start
    n_good = is_good.size if bool(is_good.all()) else int(is_good.argmin())
    return offset[:n_good], int(end[n_good - 1]) if n_good else start


def _lengths(data: Buffer, offset: Ints) -> tuple[Words, Flags]:
    """The low halves of the lengths at `offset`, and whether they are the lengths and their CRCs fit.

    Lengths of 65536 and more do not count as fitting: long records are for the single walker.
    """
    header = np.ndarray((len(data) - HEADER.size + 1,), f"V{HEADER.size}", data, 0, (1,))[offset]
    low, high, stored = header.view("<u4").reshape(-1, 3).T
    is_good: Flags = high == 0
    is_good &= low < _SHORT
    if not bool(is_good.all()):
        low = np.where(is_good, low, np.uint32(0))
    is_good &= _short_length_crcs()[low] == stored
    return low, is_good


@cache
def _short_length_crcs() -> Words:
    """`length_crc` of all lengths under 65536: two bytes of them differ, and CRC is linear."""
    low, high = contribution(7), contribution(6)
    return mask_all(low ^ high[:, None] ^ np.uint32(crc32c(bytes(8)))).ravel()


def _probable_records(data: Buffer, start: int, stop: int, stride: int) -> list[int]:
    """`start` and up to `_WALKERS` later offsets, about `stride` apart, whose 12 bytes look like a header."""
    step = max(stride, (stop - start) // _WALKERS)
    begins = [start]
    for near in range(start + step, stop - step, step):
        found = _header_after(data, near, near + step)
        if found > begins[-1]:
            begins.append(found)
    return begins


def _header_after(data: Buffer, near: int, far: int) -> int:
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
