"""Many small files decoded at once: what one of them costs in calls is shared by all.

The files lie end to end in one buffer. Their records are grouped and proven as those of one file, and each
gets its own back. What could come out otherwise than from a file read alone is left to be read alone.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

import numpy as np

from loganalyzer.model.run import Ints
from loganalyzer.readers.events.columns import decode_columns
from loganalyzer.readers.events.frames import Buffer, frames_of_files
from loganalyzer.readers.events.layout import Layout
from loganalyzer.readers.events.message import parse
from loganalyzer.readers.events.plain import take_event
from loganalyzer.readers.events.points import Part, Points, in_file_order
from loganalyzer.readers.events.protobuf import BYTES, FIXED64, WireError
from loganalyzer.readers.events.tfrecord import Block, sound_payload

SMALL = 1 << 20
"""Files up to this many bytes are decoded together with others."""
_BATCH = 8 << 20
# Records that are left one by one are taken quicker by a loop that learns their layouts, if they are many.
_FEW = 16
# Wall time and file version as the first two fields: the keys at bytes 0 and 9.
_VERSION = bytes((1 << 3 | FIXED64, 3 << 3 | BYTES))
_LONGEST_VERSION = 256


class Batch:
    """Small files end to end in one buffer, which is used again and again."""

    def __init__(self) -> None:
        """Begin with none; the buffer is made for the first file."""
        self.data = bytearray()
        self.keys: list[int] = []
        self.edges = [0]

    @property
    def room(self) -> int:
        """Bytes left."""
        return _BATCH + SMALL - self.edges[-1]

    def add(self, key: int, fd: int, size: int) -> None:
        """Read an open file of `size` bytes, unless it has been cut since.

        Raises:
            OSError: the file system cannot deliver the bytes.
        """
        start = self.edges[-1]
        self.data = self.data or bytearray(_BATCH + SMALL)
        if os.preadv(fd, [memoryview(self.data)[start : start + size]], 0) == size:
            self.keys.append(key)
            self.edges.append(start + size)

    def clear(self) -> None:
        """Begin anew."""
        self.keys.clear()
        del self.edges[1:]


@dataclass(slots=True)
class _Heap:
    """Scalars of all files, by tag; offsets count from the first byte of the first file."""

    parts: dict[tuple[str, bool], list[Part]] = field(default_factory=dict)
    notes: list[tuple[Layout, Ints]] = field(default_factory=list)

    def take(self, layout: Layout, offset: Ints, parts: list[Part]) -> None:
        """Take events of one layout."""
        if len(layout.slots) > 1 or any(slot.plugin is not None for slot in layout.slots):
            self.notes.append((layout, offset))
        for slot, part in zip(layout.slots, parts, strict=True):
            self.parts.setdefault((slot.tag, slot.is_tensor), []).append(part)


def decode_together(data: Buffer, edges: Ints, points: Sequence[Points]) -> list[bool]:
    """Decode files that lie in `data` between `edges`, none of them empty; False for those to be read alone.

    These are files with damage or a tail, with anything but scalars, with much that no other file has, or
    with more tags than the limit; their points are to be thrown away. No result refers to `data`.
    """
    start, length, is_whole = frames_of_files(data, edges)
    block, heap = Block(data, 0, start, length), _Heap()
    left = decode_columns(block, heap)
    most = points[0].limits.record_bytes
    is_whole[np.searchsorted(edges, start[length > most], side="right") - 1] = False
    bounds = np.searchsorted(start, edges)
    owner = np.searchsorted(bounds, left, side="right") - 1
    n_left, n_all = np.bincount(owner, minlength=len(points)), np.diff(bounds)
    is_done = (is_whole & (n_left <= _FEW + n_all // 4)).tolist()
    for file, n in enumerate(n_all.tolist()):
        points[file].records = n
    has_rows = [False] * len(points)
    for file, begin, n in zip(owner.tolist(), start[left].tolist(), length[left].tolist(), strict=True):
        if is_done[file]:
            record = sound_payload(data, begin, n)
            if record is None or not _take_version(record, points[file]):
                has_rows[file] = True
                is_done[file] = record is not None and _take_plain(record, begin, points[file])
    _hand_out(heap, edges, points, has_rows)
    for one in points:
        one.close_block()
    return [done and not one.refused and not one.shortened for done, one in zip(is_done, points, strict=True)]


def _take_version(record: bytes, points: Points) -> bool:
    """Take an event that says what wrote the file, as the first one does; False if it is any other."""
    if record[0:10:9] != _VERSION or len(record) > _LONGEST_VERSION:
        return False
    found = _version(record[9:])
    if found is None:
        return False
    what, writer = found
    points.writer = points.writer or writer
    points.contents.add(what)
    return True


@lru_cache(maxsize=256)
def _version(rest: bytes) -> tuple[str, str] | None:
    """Kind and writer of the event that goes on so behind its wall time, or None if it has values."""
    try:
        event = parse(b"\x09" + bytes(8) + rest)
    except WireError:
        return None
    return None if event.values else (event.what, event.writer)


def _take_plain(record: bytes, offset: int, points: Points) -> bool:
    """Take an event without values, or with plain numbers only: no other event has a say in these.

    Offsets count from the first file, as those of the parts do.
    """
    try:
        event = parse(record)
    except WireError:
        return False
    if any(value.kind != "number" or value.plugin is not None for value in event.values):
        return False
    take_event(event, record, offset, points)
    return True


def _hand_out(heap: _Heap, edges: Ints, points: Sequence[Points], has_rows: Sequence[bool]) -> None:
    """Give each file its own points; those that have single rows as well put them in order later."""
    for layout, offset in heap.notes:
        first = np.searchsorted(offset, edges)
        for file in np.flatnonzero(first[1:] > first[:-1]).tolist():
            points[file].note(layout, int(offset[first[file]] - edges[file]))
    short = points[0].limits.short
    for (tag, is_tensor), parts in heap.parts.items():
        whole = in_file_order(parts) if len(parts) > 1 else parts[0]
        is_usual = short(tag) is tag and (tag, not is_tensor) not in heap.parts
        cuts = np.searchsorted(whole.place, edges).tolist()
        for file, (a, b) in enumerate(pairwise(cuts)):
            if a < b and is_usual and not has_rows[file]:
                points[file].add_whole(tag, whole.step[a:b], whole.wall_time[a:b], whole.value[a:b])
            elif a < b:
                part = Part(whole.place[a:b], whole.step[a:b], whole.wall_time[a:b], whole.value[a:b])
                points[file].add_part(tag, part, is_tensor=is_tensor)
