"""One `.wandb` file to curves and settings: every point it holds, and every problem met on the way."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from loganalyzer.model.run import Source
from loganalyzer.readers.events.limits import MAX_TAGS
from loganalyzer.readers.events.problems import Problems
from loganalyzer.readers.reading import Reading
from loganalyzer.readers.wandb.chunks import FILE_HEADER, Log, chunk_at
from loganalyzer.readers.wandb.records import header_fault, records
from loganalyzer.readers.wandb.run import RunLog
from loganalyzer.readers.wandb.settings import MAX_SETTINGS
from loganalyzer.readers.wandb.sidecars import complete

FORMAT = "wandb"
SUFFIX = ".wandb"
_RUN_FOLDER = re.compile(r"(?:offline-)?run-\d{8}_\d{6}-.+")


def claims(path: Path, head: bytes) -> bool:
    """Whether a file is ours: by its suffix, and by its header, whole or begun, or an intact chunk behind."""
    if path.suffix.lower() != SUFFIX:
        return False
    n = len(FILE_HEADER)
    return FILE_HEADER.startswith(head[:n]) or chunk_at(head, n, 0) is not None


def base_of(path: Path) -> Path | None:
    """The folder that wandb made for the run of this run file, or None if it is none or lies elsewhere."""
    is_ours = path.suffix.lower() == SUFFIX and _RUN_FOLDER.fullmatch(path.parent.name)
    return path.parent if is_ours else None


def read(path: Path, *, display: str | None = None) -> Reading:
    """All points and settings of one run file; nothing that is wrong with it is raised.

    Steps are wandb's own, wall times in seconds since the epoch. A run without a history gives the last
    values of its summary. `display` is how problems name the file.

    Raises:
        OSError: the file cannot be opened or read.
    """
    name = display if display is not None else path.name
    log = RunLog(Problems(name))
    # Without O_NONBLOCK a pipe with an inviting name would wait for a writer for ever.
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        status = os.fstat(fd)
        if stat.S_ISREG(status.st_mode):
            size = _read_records(Log(fd, status.st_size), log)
        else:
            size = 0
            text = "expected a regular file, found something else: it was not opened; name the file itself"
            log.problems.add("unreadable", None, text)
    finally:
        os.close(fd)
    complete(log, path.parent)
    _report_limits(log)
    return Reading(
        source=Source(name, FORMAT, size, log.records),
        columns=log.history.columns(),
        hparams=dict(sorted(log.settings.values.items())),
        problems=log.problems.all(),
        framework=log.framework,
    )


def _read_records(file: Log, log: RunLog) -> int:
    """Everything in an open file to `log`; the size of the file."""
    head = file.block(0)[0][: len(FILE_HEADER)]
    if not head:
        text = "expected a file header at byte 0, found an empty file: look whether the run ever began"
        log.problems.add("empty", 0, text)
        return file.size
    fault = header_fault(head)
    if fault is not None:
        kind, offset, skipped, lost, text = fault
        log.problems.add(kind, offset, text, skipped=skipped, lost=lost)
    for item in records(file):
        log.take(item)
    log.close(file.size)
    return file.size


def _report_limits(log: RunLog) -> None:
    if log.history.refused:
        text = (
            f"expected at most {MAX_TAGS} keys in the history, found more: {log.history.refused} points are "
        )
        log.problems.add("over_limit", None, text + "left out; log fewer keys", lost=log.history.refused)
    if log.settings.refused:
        text = (
            f"expected at most {MAX_SETTINGS} settings, found {log.settings.refused} more: they are left out"
        )
        log.problems.add(
            "over_limit", None, text + "; nothing to do for the curves", lost=log.settings.refused
        )
