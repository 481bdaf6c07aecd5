"""The formats that can be read, and which of them a file is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol, runtime_checkable

from loganalyzer.model.run import Hyperparameter
from loganalyzer.readers import (
    dvclive,
    json_document,
    json_lines,
    keras_csv,
    mlflow_files,
    mlflow_sqlite,
    monitor_csv,
    text_log,
    tfevents,
    trackio,
)
from loganalyzer.readers.plugins import plugin_readers
from loganalyzer.readers.reading import Reading
from loganalyzer.readers.wandb import reader as wandb

HEAD_BYTES = 64 * 1024
SUFFIXES = frozenset(
    {
        ".csv",
        ".tsv",
        ".log",
        ".txt",
        ".out",
        ".json",
        ".jsonl",
        ".ndjson",
        ".wandb",
        ".db",
        ".sqlite",
        ".sqlite3",
    }
)
"""A file whose name ends so is looked at; one that lies in a folder of a `FolderReader` is as well."""


class Claimant(Protocol):
    """A module that knows one format; `claims` must not raise."""

    FORMAT: str

    def claims(self, path: Path, head: bytes) -> bool:
        """Whether a file of this name and these first bytes is of the format."""


@runtime_checkable
class FileReader(Claimant, Protocol):
    """A format that has one run, or a part of one, in a file; `read` may raise OSError only."""

    def read(self, path: Path, *, display: str | None = None) -> Reading:
        """Every point of the file and every problem met; `display` is its name in messages."""


@runtime_checkable
class FolderReader(FileReader, Protocol):
    """A format whose run is a folder with a file for each curve."""

    def base_of(self, path: Path) -> Path | None:
        """The folder of the run a file belongs to, told by the folders it lies in; None if it is in none."""


@runtime_checkable
class SettingsReader(Claimant, Protocol):
    """A format whose folders hold hyper-parameters beside the curves."""

    def hparams_of(self, base: Path) -> Mapping[str, Hyperparameter]:
        """The hyper-parameters of the run in this folder; nothing is raised."""


@runtime_checkable
class StoreReader(Claimant, Protocol):
    """A format that has many runs in a file; `read_runs_of` may raise OSError only."""

    def read_runs_of(self, path: Path, *, display: str | None = None) -> tuple[tuple[str, Reading], ...]:
        """The runs by their names inside the file, sorted; an empty name stands for the file as a whole."""


Reader = FileReader | StoreReader

# The first that claims a file reads it: what is told by more than a table's header is asked before tables.
READERS: tuple[Reader, ...] = (
    wandb,
    mlflow_sqlite,
    trackio,
    mlflow_files,
    dvclive,
    json_document,
    json_lines,
    monitor_csv,
    keras_csv,
    tfevents,
    text_log,
)


def readers() -> tuple[Reader, ...]:
    """The readers of the package, and behind them those that other packages bring."""
    return READERS + plugin_readers()


def reader_of(path: Path, head: bytes) -> Reader | None:
    """The first reader that claims the file, or None."""
    return next((reader for reader in readers() if reader.claims(path, head)), None)
