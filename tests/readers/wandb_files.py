"""Run files of wandb made by hand: framing, and records in the wire format of protobuf."""

from __future__ import annotations

import json
import struct
import zlib
from pathlib import Path

HEADER = b":W&B\xe1\xbe\x00"
BLOCK = 32 * 1024
FULL, FIRST, MIDDLE, LAST = 1, 2, 3, 4
NUM, HISTORY, SUMMARY, OUTPUT, CONFIG, STATS, TELEMETRY, RUN, EXIT = 1, 2, 3, 4, 5, 7, 11, 17, 18


def varint(number: int) -> bytes:
    number &= (1 << 64) - 1
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def double(field: int, value: float) -> bytes:
    return varint(field << 3 | 1) + struct.pack("<d", value)


def message(field: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return varint(field << 3 | 2) + varint(len(body)) + body


def item(key: str | tuple[str, ...], text: str, *, field: int = 1) -> bytes:
    """A key with JSON text: as `key` in one piece, or as `nested_key` in several."""
    keys = message(1, key.encode()) if isinstance(key, str) else b"".join(message(2, k.encode()) for k in key)
    return message(field, keys, message(16, text.encode()))


def history(num: int, step: int, *items: bytes, wall_time: float = 1.7e9) -> bytes:
    own = item(("_step",), str(step)) + item(("_timestamp",), repr(wall_time + step))
    return number(NUM, num) + message(HISTORY, *items, own, message(2, number(1, step)))


def losses(n: int, *, first: int = 1) -> list[bytes]:
    """`n` history records of one key, value = step / 8, numbered from `first`."""
    return [history(first + step, step, item(("loss",), json.dumps(step / 8))) for step in range(n)]


def run(num: int, *items: bytes, start: int = 1_700_000_000) -> bytes:
    config = message(4, *items)
    return number(NUM, num) + message(RUN, message(1, b"abcd1234"), config, message(17, number(1, start)))


def end(num: int) -> bytes:
    return number(NUM, num) + message(EXIT)


def padded(num: int, size: int) -> bytes:
    """A record of console output of `size` bytes."""
    body = size
    while len(number(NUM, num) + message(OUTPUT, bytes(body))) > size:
        body -= 1
    out = number(NUM, num) + message(OUTPUT, b"x" * body)
    assert len(out) == size
    return out


def chunk(kind: int, body: bytes) -> bytes:
    return struct.pack("<IHB", zlib.crc32(bytes([kind]) + body), len(body), kind) + body


def append(data: bytes, *payloads: bytes) -> bytes:
    """`data` with records behind it, cut into chunks where blocks end."""
    for payload in payloads:
        left = BLOCK - len(data) % BLOCK
        if left < 7:
            data += bytes(left)
            left = BLOCK
        rest, kinds = payload, (FULL, FIRST)
        while len(rest) + 7 > left:
            data += chunk(kinds[1], rest[: left - 7])
            rest, left, kinds = rest[left - 7 :], BLOCK, (LAST, MIDDLE)
        data += chunk(kinds[0], rest)
    return data


def file_bytes(*payloads: bytes) -> bytes:
    return append(HEADER, *payloads)


def write(folder: Path, data: bytes, name: str = "run-abcd1234.wandb") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path
