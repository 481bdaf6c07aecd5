"""TensorBoard event files, whoever wrote them: every point bit for bit, and what could not be used."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np

from loganalyzer.model.run import Source
from loganalyzer.readers.events.columns import decode_columns
from loganalyzer.readers.events.crc32c import length_crc
from loganalyzer.readers.events.frames import HEADER
from loganalyzer.readers.events.memory import keep_freed_memory
from loganalyzer.readers.events.plain import decode_plain
from loganalyzer.readers.events.points import MAX_TAGS, Points, Problems
from loganalyzer.readers.events.resync import CHUNK
from loganalyzer.readers.events.tfrecord import Block, Damage, scan
from loganalyzer.readers.events.together import SMALL, Batch, decode_together
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


def read(path: Path, *, display: str | None = None) -> Reading:
    """All points, histograms and hyper-parameters of one event file; nothing that is wrong with it is raised.

    Points come in file order, with NaN, Inf and negative steps kept and a wall time as logged, which may be
    NaN. `display` is how problems name the file.
    """
    name = display if display is not None else str(path)
    points = Points(Problems(name))
    size = 0
    try:
        with _opened(path) as (fd, size):
            if size > CHUNK:
                keep_freed_memory()
            _read_blocks(fd, size, points)
    except _NotRegularError:
        text = "expected a regular file, found something else: it was not opened; name the file itself"
        points.problems.add("unreadable", None, text)
    except OSError as error:
        text = f"expected a file that can be read, found an error ({error.strerror}): "
        points.problems.add(
            "unreadable", None, text + "check its permissions and the disk; what came before is kept"
        )
    return _reading(name, size, points)


class _NotRegularError(Exception):
    """A path leads to something that is no regular file."""


@contextmanager
def _opened(path: Path) -> Iterator[tuple[int, int]]:
    """An open file and its size."""
    # Without O_NONBLOCK a pipe with an inviting name would wait for a writer for ever.
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode):
            raise _NotRegularError
        yield fd, status.st_size
    finally:
        os.close(fd)


def read_many(paths: Sequence[Path], displays: Sequence[str] | None = None) -> list[Reading]:
    """What `read` says of each path, in this order, but many small files at a time, and faster for that.

    Arrays of files that were decoded together lie side by side in memory: to keep one of them keeps all.
    """
    names = list(map(str, paths)) if displays is None else list(displays)
    readings: dict[int, Reading] = {}
    batch = Batch()
    keep_freed_memory()
    for index, path in enumerate(paths):
        if batch.room < SMALL:
            readings |= _read_batch(batch, names)
            batch.clear()
        with suppress(_NotRegularError, OSError), _opened(path) as (fd, size):
            if 0 < size <= SMALL:
                batch.add(index, fd, size)
    readings |= _read_batch(batch, names)
    return [
        readings.get(index) or read(path, display=name)
        for index, (path, name) in enumerate(zip(paths, names, strict=True))
    ]


def _read_batch(batch: Batch, names: Sequence[str]) -> dict[int, Reading]:
    """The files of a batch by their numbers, without those that must be read alone."""
    if len(batch.keys) < 2:
        return {}
    points = [Points(Problems(names[index])) for index in batch.keys]
    is_done = decode_together(batch.data, np.array(batch.edges, np.int64), points)
    sizes = np.diff(batch.edges).tolist()
    return {
        index: _reading(names[index], size, one)
        for index, size, one, done in zip(batch.keys, sizes, points, is_done, strict=True)
        if done
    }


def _read_blocks(fd: int, size: int, points: Points) -> None:
    if size == 0:
        text = "expected at least one record, found an empty file: look whether the run ever began"
        points.problems.add("empty", 0, text)
    for item in scan(fd, size):
        if isinstance(item, Damage):
            points.problems.add(item.kind, item.offset, item.text, skipped=item.skipped, lost=item.lost)
        else:
            decode(item, points)
        del item  # or its bytes would stay in memory while the next ones are read


def decode(block: Block, points: Points, *, columns_from: int = COLUMNS_FROM) -> None:
    """Decode one block, column by column if it has `columns_from` records or more."""
    start, length = block.start, block.length
    if start.size >= columns_from:
        left = decode_columns(block, points)
        start, length = start[left], length[left]
    decode_plain(block, start, length, points)
    points.close_block()


def _reading(name: str, size: int, points: Points) -> Reading:
    if points.refused:
        text = f"expected at most {MAX_TAGS} tags, found more: {points.refused} points are left out; "
        points.problems.add("over_limit", None, text + "log fewer tags to a file", lost=points.refused)
    columns = points.columns()
    return Reading(
        source=Source(name, FORMAT, size, points.records),
        columns=columns,
        histograms=points.histograms(),
        hparams=dict(sorted(points.hparams.items())),
        problems=points.problems.all(),
        framework=_framework(name, points, {column.tag for column in columns}),
    )


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
