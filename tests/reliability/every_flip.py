"""Every single bit of a small event file wrong: what is read of it, and what is said.

python tests/reliability/every_flip.py checks all of them; the tests check one of each byte.
"""

from __future__ import annotations

import os
import sys
import tempfile
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS.parent), str(TESTS / "readers")]

from event_files import NAME, event, new_style, record, simple, tensor  # noqa: E402
from tensorboard.compat.proto.event_pb2 import Event  # noqa: E402

from loganalyzer.readers import tfevents  # noqa: E402

VALUES = (simple, tensor, new_style)
EVENTS = [
    Event(wall_time=1.7e9, file_version="brain.Event:2"),
    *(
        event(step, VALUES[step % 3](f"tag/{step % 3}", step / 8), wall_time=1.7e9 + step)
        for step in range(37)
    ),
]
RECORDS = [record(one.SerializeToString()) for one in EVENTS]
STARTS = [sum(map(len, RECORDS[:i])) for i in range(len(RECORDS))]
WHOLE = b"".join(RECORDS)


def points_of(reading):
    """Every point as bits, so that NaN equals itself."""
    return {
        (column.tag, int(step), value.tobytes(), time.tobytes())
        for column in reading.columns
        for step, value, time in zip(column.step, column.value, column.wall_time, strict=True)
    }


@contextmanager
def one_bit_wrong(path: Path, bit: int) -> Iterator[None]:
    """One byte written over, and back: to write a whole file anew flushes it on some file systems."""
    at, right = bit // 8, WHOLE[bit // 8]
    fd = os.open(path, os.O_WRONLY)
    try:
        os.pwrite(fd, bytes([right ^ 1 << bit % 8]), at)
        yield
        os.pwrite(fd, bytes([right]), at)
    finally:
        os.close(fd)


def check(bits: Iterable[int]) -> int:
    """Flip each of these bits: no other value, the loss is told with its place, and one record is lost."""
    n = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / NAME
        path.write_bytes(WHOLE)
        whole = points_of(tfevents.read(path))
        assert len(whole) == len(RECORDS) - 1
        for bit in bits:
            hit = bisect_right(STARTS, bit // 8) - 1
            with one_bit_wrong(path, bit):
                reading = tfevents.read(path)
            said = [(problem.kind, problem.offset, problem.lost) for problem in reading.problems]
            kind = "corrupt_length" if bit // 8 < STARTS[hit] + 12 else "corrupt_data"
            assert points_of(reading) == {one for one in whole if not hit or one[1] != hit - 1}, bit
            assert reading.source.records == len(RECORDS) - 1, bit
            assert said == [(kind, STARTS[hit], 1)], (bit, said)
            n += 1
    return n


if __name__ == "__main__":
    done = check(range(8 * len(WHOLE)))
    sys.stdout.write(f"{done} flips of {len(WHOLE)} bytes: no wrong value, all told, one record lost each\n")
