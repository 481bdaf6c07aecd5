"""Scan many folders from one process that has everything loaded, each in a child of its own, and measure.

python scan_each.py < FOLDERS > RESULTS, one JSON a line: what came out, how it ended, what it took.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import resource
import signal
import sys
import time
from pathlib import Path

SECONDS = 20
ROOM = 1 << 30


def pages() -> list[int]:
    """Bytes that this process has addresses for, and bytes that it has in memory."""
    return [int(n) * resource.getpagesize() for n in Path("/proc/self/statm").read_text().split()[:2]]


def scan(folder: str) -> int:
    """`loganalyzer scan` as the command line does it, in a process that has less to give than there is."""
    from loganalyzer.cli import main

    size = pages()[0] + ROOM
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    signal.alarm(SECONDS)
    sys.argv = ["loganalyzer", "scan", folder, "--format", "json", "--fail-on", "never"]
    try:
        main()
    except SystemExit as left:
        return int(left.code or 0)
    return 0


def measured(folder: str) -> dict[str, object]:
    """The outcome of one scan in a child; `mib` is what its memory grew by."""
    out, err = os.memfd_create("out"), os.memfd_create("err")
    before, started = pages()[1], time.monotonic()
    child = os.fork()
    if not child:
        code = 99
        try:
            os.dup2(out, 1)
            os.dup2(err, 2)
            sys.stdout = io.TextIOWrapper(os.fdopen(1, "wb"), encoding="utf-8", errors="strict")
            sys.stderr = io.TextIOWrapper(os.fdopen(2, "wb"), encoding="utf-8", errors="replace")
            code = scan(folder)
        finally:
            with contextlib.suppress(Exception):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)
    _, status, usage = os.wait4(child, 0)
    texts = []
    for fd in (out, err):
        os.lseek(fd, 0, os.SEEK_SET)
        with os.fdopen(fd, "rb") as file:
            texts.append(file.read().decode("utf-8", "surrogateescape"))
    return {
        "code": os.waitstatus_to_exitcode(status),
        "mib": usage.ru_maxrss / 1024 - before / (1 << 20),
        "seconds": time.monotonic() - started,
        "out": texts[0],
        "err": texts[1],
    }


def main() -> None:
    folders = [line.rstrip("\n") for line in sys.stdin]
    # One scan in this process loads all that is loaded late, so that no child pays for it.
    shown, sys.stdout = sys.stdout, io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with contextlib.suppress(SystemExit):
        from loganalyzer.cli import main as command

        sys.argv = ["loganalyzer", "scan", folders[0], "--format", "json", "--fail-on", "never"]
        command()
    sys.stdout = shown
    for folder in folders:
        sys.stdout.write(json.dumps(measured(folder)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
