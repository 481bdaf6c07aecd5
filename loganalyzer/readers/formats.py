"""The formats that can be read, and which of them a file is."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from loganalyzer.readers import keras_csv, tfevents
from loganalyzer.readers.reading import Reading

HEAD_BYTES = 64 * 1024


class Reader(Protocol):
    """A module that reads one format; `claims` must not raise, `read` may raise OSError only."""

    FORMAT: str

    def claims(self, path: Path, head: bytes) -> bool:
        """Whether a file of this name and these first bytes is of the format."""

    def read(self, path: Path, *, display: str | None = None) -> Reading:
        """Every point of the file and every problem met; `display` is its name in messages."""


# An event file is known by its name alone, so that a table's suffix is asked about first.
READERS: tuple[Reader, ...] = (keras_csv, tfevents)


def reader_of(path: Path, head: bytes) -> Reader | None:
    """The first reader that claims the file, or None."""
    return next((reader for reader in READERS if reader.claims(path, head)), None)
