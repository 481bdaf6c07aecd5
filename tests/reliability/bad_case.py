"""One bad input by name: how to write it, what must come out of it, and how a scan of it must end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

Points = Mapping[str, list[tuple[int, float]]]


@dataclass(frozen=True)
class Case:
    """`write` fills a folder; `runs` are the points of each run below it, by name, tag and step.

    `problems` are all that must be said, as (kind, offset) in the order of files and places. `code` is the
    exit code of a scan with a sound run beside it, where no finding counts.
    """

    name: str
    write: Callable[[Path], object]
    runs: Mapping[str, Points]
    problems: tuple[tuple[str, int | None], ...] = ()
    code: int = 0

    def __str__(self) -> str:
        return self.name.replace(" ", "-")


def file_of(name: str, data: bytes | str) -> Callable[[Path], object]:
    """A writer of one file."""
    content = data.encode() if isinstance(data, str) else data
    return lambda folder: (folder / name).write_bytes(content)


def files_of(**files: bytes) -> Callable[[Path], object]:
    """A writer of several files, `a__b` for a file in a folder."""

    def write(folder: Path) -> None:
        for name, data in files.items():
            path = folder / name.replace("__", "/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    return write
