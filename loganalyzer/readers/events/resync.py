"""A bounded view of a record file, and the search for the next intact record behind damage."""

from __future__ import annotations

import os

import numpy as np

from loganalyzer.model.run import Ints
from loganalyzer.readers.events.crc32c import contribution, crc32c, extend, length_crc, mask, mask_all
from loganalyzer.readers.events.frames import HEADER, OVERHEAD

CHUNK = 8 << 20
MAX_RECORD = 64 << 20

_PIECE = 1 << 20
_FIRST_LOOK = 16 * 1024
_LARGEST_LOOK = 4 << 20


class Window:
    """Bytes [base, base + len(data)) of an open file; never more than a chunk or one record under the limit.

    Records are read into memory rather than mapped: a file that its writer cuts short would kill a mapping.
    """

    def __init__(self, fd: int, size: int, max_record: int = MAX_RECORD) -> None:
        """Begin with nothing in memory; longer records than `max_record` bytes are not looked for."""
        self.fd, self.size, self.max_record = fd, size, max_record
        self.data, self.base = b"", 0
        self.allowance = 8 * size + CHUNK * 4

    def reach(self, offset: int, n: int) -> int:
        """Hold [offset, offset + n) as far as the file has it; the index of `offset` in `data`."""
        stop = min(offset + n, self.size)
        if offset < self.base or stop > self.base + len(self.data):
            self.data = b""
            self.data = self._read(offset, max(n, CHUNK))
            self.base = offset
        return offset - self.base

    def _read(self, offset: int, n: int) -> bytes:
        pieces, stop = [], min(offset + n, self.size)
        while offset < stop:
            piece = os.pread(self.fd, stop - offset, offset)
            if not piece:
                self.size = offset  # the file was cut while we read
                break
            pieces.append(piece)
            offset += len(piece)
        return b"".join(pieces)

    def header(self, offset: int) -> tuple[int, int]:
        """Length and stored CRC of the record header at `offset`, which must lie 12 bytes before the end."""
        at = offset - self.base
        if 0 <= at <= len(self.data) - HEADER.size:
            length, crc = HEADER.unpack_from(self.data, at)
        else:
            length, crc = HEADER.unpack(os.pread(self.fd, HEADER.size, offset).ljust(HEADER.size, b"\0"))
        return length, crc

    def is_header(self, offset: int) -> bool:
        """Whether the file ends at `offset`, or less than a header is left, or a header's CRC fits there."""
        if offset + HEADER.size > self.size:
            return True
        length, crc = self.header(offset)
        return length_crc(length) == crc

    def is_sound(self, offset: int, length: int) -> bool:
        """Whether the payload of the record at `offset`, which must lie within the file, fits its CRC."""
        at, stop = offset - self.base + HEADER.size, offset + OVERHEAD + length
        if at >= 0 and stop <= self.base + len(self.data):
            stored = int.from_bytes(self.data[at + length : at + length + 4], "little")
            return mask(crc32c(np.frombuffer(self.data, np.uint8, length, at))) == stored
        crc, position, end = 0, offset + HEADER.size, stop - 4
        while position < end:
            piece = os.pread(self.fd, min(_PIECE, end - position), position)
            if not piece:
                return False
            crc, position = extend(crc, piece), position + len(piece)
        return mask(crc) == int.from_bytes(os.pread(self.fd, 4, end), "little")


def next_intact(window: Window, offset: int) -> int | None:
    """The first offset >= `offset` of a record whose header and payload both fit their CRCs, or None.

    A look begins small, since damage is often short, and grows. Payload checks of candidates are paid
    from `window.allowance`, so that a file of forged headers cannot take for ever.
    """
    look = _FIRST_LOOK
    while offset + OVERHEAD <= window.size:
        at = window.reach(offset, look)
        view = np.frombuffer(window.data, np.uint8)[at : at + look]
        for found in map(int, _headers(view, window.max_record)):
            if _is_record(window, offset + found):
                return offset + found
            if window.allowance < 0:
                return None
        offset += max(1, view.size - HEADER.size + 1)
        look = min(look * 4, _LARGEST_LOOK)
    return None


def _is_record(window: Window, offset: int) -> bool:
    length, _ = window.header(offset)
    end = offset + OVERHEAD + length
    if end > window.size or not window.is_header(end):
        return False
    window.allowance -= length + OVERHEAD
    return window.allowance >= 0 and window.is_sound(offset, length)


def _headers(view: np.ndarray[tuple[int], np.dtype[np.uint8]], max_record: int) -> Ints:
    """Offsets in `view` where 12 bytes are a header of a record under the limit; shape (k,), sorted."""
    if view.size < HEADER.size or not view.any():
        return np.empty(0, np.int64)
    # Lengths under the limit have four zero bytes on top: few offsets of real data have that.
    zeros = []
    for shift in range(4):
        words = np.ndarray(((view.size - shift) // 4,), "<u4", view, shift)
        zeros.append(np.flatnonzero(words == 0) * 4 + shift - 4)
    offset = np.sort(np.concatenate(zeros))
    offset = offset[(offset >= 0) & (offset <= view.size - HEADER.size)]
    word = np.ndarray((view.size - 3,), "<u4", view, 0, (1,))
    offset = offset[(word[offset + 8] != 0) & (word[offset] <= max_record)]
    crc = np.full(offset.size, crc32c(bytes(8)), np.uint32)
    for place in range(4):
        crc ^= contribution(7 - place)[view[offset + place]]
    found: Ints = offset[mask_all(crc) == word[offset + 8]]
    return found
