"""The framing of a `.wandb` file: chunks within 32 KiB blocks, and the search for the next one behind damage.

A file is a header of 7 bytes and then blocks in the format of the LevelDB log: a chunk is a checksum (u32), a
length (u16), a kind (u8) and a body, all little-endian, and never crosses the end of its block. Unlike in
LevelDB the checksum is the plain CRC-32 of zlib over kind and body, not a masked CRC-32C.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from struct import Struct
from typing import Literal, NamedTuple

import numpy as np

FILE_HEADER = b":W&B\xe1\xbe\x00"
BLOCK = 32 * 1024
CHUNK_HEADER = Struct("<IHB")
FULL, FIRST, MIDDLE, LAST = 1, 2, 3, 4

DamageKind = Literal["truncated", "corrupt_length", "corrupt_data", "over_limit"]

_KINDS = (FULL, FIRST, MIDDLE, LAST)
_KIND_CRCS = {kind: zlib.crc32(bytes([kind])) for kind in _KINDS}
# A candidate in a search costs about as much time as the checksum of this many bytes.
_CANDIDATE = 256
_ALLOWANCE = 64 << 20


class Chunk(NamedTuple):
    """A chunk whose checksum fits, at bytes [offset, stop) of the file."""

    offset: int
    stop: int
    kind: int
    body: bytes


class Fault(NamedTuple):
    """Bytes [offset, stop) of the file hold no chunk, and at least `lost` chunks were there."""

    kind: DamageKind
    offset: int
    stop: int
    lost: int
    text: str


class Log:
    """An open file of `size` bytes, read block by block."""

    def __init__(self, fd: int, size: int) -> None:
        """Begin with nothing in memory."""
        self.fd, self.size = fd, size
        self._block, self._base = b"", -1
        self._allowance = 8 * size + _ALLOWANCE

    def block(self, offset: int) -> tuple[bytes, int]:
        """The block around `offset`, as far as the file has it, and the offset of its first byte."""
        base = offset - offset % BLOCK
        if base != self._base:
            wanted = min(BLOCK, self.size - base)
            self._block, self._base = _read(self.fd, wanted, base), base
            if len(self._block) < wanted:
                self.size = base + len(self._block)  # the file was cut while we read
        return self._block, base

    def next_chunk(self, offset: int) -> int:
        """The first offset >= `offset` in its block at which an intact chunk begins, or where the block ends.

        Inside a block only a whole record, or the head of one that goes on in the next block, can begin.
        """
        data, base = self.block(offset)
        for at in _candidates(data, offset - base):
            length = int.from_bytes(data[at + 4 : at + 6], "little")
            self._allowance -= length + _CANDIDATE
            if self._allowance < 0:
                break
            if chunk_at(data, at, base) is not None:
                return base + at
        return base + len(data)

    def is_framed(self, offset: int) -> bool:
        """Whether an intact chunk, or the end of the file, comes at `offset` or behind the padding there."""
        left = -offset % BLOCK
        if left < CHUNK_HEADER.size:
            offset += left
        if offset >= self.size:
            return True
        data, base = self.block(offset)
        return chunk_at(data, offset - base, base) is not None


def chunks(log: Log, offset: int = len(FILE_HEADER)) -> Iterator[Chunk | Fault]:
    """All intact chunks from `offset` on and all stretches without one, in file order and without a gap.

    Zeros that pad a block are part of neither.

    Raises:
        OSError: the file system cannot deliver the bytes.
    """
    while offset < log.size:
        data, base = log.block(offset)
        at = offset - base
        if at >= len(data):
            return
        item: Chunk | Fault | None
        if BLOCK - at < CHUNK_HEADER.size:
            item = _padding(data, at, base)
            offset = base + BLOCK
        else:
            item = chunk_at(data, at, base) or _fault(log, offset)
            offset = item.stop
        if item is not None:
            yield item


def chunk_at(data: bytes, at: int, base: int) -> Chunk | None:
    """The chunk that begins at data[at], `base` being the offset of data[0], or None if none is intact."""
    if at + CHUNK_HEADER.size > len(data):
        return None
    stored, length, kind = CHUNK_HEADER.unpack_from(data, at)
    begin = at + CHUNK_HEADER.size
    stop = begin + length
    if kind not in _KIND_CRCS or stop > len(data):
        return None
    body = data[begin:stop]
    if zlib.crc32(body, _KIND_CRCS[kind]) != stored:
        return None
    return Chunk(base + at, base + stop, kind, body)


def _padding(data: bytes, at: int, base: int) -> Fault | None:
    if not data[at:].strip(b"\0"):
        return None
    text = f"expected zeros up to the end of the block at byte {base + at}, found other bytes"
    return Fault("corrupt_data", base + at, base + len(data), 0, text)


def _fault(log: Log, offset: int) -> Fault:
    """Why no chunk begins at `offset`, and where the next one may."""
    data, base = log.block(offset)
    left = len(data) - (offset - base)
    if left < CHUNK_HEADER.size:
        text = f"expected a chunk header of {CHUNK_HEADER.size} bytes at byte {offset}, found {left} bytes"
        return Fault("truncated", offset, log.size, 0, text)
    stored, length, kind = CHUNK_HEADER.unpack_from(data, offset - base)
    stop = offset + CHUNK_HEADER.size + length
    if not (stored or length or kind):
        text = f"expected a chunk at byte {offset}, found zeros, as a crash leaves them"
        return Fault("corrupt_data", offset, log.next_chunk(offset + 1), 1, text)
    if kind not in _KINDS or stop > base + BLOCK:
        text = f"expected a chunk header at byte {offset}, found kind {kind} with length {length}"
        return Fault("corrupt_length", offset, log.next_chunk(offset + 1), 1, text)
    if stop > log.size:
        text = f"expected a chunk of {stop - offset} bytes at byte {offset}, found {left} to the end of file"
        found = log.next_chunk(offset + 1)
        whole = found >= log.size
        return Fault("truncated" if whole else "corrupt_length", offset, found, 0 if whole else 1, text)
    text = f"expected a chunk of {length} bytes that fits its checksum 0x{stored:08x} at byte {offset}, "
    found = stop if log.is_framed(stop) else log.next_chunk(offset + 1)
    if found >= log.size and _is_begun(data, stop - base):
        found = stop
    return Fault("corrupt_data", offset, found, 1, text + "found other bytes")


def _is_begun(data: bytes, at: int) -> bool:
    """Whether data[at:] looks like a chunk that is still being written."""
    if at + CHUNK_HEADER.size > len(data):
        return False
    _, length, kind = CHUNK_HEADER.unpack_from(data, at)
    return kind in _KINDS and len(data) < at + CHUNK_HEADER.size + length <= BLOCK


def _candidates(data: bytes, start: int) -> list[int]:
    """Indices >= `start` in a block at which a chunk header may stand, by kind and length alone."""
    view = np.frombuffer(data, np.uint8)
    at = np.arange(start, len(data) - CHUNK_HEADER.size + 1)
    kind = view[at + 6]
    at, kind = at[(kind == FULL) | (kind == FIRST)], kind[(kind == FULL) | (kind == FIRST)]
    stop = at + CHUNK_HEADER.size + view[at + 4] + view[at + 5].astype(np.int64) * 256
    fits = np.where(kind == FULL, stop <= len(data), stop == BLOCK)
    found: list[int] = at[fits].tolist()
    return found


def _read(fd: int, n: int, offset: int) -> bytes:
    pieces = []
    while n > 0:
        piece = os.pread(fd, n, offset)
        if not piece:
            break
        pieces.append(piece)
        n, offset = n - len(piece), offset + len(piece)
    return b"".join(pieces)
