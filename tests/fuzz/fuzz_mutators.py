"""Bytes with their checksums made right again: a random change would pass one only once in 2^32."""

from __future__ import annotations

import struct
import zlib

from event_files import header, masked, record
from wandb_files import BLOCK, HEADER, chunk

_EMPTY_CHUNK = 7


def with_record_crcs(data: bytes) -> bytes:
    """An event file as it is framed, with both checksums of each record right; a torn end stays torn."""
    out, at = b"", 0
    while at + 12 <= len(data):
        (length,) = struct.unpack_from("<Q", data, at)
        if length > len(data) - at - 16:
            return out + header(length) + data[at + 12 :]
        out += record(data[at + 12 : at + 12 + length])
        at += 16 + length
    return out + data[at:]


def as_records(data: bytes) -> bytes:
    """Bytes cut into whole records, each as long as its first byte says."""
    out, at = b"", 0
    while at < len(data):
        length = data[at]
        out += record(data[at + 1 : at + 1 + length])
        at += 1 + length
    return out


def with_payload_crc(data: bytes, at: int) -> bytes:
    """One record's payload checksum made right, wherever it is; the data as they are if there is none."""
    if at + 16 > len(data):
        return data
    (length,) = struct.unpack_from("<Q", data, at)
    end = at + 12 + length
    if end + 4 > len(data):
        return data
    return data[:end] + struct.pack("<I", masked(data[at + 12 : end])) + data[end + 4 :]


def with_chunk_crcs(data: bytes) -> bytes:
    """A wandb run file as it is framed, with the header and the checksum of each chunk right."""
    out, at = HEADER, len(HEADER)
    while at < len(data):
        left = BLOCK - at % BLOCK
        if left < _EMPTY_CHUNK:
            out += bytes(left)
            at += left
            continue
        length = int.from_bytes(data[at + 4 : at + 6], "little")
        if at + _EMPTY_CHUNK > len(data) or length > left - _EMPTY_CHUNK:
            return out + data[at:]
        body = data[at + _EMPTY_CHUNK : at + _EMPTY_CHUNK + length]
        whole = chunk(data[at + 6], body)
        out += struct.pack("<IH", zlib.crc32(data[at + 6 : at + 7] + body), length) + whole[6:]
        at += _EMPTY_CHUNK + length
    return out
