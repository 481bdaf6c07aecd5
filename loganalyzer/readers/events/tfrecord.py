"""TFRecord framing: records, a live tail, and damage, told apart and in file order.

A record is a length (u64), its CRC, the payload, and the payload's CRC, all little-endian, CRCs masked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from struct import Struct
from typing import Literal

import numpy as np

from loganalyzer.model.run import Ints
from loganalyzer.readers.events.crc32c import Bytes, length_crc, masked_crc32c
from loganalyzer.readers.events.frames import HEADER, OVERHEAD, Buffer, frames
from loganalyzer.readers.events.periods import Finder, Pattern, Stretch
from loganalyzer.readers.events.resync import CHUNK, MAX_RECORD, Window, next_intact

DamageKind = Literal["truncated", "corrupt_length", "corrupt_data", "over_limit"]
_STORED = Struct("<I")
_ADVICE = "the intact records around it are kept; copy the file again from where it was written, if you can"
_LIVE = "the writer is still running or died; nothing to do unless the run is over"


@dataclass(frozen=True, slots=True)
class Damage:
    """Bytes [offset, offset + skipped) of the file hold no usable record; `truncated` is a live tail.

    `resumed` is where the next record was found by search, -1 if framing held or none was found.
    """

    kind: DamageKind
    offset: int
    skipped: int
    lost: int
    text: str
    resumed: int = -1


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Chained records whose headers fit: they begin at data[start], shape (n,), and hold `length` bytes each.

    `base` is the file offset of data[0]. Those of a `pattern` are whole periods of it. The payloads' CRCs are
    still to be checked by whoever decodes them.
    """

    data: Buffer
    base: int
    start: Ints
    length: Ints
    pattern: Pattern | None = None

    @property
    def view(self) -> Bytes:
        """`data` as an array."""
        return np.frombuffer(self.data, np.uint8)


@dataclass(frozen=True, slots=True)
class Record:
    """One record whose CRCs both fit, and the file offset of its header."""

    offset: int
    payload: bytes


def records(fd: int, size: int, *, max_record: int = MAX_RECORD) -> Iterator[Record | Damage]:
    """Every intact record and every damage among the first `size` bytes of an open file, in file order.

    Raises:
        OSError: the file system cannot deliver the bytes.
    """
    for item in scan(fd, size, max_record=max_record):
        if isinstance(item, Damage):
            yield item
            continue
        for start, length in zip(item.start.tolist(), item.length.tolist(), strict=True):
            payload = sound_payload(item.data, start, length)
            offset = item.base + start
            yield Record(offset, payload) if payload is not None else corrupt_data(offset, length)


def sound_payload(data: Buffer, start: int, length: int) -> bytes | None:
    """The payload of the framed record at data[start], or None if its CRC does not fit."""
    begin = start + HEADER.size
    end = begin + length
    payload = bytes(data[begin:end])
    return payload if masked_crc32c(payload) == _STORED.unpack_from(data, end)[0] else None


def scan(fd: int, size: int, begin: int = 0, *, max_record: int = MAX_RECORD) -> Iterator[Block | Damage]:
    """Framed records and damage among the first `size` bytes of an open file, in file order.

    What lies before `begin`, where a record must begin, is passed over.

    At most a chunk, or one record of up to `max_record` bytes, is in memory at a time.

    Raises:
        OSError: the file system cannot deliver the bytes.
    """
    window = Window(fd, size, max_record)
    offset, wanted, damaged = begin, OVERHEAD, -1
    finder = Finder()
    while offset < window.size:
        at = window.reach(offset, wanted)
        found = finder.find(window.data, window.base, at) if max_record >= CHUNK else None
        if found is not None:
            yield from _periods(window, at, found)
            offset = window.base + found.stop
            wanted = found.pattern.size * (found.pattern.enough + 1)
            continue
        # Behind damage more damage is likely: a second lock step over the same bytes would be lost work.
        framed = frames(window.data, at, len(window.data), lockstep=damaged != window.base)
        start, length, end = _within_limit(*framed, max_record)
        trouble = _trouble(window, window.base + end)
        if trouble is not None and start.size and _is_misled(window, int(start[-1]), int(length[-1])):
            end = int(start[-1])
            trouble = corrupt_data(window.base + end, int(length[-1]))
            start, length = start[:-1], length[:-1]
        offset = window.base + end
        if start.size:
            yield Block(window.data, window.base, start, length)
        wanted = OVERHEAD
        if trouble is not None:
            damage = _bounded(window, trouble)
            yield damage
            offset, damaged = offset + damage.skipped, window.base
        elif offset < window.size:
            wanted += window.header(offset)[0]


