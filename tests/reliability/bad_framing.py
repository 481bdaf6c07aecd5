"""Bad event files whose framing is broken (A)."""

from __future__ import annotations

import os
import random
from pathlib import Path

from bad_case import Case, file_of
from event_files import (
    NAME,
    event,
    file_bytes,
    header,
    losses,
    record,
    simple,
)
from tensorboard.compat.proto.event_pb2 import Event

N = 40
RAW = [record(Event(wall_time=1.7e9, file_version="brain.Event:2").SerializeToString())] + [
    record(one.SerializeToString()) for one in losses(N)
]
AT = [sum(map(len, RAW[:i])) for i in range(N + 2)]
SOUND = b"".join(RAW)
POINTS = [(step, step / 8) for step in range(N)]
MIDDLE = 21  # the record of step 20
GIB = 1 << 30


def loss(points=POINTS):
    return {"bad": {"loss": list(points)}}


def without(*steps):
    return loss([point for point in POINTS if point[0] not in steps])


def flipped(data, at, bit=0):
    out = bytearray(data)
    out[at] ^= 1 << bit
    return bytes(out)


def inserted(piece, place=MIDDLE):
    return SOUND[: AT[place]] + piece + SOUND[AT[place] :]


def case(name, data, *problems, runs=None, code=3, **more):
    runs = loss() if runs is None else runs
    return Case(name, file_of(NAME, data), runs, problems, code, **more)


def noise(size, seed=7):
    return random.Random(seed).randbytes(size)


def claimed(length, *, followed=True):
    """A header with a good checksum and any length where the record of step 20 was, or at the end."""
    if not followed:
        return SOUND + header(length)
    return inserted(header(length))


def nested():
    """A text in which a whole event file stands, its header broken: nobody can tell what is inside it."""
    text = record(event(99, simple("loss", 99.0)).SerializeToString())
    outer = record(b"\x0a" + bytes([len(text)]) + text)
    return inserted(flipped(outer, 2))


def half_bad(n):
    raw = [record(one.SerializeToString()) for one in losses(n)]
    return b"".join(flipped(one, len(one) - 6) if i % 2 else one for i, one in enumerate(raw))


def half_bad_at(n):
    """Where the broken records of `half_bad` begin."""
    sizes = [len(record(one.SerializeToString())) for one in losses(n)]
    return [sum(sizes[:i]) for i in range(1, 202, 2)]


def sparse(folder: Path):
    """A record of 200 MB, most of it a hole that was never written, and sound records behind it."""
    length = 200 << 20
    with (folder / NAME).open("wb") as file:
        file.write(SOUND[: AT[MIDDLE]] + header(length))
        file.seek(length + 4, os.SEEK_CUR)
        file.write(SOUND[AT[MIDDLE] :])


