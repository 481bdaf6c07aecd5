"""CRC-32C (Castagnoli, RFC 3720) as record files store it: of one buffer, or of many equally long rows."""

from __future__ import annotations

from functools import lru_cache
from struct import Struct

import google_crc32c
import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint32]
Bytes = npt.NDArray[np.uint8]

_POLYNOMIAL = np.uint32(0x82F63B78)
_MASK_DELTA = 0xA282EAD8
_LENGTH = Struct("<Q")


def crc32c(data: bytes | Bytes) -> int:
    """The plain CRC-32C of `data`."""
    return int(google_crc32c.value(data))


def extend(crc: int, data: bytes) -> int:
    """The plain CRC-32C of what `crc` was taken of, followed by `data`."""
    return int(google_crc32c.extend(crc, data))


def mask(crc: int) -> int:
    """The form in which record files store a CRC: rotated right by 15 bits, plus a constant."""
    return ((crc >> 15 | crc << 17) + _MASK_DELTA) & 0xFFFFFFFF


def masked_crc32c(data: bytes | Bytes) -> int:
    """The stored form of the CRC-32C of `data`."""
    crc: int = google_crc32c.value(data)
    return ((crc >> 15 | crc << 17) + _MASK_DELTA) & 0xFFFFFFFF


def mask_all(crc: Words) -> Words:
    """`mask` for an array of any shape."""
    rotated: Words = (crc >> np.uint32(15)) | (crc << np.uint32(17))
    rotated += np.uint32(_MASK_DELTA)
    return rotated


@lru_cache(maxsize=4096)
def length_crc(length: int) -> int:
    """The stored CRC of a record's length field, an unsigned 64-bit little-endian integer."""
    return masked_crc32c(_LENGTH.pack(length))


def _one_byte() -> Words:
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & np.uint32(1), (table >> np.uint32(1)) ^ _POLYNOMIAL, table >> np.uint32(1))
    return table


_CONTRIBUTIONS = [_one_byte()]


def contribution(distance: int) -> Words:
    """What flipping bits of a byte adds (XOR) to the CRC when `distance` bytes follow it; shape (256,).

    CRC is linear over GF(2): crc(a ^ b) = crc(a) ^ XOR of contribution(n - 1 - j)[b[j]] over all j < n.
    """
    while len(_CONTRIBUTIONS) <= distance:
        last = _CONTRIBUTIONS[-1]
        _CONTRIBUTIONS.append((last >> np.uint32(8)) ^ _CONTRIBUTIONS[0][last & np.uint32(255)])
    return _CONTRIBUTIONS[distance]