def _within_limit(start: Ints, length: Ints, end: int, max_record: int) -> tuple[Ints, Ints, int]:
    """Records up to the first that is over the limit, and where they end."""
    over = np.flatnonzero(length > max_record)[:1]
    return (start[: over[0]], length[: over[0]], int(start[over[0]])) if over.size else (start, length, end)


def _periods(window: Window, at: int, found: Stretch) -> Iterator[Block]:
    """The periods found, and before them the records from data[at] that are none."""
    if found.start > at:
        start, length, _ = frames(window.data, at, found.start)
        yield Block(window.data, window.base, start, length)
    start, length = found.pattern.records(found.start, found.n)
    yield Block(window.data, window.base, start, length, found.pattern)


def _trouble(window: Window, offset: int) -> Damage | None:
    """Why no record can be delivered from `offset`, as seen there alone; None if one can, or at the end."""
    left = window.size - offset
    if left < HEADER.size:
        text = (
            f"expected a record header of {HEADER.size} bytes at byte {offset}, found {left} bytes: {_LIVE}"
        )
        return Damage("truncated", offset, left, 0, text) if left else None
    length, crc = window.header(offset)
    if length_crc(length) != crc:
        found = f"found length {length} with checksum 0x{crc:08x} instead of 0x{length_crc(length):08x}"
        return Damage(
            "corrupt_length", offset, left, 1, f"expected a record header at byte {offset}, {found}"
        )
    size = length + OVERHEAD
    expected = f"expected a record of {size} bytes at byte {offset}"
    if size > left:
        return Damage("truncated", offset, left, 0, f"{expected}, found {left} bytes to the end of the file")
    if length > window.max_record:
        text = (
            f"expected records of at most {window.max_record} bytes, found one of {length} at byte {offset}"
        )
        return Damage("over_limit", offset, size, 1, f"{text}: it is left out; no scalar needs that much")
    return None


def _is_misled(window: Window, start: int, length: int) -> bool:
    """Whether the record at data[start] has a broken payload and nothing like a header behind it.

    Its length may then be what is wrong, and whole records may lie inside what it claims.
    """
    offset = window.base + start
    end = offset + length + OVERHEAD
    is_framed = end + HEADER.size <= window.size and window.is_header(end)
    return not is_framed and not window.is_sound(offset, length)


def _bounded(window: Window, damage: Damage) -> Damage:
    """`damage` with the stretch it really takes: up to the next intact record, if the file holds one."""
    offset, skipped = damage.offset, damage.skipped
    if damage.kind == "over_limit":
        length = skipped - OVERHEAD
        if window.is_sound(offset, length):
            return damage
        damage = corrupt_data(offset, length)
        if window.is_header(offset + skipped):
            return damage
    if damage.kind == "truncated" and skipped < HEADER.size:
        return damage
    found = next_intact(window, offset + 1)
    if damage.kind == "corrupt_data":
        return replace(damage, skipped=found - offset, resumed=found) if found else damage
    if damage.kind == "truncated" and found is None and window.header(offset)[0] <= window.max_record:
        return replace(damage, text=f"{damage.text}: {_LIVE}")
    skipped = (found or window.size) - offset
    rest = f"the next intact record is at byte {found}" if found else "no intact record follows"
    text = f"{damage.text}: {skipped} bytes are skipped, {rest}; {_ADVICE}"
    return Damage("corrupt_length", offset, skipped, 1, text, found or -1)


def corrupt_data(offset: int, length: int) -> Damage:
    """The damage of one record whose payload does not fit its CRC."""
    text = f"expected a payload of {length} bytes that fits its checksum at byte {offset}, found other bytes"
    return Damage("corrupt_data", offset, length + OVERHEAD, 1, f"{text}: this record is left out; {_ADVICE}")
