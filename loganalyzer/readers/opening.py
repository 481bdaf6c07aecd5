"""One file of a run as data, whatever happens to it between the walk and now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import cast

from loganalyzer.errors import ReadError
from loganalyzer.model.run import Hyperparameter, ProblemKind, ReadProblem, Source
from loganalyzer.readers.formats import (
    HEAD_BYTES,
    FileReader,
    Reader,
    has_folders,
    has_settings,
    is_store,
    reader_of,
)
from loganalyzer.readers.limits import MIB, current
from loganalyzer.readers.reading import Reading
from loganalyzer.readers.trees.names import EVENTS, is_events, shown

NOTHING_READY: Mapping[tuple[Path, Path], Reading] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """What was read of one file: the runs of a store by name, or the one part of a run, without a name.

    `base` is the folder of which the file is a part, in a format that has a file for each curve.
    """

    path: Path
    runs: tuple[tuple[str, Reading], ...]
    reader: Reader | None = None
    base: Path | None = None

    @property
    def reading(self) -> Reading:
        """The one reading of a file that is no store."""
        return self.runs[0][1]

    @property
    def is_store(self) -> bool:
        """Whether the file holds many runs."""
        return is_store(self.reader)


def shown_below(root: Path, path: Path) -> str:
    """How messages name a file below `root`, or the root itself."""
    return shown(path.name if path == root else path.relative_to(root).as_posix())


def open_file(
    root: Path, path: Path, ready: Mapping[tuple[Path, Path], Reading] = NOTHING_READY
) -> OpenedFile:
    """Read one file below `root`, or the root itself; what goes wrong is told in the reading's problems."""
    reading = ready.get((root, path))
    if reading is not None:
        return OpenedFile(path, (("", reading),))
    name = shown_below(root, path)
    format_name = EVENTS if is_events(path.name) else path.suffix.lstrip(".").lower()
    head = b""
    try:
        most = current().file_bytes
        if most is not None and (size := path.stat().st_size) > most:
            say = f"expected a file of at most {most / MIB:g} MiB, found {size} bytes; it was not read; "
            say += "raise --max-file-mb"
            return OpenedFile(path, (("", _unread(name, format_name, size, "over_limit", say)),))
        if format_name != EVENTS:
            with path.open("rb") as file:
                head = file.read(HEAD_BYTES)
        reader = reader_of(path, head)
        if is_store(reader):
            return OpenedFile(path, reader.read_runs_of(path, display=name), reader)
        if reader is not None:
            base = reader.base_of(path) if has_folders(reader) else None
            reading = cast("FileReader", reader).read(path, display=name)
            return OpenedFile(path, (("", reading),), reader, base)
        say = "expected the log found here a moment ago, found something else; scan again"
        return OpenedFile(path, (("", _unread(name, format_name, len(head), "skipped", say)),))
    except OSError as error:
        say = f"expected a readable file, found an error ({error.strerror}); check its permissions"
        return OpenedFile(path, (("", _unread(name, format_name, 0, "unreadable", say)),))


def _unread(name: str, format_name: str, size: int, kind: ProblemKind, say: str) -> Reading:
    problem = ReadProblem(kind, name, f"{name}: {say}", skipped=size if kind == "over_limit" else 0)
    return Reading(Source(name, format_name, size, 0), problems=(problem,))


def settings_beside(
    files: list[OpenedFile],
) -> tuple[Mapping[str, Hyperparameter], tuple[ReadProblem, ...]]:
    """The hyper-parameters that formats keep in the folders of their runs, each folder asked once.

    What goes wrong in a reader of another package is a problem of the first file it read in that folder.
    """
    found: dict[str, Hyperparameter] = {}
    problems: list[ReadProblem] = []
    asked: set[tuple[str, Path]] = set()
    for file in files:
        reader: object = file.reader
        if file.base is None or not has_settings(reader):
            continue
        key = (reader.FORMAT, file.base)
        if key not in asked:
            asked.add(key)
            try:
                found |= reader.hparams_of(file.base)
            except ReadError as error:
                name = file.reading.source.path
                say = f"{name}: expected settings beside this file, found none: {error}"
                problems.append(ReadProblem("skipped", name, say))
    return found, tuple(problems)
