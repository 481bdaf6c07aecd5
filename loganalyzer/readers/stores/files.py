"""Opening files that somebody else wrote: regular ones only, never for writing, never waiting."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from loganalyzer.readers.events.problems import Problems

MAX_LINE = 64 * 1024
MAX_LINES = 5_000_000


@contextmanager
def opened(path: Path, *, flags: int = 0) -> Iterator[BinaryIO]:
    """The bytes of a regular file.

    Raises:
        OSError: it cannot be opened, or is no regular file.
    """
    # Without O_NONBLOCK a pipe with an inviting name would wait for a writer for ever.
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | flags)
    with os.fdopen(fd, "rb") as file:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise OSError(errno.EINVAL, "not a regular file")
        yield file


def read_small(path: Path, limit: int) -> bytes:
    """At most `limit` bytes of a regular file; nothing of a link, or of one that cannot be read."""
    try:
        return start_of(path, limit)
    except OSError:
        return b""


def start_of(path: Path, limit: int) -> bytes:
    """At most `limit` bytes of a regular file.

    Raises:
        OSError: it cannot be read, or is a link or no regular file.
    """
    with opened(path, flags=os.O_NOFOLLOW) as file:
        return file.read(limit)


def whole_lines(file: BinaryIO, problems: Problems) -> Iterator[tuple[int, bytes]]:
    """The lines that end, without their ends, with their numbers from 1.

    The last one without an end is still being written: a number in it may be half a number. A line of more
    than `MAX_LINE` bytes is passed over, and all behind `MAX_LINES` lines.
    """
    number = 0
    while line := file.readline(MAX_LINE):
        number += 1
        if number > MAX_LINES:
            say = (
                f"{problems.path}:{number}: expected at most {MAX_LINES} lines, found more; the rest was not "
            )
            skipped = os.fstat(file.fileno()).st_size - file.tell() + len(line)
            problems.add("over_limit", number, say + "read; log less often", skipped=skipped)
            return
        if line.endswith(b"\n"):
            yield number, line.rstrip(b"\r\n")
        elif len(line) < MAX_LINE:
            say = f"{problems.path}:{number}: expected a whole line at the end, found a part of one; it was "
            say += "left out, and will be read once it is written"
            problems.add("truncated", number, say, lost=1)
        else:
            size = len(line) + _rest_of_line(file)
            say = f"{problems.path}:{number}: expected a line of at most {MAX_LINE} bytes, found {size}; it "
            problems.add("over_limit", number, say + "was left out; look who wrote it", skipped=size, lost=1)


def _rest_of_line(file: BinaryIO) -> int:
    size = 0
    while piece := file.readline(MAX_LINE):
        size += len(piece)
        if piece.endswith(b"\n"):
            break
    return size
