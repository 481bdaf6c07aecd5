"""Event files that are still written: read on from where the last reading ended."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from loganalyzer.readers.events.limits import EventLimits
from loganalyzer.readers.events.points import Mark, Points
from loganalyzer.readers.events.problems import Problems
from loganalyzer.readers.limits import current
from loganalyzer.readers.reading import Column, Reading
from loganalyzer.readers.tfevents import NotRegularError, opened, read, read_blocks, reading_of

_END_BYTES = 4096


def read_on(
    path: Path, display: str, mark: Mark | None = None, columns: Iterable[Column] = ()
) -> tuple[Reading, Mark | None]:
    """What `tfevents.read` says of a file of which the `columns` up to a mark are known, and the next mark.

    The file is read from its beginning where there is no mark, or it fits no more: the file is shorter, its
    first bytes are others, or those before the mark. There is no next mark where to go on would not be exact:
    behind damage, with histograms, or over a limit.
    """
    with suppress(NotRegularError, OSError), opened(path) as (fd, size):
        if mark is None or mark.offset > size or _ends(fd, mark.offset) != mark.ends:
            mark, columns = None, ()
        limits = EventLimits.of_scan()
        points, begin = Points(Problems(display, limits.problems), limits), 0
        if mark is not None:
            points.resume(mark, columns)
            begin = mark.offset
        end = read_blocks(fd, size, points, accept_bad_crc=current().accept_bad_crc, begin=begin)
        following = points.mark(end, _ends(fd, end))
        if mark is None or following is not None:
            return reading_of(display, size, points), following
    return read(path, display=display), None


def _ends(fd: int, offset: int) -> bytes:
    """A digest of the first bytes of a file and of those before `offset`."""
    digest = blake2b(os.pread(fd, min(_END_BYTES, offset), 0), digest_size=16)
    begin = max(offset - _END_BYTES, 0)
    digest.update(os.pread(fd, offset - begin, begin))
    return digest.digest()
