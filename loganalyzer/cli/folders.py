"""A folder of results that appears whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from loganalyzer.cli.output import OutputError

_GENERATOR = b'<meta name="generator" content="loganalyzer '
_OWN = frozenset({"archive.html", "index.html", "assets", "runs"})
_HEAD_BYTES = 4096


def check_folder(path: Path, *, force: bool) -> None:
    """Refuse a place that cannot take a folder of results before the work is done, not after.

    An empty folder may be filled; one that holds a report, and nothing else, is replaced only by force.

    Raises:
        OutputError: the place is taken, or what it lies in is missing or not writable.
    """
    parent = path.absolute().parent
    if not parent.is_dir():
        raise OutputError(f"{path}: its folder {parent} does not exist; make it first")
    if not os.access(parent, os.W_OK):
        raise OutputError(f"{path}: its folder {parent} is not writable; choose another -o DIR")
    if path.is_symlink() or (path.exists() and not path.is_dir()):
        raise OutputError(
            f"{path}: is not a folder, expected a new one or a former report; choose another -o"
        )
    names = {one.name for one in path.iterdir()} if path.exists() else set()
    if not names:
        return
    if not _is_report(path, names):
        other = min(names - _OWN, default="index.html")
        raise OutputError(
            f"{path}: holds {other!r}, which is of no report; expected an empty folder, choose another -o DIR"
        )
    if not force:
        raise OutputError(f"{path}: holds a report already; give --force to put the new one in its place")


def _is_report(path: Path, names: set[str]) -> bool:
    index = path / "index.html"
    if not names <= _OWN or not index.is_file():
        return False
    with index.open("rb") as file:
        return _GENERATOR in file.read(_HEAD_BYTES)


def write_folder(path: Path, files: Iterable[tuple[str, str]]) -> None:
    """Write files, each by its path below `path` and its text, and put them in place of what is there.

    Raises:
        OutputError: the disk is full, or the folder was taken meanwhile.
    """
    target = path.absolute()
    try:
        part = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name[:40]}."))
        try:
            for name, text in files:
                file = part / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8", newline="")
            _swap(part, target)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    except OSError as error:
        raise OutputError(
            f"{path}: cannot write the result: {error.strerror}; choose another -o DIR"
        ) from error


def _swap(part: Path, target: Path) -> None:
    """Put `part` where `target` is; what was there goes away only once it has a successor."""
    mask = os.umask(0)
    os.umask(mask)
    part.chmod(0o777 & ~mask)
    if not target.exists():
        part.rename(target)
        return
    old = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name[:40]}."))
    target.rename(old)
    part.rename(target)
    shutil.rmtree(old)
