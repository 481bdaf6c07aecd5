"""Where results go: a file that appears whole or not at all, or the terminal as it is."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from loganalyzer.cli.exits import BROKEN_PIPE
from loganalyzer.errors import LogAnalyzerError
from loganalyzer.report.renderers import Screen

if TYPE_CHECKING:
    from typing import TextIO

    from loganalyzer.report.renderers import Detail


class OutputError(LogAnalyzerError):
    """A result cannot be written where it was asked for."""


def emit(text: str) -> None:
    """Print a result; a reader that has gone away ends the program quietly.

    Raises:
        OutputError: standard output cannot take it.
    """
    if getattr(sys.stdout, "name", "") == os.devnull:  # it was closed before the program began
        sys.exit(BROKEN_PIPE)
    try:
        _write_all(text.encode(sys.stdout.encoding or "utf-8", "backslashreplace"))
    except BrokenPipeError:
        # Nothing may be left for the interpreter to flush into the closed pipe on its way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(BROKEN_PIPE)
    except OSError as error:
        raise OutputError(f"standard output: cannot write the result: {error.strerror}") from error


def _write_all(data: bytes) -> None:
    """Write until nothing is left: without a buffer (PYTHONUNBUFFERED) a part may be taken in silence."""
    left = memoryview(data)
    while left:
        left = left[sys.stdout.buffer.write(left) :]
    sys.stdout.buffer.flush()


def complain(text: str) -> None:
    """One message, kept from steering the terminal, on standard error; each of its lines is one line."""
    from loganalyzer.report.terminal.escape import show

    safe = "\n".join(show(line) for line in text.split("\n"))
    with suppress(OSError):
        sys.stderr.buffer.write((safe + "\n").encode(sys.stderr.encoding or "utf-8", "backslashreplace"))
        sys.stderr.buffer.flush()


@contextmanager
def writing(path: Path) -> Iterator[Path]:
    """A file to write beside `path`, put in its place on leaving: all of it or the old bytes.

    A link stays, and what it points to is written. A device or a pipe cannot be replaced: it gets the bytes.

    Raises:
        OutputError: the folder is missing or not writable, or the disk is full.
    """
    try:
        target = None if _is_stream(path) else Path(os.path.realpath(path))
        handle, name = tempfile.mkstemp(
            dir=target and target.parent, prefix=f".{path.stem[:40]}.", suffix=path.suffix
        )
        os.close(handle)
        part = Path(name)
        try:
            yield part
            if target is None:
                _pour(part, path)
            else:
                _settle(part)
                part.replace(target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OutputError(
            f"{path}: cannot write the result: {error.strerror}; choose another -o FILE"
        ) from error


def _is_stream(path: Path) -> bool:
    """Whether a path stands for something that takes bytes and is no file: a device, a pipe."""
    if path.absolute().parts[1:2] in (("dev",), ("proc",)):
        return True
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except FileNotFoundError:
        return False


def _pour(part: Path, path: Path) -> None:
    """Send the bytes of `part` to a device or a pipe, behind what standard output may hold already."""
    with part.open("rb") as source, open(os.open(path, os.O_WRONLY | os.O_APPEND), "wb") as sink:  # noqa: PTH123 - the path must not be created
        shutil.copyfileobj(source, sink)
    part.unlink()


def _settle(part: Path) -> None:
    """Bring the bytes to the disk, and give the file the rights of any new file."""
    mask = os.umask(0)
    os.umask(mask)
    part.chmod(0o666 & ~mask)
    with part.open("rb") as file:
        os.fsync(file.fileno())


def check_writable(path: Path) -> None:
    """Refuse a place that cannot take a file before the work is done, not after.

    Raises:
        OutputError: the folder of `path` is missing or not writable, or `path` is itself a folder.
    """
    if path.is_dir():
        raise OutputError(f"{path}: is a folder, expected the name of a file to write")
    if path.exists() and _is_stream(path):
        return
    target = Path(os.path.realpath(path)) if path.is_symlink() else path
    if target.is_symlink():
        raise OutputError(f"{path}: is a link that leads in circles; choose another -o FILE")
    folder = target.parent
    if not folder.is_dir():
        raise OutputError(f"{path}: its folder {folder} does not exist; make it first")
    if not os.access(folder, os.W_OK):
        raise OutputError(f"{path}: its folder {folder} is not writable; choose another -o FILE")


def check_new(path: Path, *, force: bool) -> None:
    """Refuse a place that cannot take a file, or has one already and is not to be written over.

    Raises:
        OutputError: see `check_writable`; without `force`, also if there is a file.
    """
    check_writable(path)
    if path.is_file() and not force:
        raise OutputError(f"{path}: is there already; give --force to write over it")


def refuse_input(path: Path, inputs: Iterable[Path], option: str = "-o") -> None:
    """Refuse to let the file of an option go over a file that is read, whatever name it goes by.

    Raises:
        OutputError: `path` is one of `inputs`.
    """
    try:
        there = path.stat()
    except OSError:
        return
    for one in inputs:
        with suppress(OSError):
            if os.path.samestat(there, one.stat()):
                raise OutputError(f"{path}: is one of the logs to read ({one}); choose another {option} FILE")


def screen_of(stream: TextIO, *, detail: Detail, color: bool) -> Screen:
    """What the terminal behind `stream` can show; a pipe gets whole lines without colour."""
    terminal = stream.isatty()
    return Screen(
        width=max(shutil.get_terminal_size().columns, 40) if terminal else None,
        color=color and _wants_color(terminal=terminal),
        unicode=_knows_unicode(stream.encoding),
        detail=detail,
    )


def _wants_color(*, terminal: bool) -> bool:
    """By the conventions of NO_COLOR, FORCE_COLOR and TERM=dumb."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (terminal and os.environ.get("TERM") != "dumb")


def _knows_unicode(encoding: str | None) -> bool:
    try:
        "✗→…▁▂▃▄▅▆▇█▲".encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