def fed(n):
    """Headers that each claim the bytes of half the file."""
    return SOUND + b"\0" + header(12 * n // 2 - 16) * n


FRAMING = [
    case("A01 empty file", b"", ("empty", 0), runs={"bad": {}}, code=0),
    case("A02 nothing but the header of a log", RAW[0], ("empty", None), runs={"bad": {}}, code=0),
    case("A03 five bytes of a header", SOUND[:5], ("truncated", 0), runs={"bad": {}}, code=0),
    case("A04 cut in a header", SOUND[: AT[N] + 9], ("truncated", AT[N]), runs=without(N - 1), code=0),
    case("A05 cut in a payload", SOUND[: AT[N] + 20], ("truncated", AT[N]), runs=without(N - 1), code=0),
    case("A05b cut in a checksum", SOUND[:-1], ("truncated", AT[N]), runs=without(N - 1), code=0),
    case(
        "A06 flip in a length", flipped(SOUND, AT[MIDDLE]), ("corrupt_length", AT[MIDDLE]), runs=without(20)
    ),
    case(
        "A07 flip in the checksum of a length",
        flipped(SOUND, AT[MIDDLE] + 9),
        ("corrupt_length", AT[MIDDLE]),
        runs=without(20),
    ),
    case(
        "A08 flip in a payload",
        flipped(SOUND, AT[MIDDLE] + 14),
        ("corrupt_data", AT[MIDDLE]),
        runs=without(20),
    ),
    case(
        "A09 flip in the checksum of a payload",
        flipped(SOUND, AT[MIDDLE + 1] - 2),
        ("corrupt_data", AT[MIDDLE]),
        runs=without(20),
    ),
    case("A10 flip in the first byte", flipped(SOUND, 0), ("corrupt_length", 0)),
    case(
        "A10b flip in the last byte",
        flipped(SOUND, len(SOUND) - 1),
        ("corrupt_data", AT[N]),
        runs=without(N - 1),
    ),
    *(
        case(
            f"A11-15 length of {length:#x} {where}",
            claimed(length, followed=followed),
            ("corrupt_length", at),
        )
        for length in (1 << 40, 1 << 62, 1 << 63, (1 << 64) - 16, (1 << 64) - 1)
        for where, followed, at in (("in the middle", True, AT[MIDDLE]), ("at the end", False, len(SOUND)))
    ),
    case("A16 a claim of 3 GiB with records behind", claimed(3 * GIB), ("corrupt_length", AT[MIDDLE])),
    case(
        "A16b a claim of 3 GiB at the end", claimed(3 * GIB, followed=False), ("corrupt_length", len(SOUND))
    ),
    case(
        "A16c a claim of 32 MiB at the end",
        claimed(32 << 20, followed=False),
        ("truncated", len(SOUND)),
        code=0,
    ),
    case("A17 noise at the end", SOUND + noise(1000), ("corrupt_length", len(SOUND))),
    case("A18 noise in the middle", inserted(noise(1000)), ("corrupt_length", AT[MIDDLE])),
    case("A19 a page of zeros", inserted(bytes(4096)), ("corrupt_length", AT[MIDDLE])),
    case("A20 nothing but zeros", bytes(100_000), ("corrupt_length", 0), runs={"bad": {}}),
    case("A21 nothing but noise", noise(1_000_000), ("corrupt_length", 0), runs={"bad": {}}),
    case("A22 a line of a logger", inserted(b"INFO:root:saving\n"), ("corrupt_length", AT[MIDDLE])),
    case("A23 a record twice", inserted(RAW[MIDDLE - 1]), code=0),
    case(
        "A24 a log behind a log",
        SOUND + file_bytes(event(N, simple("loss", 5.0))),
        runs=loss([*POINTS, (N, 5.0)]),
        code=0,
    ),
    case(
        "A25 a byte less",
        SOUND[: AT[MIDDLE] + 20] + SOUND[AT[MIDDLE] + 21 :],
        ("corrupt_data", AT[MIDDLE]),
        runs=without(20),
    ),
    case(
        "A26 a byte more",
        SOUND[: AT[MIDDLE] + 20] + b"x" + SOUND[AT[MIDDLE] + 20 :],
        ("corrupt_data", AT[MIDDLE]),
        runs=without(20),
    ),
    case(
        "A27 torn by a crash and written on",
        SOUND[: AT[MIDDLE] + 20] + SOUND[AT[MIDDLE + 1] :],
        ("corrupt_data", AT[MIDDLE]),
        runs=without(20),
    ),
    case(
        "A28 a stretch of broken payloads",
        b"".join(flipped(one, 30) if 10 < i <= 20 else one for i, one in enumerate(RAW)),
        *(("corrupt_data", AT[i]) for i in range(11, 21)),
        runs=without(*range(10, 20)),
    ),
    case("A29 records without payload", inserted(record(b"") * 3), code=0),
    case(
        "A30 a broken record that holds a whole one",
        nested(),
        ("corrupt_length", AT[MIDDLE]),
        runs=None,
    ),
    case(
        "A31 every other payload broken",
        half_bad(2000),
        ("over_limit", None),
        *(("corrupt_data", at) for at in half_bad_at(2000)[:100]),
        runs=loss([(step, step / 8) for step in range(0, 2000, 2)]),
    ),
    case("A32 headers that claim half the file", fed(40_000), ("corrupt_length", len(SOUND))),
    Case("A33 a record of 200 MB that is a hole", sparse, loss(), (("corrupt_data", AT[MIDDLE]),), 3),
    case("A34 a record of 30 MB", inserted(record(bytes(30 << 20))), ("bad_event", AT[MIDDLE])),
]
