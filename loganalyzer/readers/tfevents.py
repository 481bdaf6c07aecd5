"""TensorBoard event files, whoever wrote them: every point bit for bit, and what could not be used."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from time import monotonic

import numpy as np

from loganalyzer.model.run import Source
from loganalyzer.readers.events.columns import decode_columns
from loganalyzer.readers.events.crc32c import length_crc
from loganalyzer.readers.events.frames import HEADER, OVERHEAD
from loganalyzer.readers.events.limits import EventLimits
from loganalyzer.readers.events.memory import keep_freed_memory
from loganalyzer.readers.events.plain import decode_plain
from loganalyzer.readers.events.points import Points
from loganalyzer.readers.events.problems import Problems
from loganalyzer.readers.events.recovery import blocks_of
from loganalyzer.readers.events.resync import CHUNK
from loganalyzer.readers.events.tfrecord import Block, scan
from loganalyzer.readers.events.together import SMALL, Batch, decode_together
from loganalyzer.readers.limits import current
from loganalyzer.readers.reading import Reading
from loganalyzer.readers.trees.names import is_events

FORMAT = "tfevents"

# Below this many records the calls of a column decoder cost more than a plain loop.
COLUMNS_FROM = 2000
_WALL_TIME_KEY = 9
# The writer that comes with tensorboard, which PyTorch uses, ends a file's name in process and count.
_PROCESS = re.compile(r"\.\d+\.\d+$")


def claims(path: Path, head: bytes) -> bool:
    """Whether a file is ours: by its name, or by the header of a first record that can be an event."""
    if path.name.endswith(".profile-empty"):
        return False
    if is_events(path.name):
        return True
    if len(head) <= HEADER.size or head[HEADER.size] != _WALL_TIME_KEY:
        return False
    length, crc = HEADER.unpack_from(head)
    return bool(length_crc(length) == crc)


def read(
    path: Path,
    *,
    display: str | None = None,
    limits: EventLimits | None = None,
    accept_bad_crc: bool = False,
) -> Reading:
    """All points, histograms and hyper-parameters of one event file; nothing that is wrong with it is raised.

    Points come in file order, with NaN, Inf and negative steps kept and a wall time as logged, which may be
    NaN. `display` is how problems name the file; `limits` are those of the scan unless given. Bytes that do
    not fit their CRC are used only with `accept_bad_crc`, here or of the scan, and are reported all the same.
    """
    name = display if display is not None else str(path)
    limits = limits or EventLimits.of_scan()
    points = Points(Problems(name, limits.problems), limits)
    size = 0
    try:
        with opened(path) as (fd, size):
            if size > CHUNK:
                keep_freed_memory()
            trusting = accept_bad_crc or current().accept_bad_crc
            read_blocks(fd, size, points, accept_bad_crc=trusting)
    except NotRegularError:
        text = "expected a regular file, found something else: it was not opened; name the file itself"
        points.problems.add("unreadable", None, text)
    except OSError as error:
        text = f"expected a file that can be read, found an error ({error.strerror}): "
        points.problems.add(
            "unreadable", None, text + "check its permissions and the disk; what came before is kept"
        )
    return reading_of(name, size, points)


class NotRegularError(Exception):
    """A path leads to something that is no regular file."""


@contextmanager
def opened(path: Path) -> Iterator[tuple[int, int]]:
    """An open file and its size."""
    # Without O_NONBLOCK a pipe with an inviting name would wait for a writer for ever.
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode):
            raise NotRegularError
        yield fd, status.st_size
    finally:
        os.close(fd)


def read_many(
    paths: Sequence[Path],
    displays: Sequence[str] | None = None,
    *,
    limits: EventLimits | None = None,
    accept_bad_crc: bool = False,
) -> list[Reading]:
    """What `read` says of each path, in this order, but many small files at a time, and faster for that.

    Arrays of files that were decoded together lie side by side in memory: to keep one of them keeps all.
    """
    limits = limits or EventLimits.of_scan()
    names = list(map(str, paths)) if displays is None else list(displays)
    readings: dict[int, Reading] = {}
    batch = Batch()
    keep_freed_memory()
    for index, path in enumerate(paths):
        if batch.room < SMALL:
            readings |= _read_batch(batch, names, limits)
            batch.clear()
        with suppress(NotRegularError, OSError), opened(path) as (fd, size):
            if 0 < size <= SMALL:
                batch.add(index, fd, size)
    readings |= _read_batch(batch, names, limits)
    return [
        readings.get(index) or read(path, display=name, limits=limits, accept_bad_crc=accept_bad_crc)
        for index, (path, name) in enumerate(zip(paths, names, strict=True))
    ]


def _read_batch(batch: Batch, names: Sequence[str], limits: EventLimits) -> dict[int, Reading]:
    """The files of a batch by their numbers, without those that must be read alone."""
    if len(batch.keys) < 2:
        return {}
    points = [Points(Problems(names[index], limits.problems), limits) for index in batch.keys]
    is_done = decode_together(batch.data, np.array(batch.edges, np.int64), points)
    sizes = np.diff(batch.edges).tolist()
    return {
        index: reading_of(names[index], size, one)
        for index, size, one, done in zip(batch.keys, sizes, points, is_done, strict=True)
        if done
    }


def read_blocks(fd: int, size: int, points: Points, *, accept_bad_crc: bool, begin: int = 0) -> int:
    """Add what lies from `begin`, where a record begins, to the points; the end of the last whole record."""
    end = begin
    if size == 0:
        text = "expected at least one record, found an empty file: look whether the run ever began"
        points.problems.add("empty", 0, text)
    started, limits = monotonic(), points.limits
    with closing(blocks_of(scan(fd, size, begin, max_record=limits.record_bytes), points.problems)) as blocks:
        for block in blocks:
            end = block.base + int(block.start[-1] + block.length[-1]) + OVERHEAD
            decode(block, points, accept_bad_crc=accept_bad_crc)
            del block  # or its bytes would stay in memory while the next ones are read
            if end < size and monotonic() - started > limits.seconds(size):
                _report_time(end, size, points)
                break
    return end


def _report_time(end: int, size: int, points: Points) -> None:
    seconds, left = points.limits.seconds(size), size - end
    text = (
        f"expected to read the file in {seconds:.1f} s, found {left} bytes left by then: they are left out; "
    )
    points.problems.add("over_limit", end, text + "allow more time, or look at the disk", skipped=left)


def decode(
    block: Block, points: Points, *, columns_from: int = COLUMNS_FROM, accept_bad_crc: bool = False
) -> None:
    """Decode one block, column by column if it has `columns_from` records or more."""
    start, length = block.start, block.length
    if start.size >= columns_from:
        left = decode_columns(block, points)
        start, length = start[left], length[left]
    decode_plain(block, start, length, points, accept_bad_crc=accept_bad_crc)
    points.close_block()


def reading_of(name: str, size: int, points: Points) -> Reading:
    """What was found in a file, put together; the points are given up."""
    _report_limits(points)
    columns = points.columns()
    return Reading(
        source=Source(name, FORMAT, size, points.records),
        columns=columns,
        histograms=points.histograms(),
        hparams=dict(sorted(points.hparams.items())),
        problems=points.problems.all(),
        framework=_framework(name, points, {column.tag for column in columns}),
    )


def _report_limits(points: Points) -> None:
    limits = points.limits
    if points.refused:
        text = f"expected at most {limits.tags} tags, found more: {points.refused} points are left out; "
        points.problems.add("over_limit", None, text + "log fewer tags to a file", lost=points.refused)
    if points.shortened:
        text = (
            f"expected tags of at most {limits.tag_bytes} bytes, found {len(points.shortened)} longer ones: "
        )
        text += "they are cut and end in a hash of the whole; all their points are kept; give short names"
        points.problems.add("over_limit", None, text)


def _framework(name: str, points: Points, tags: set[str]) -> str:
    """Who most likely wrote the file, or ""."""
    if "graph_keras_model" in points.plugins:
        return "keras"
    if points.writer.startswith("tensorflow") or name.endswith(".v2"):
        return "keras" if any(tag.startswith("epoch_") for tag in tags) else "tensorflow"
    if points.writer or _PROCESS.search(name):
        return "pytorch"
    if points.contents & {"graph", "meta_graph", "session_log", "merged"}:
        return "tensorflow"
    return "tensorboardX" if tags else ""
