"""The formats that can be read, and which of them a file is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Protocol, TypeGuard, cast

from loganalyzer.model.run import Hyperparameter
from loganalyzer.readers.plugins import plugin_readers
from loganalyzer.readers.reading import Reading

HEAD_BYTES = 64 * 1024
SUFFIXES = frozenset(
    {
        ".csv",
        ".tsv",
        ".log",
        ".txt",
        ".out",
        ".err",
        ".json",
        ".jsonl",
        ".ndjson",
        ".wandb",
        ".db",
        ".sqlite",
        ".sqlite3",
    }
)
"""A file whose name ends so is looked at, and one that lies in a folder of a `FolderReader`.

A reader of another package adds to them what it has in a `SUFFIXES` of its own, such as `{".mine"}`.
"""

NAMES = frozenset({"log", "stdout", "stderr"})
"""Whole names of files that are looked at, too: what a process printed is often called so."""


class Claimant(Protocol):
    """A module that knows one format; `claims` must not raise."""

    FORMAT: str

    def claims(self, path: Path, head: bytes) -> bool:
        """Whether a file of this name and these first bytes is of the format."""


class FileReader(Claimant, Protocol):
    """A format that has one run, or a part of one, in a file; `read` may raise OSError only."""

    def read(self, path: Path, *, display: str | None = None) -> Reading:
        """Every point of the file and every problem met; `display` is its name in messages."""


class FolderReader(FileReader, Protocol):
    """A format whose run is a folder with a file for each curve."""

    def base_of(self, path: Path) -> Path | None:
        """The folder of the run a file belongs to, told by the folders it lies in; None if it is in none."""


class SettingsReader(Claimant, Protocol):
    """A format whose folders hold hyper-parameters beside the curves."""

    def hparams_of(self, base: Path) -> Mapping[str, Hyperparameter]:
        """The hyper-parameters of the run in this folder; nothing is raised."""


class StoreReader(Claimant, Protocol):
    """A format that has many runs in a file; `read_runs_of` may raise OSError only."""

    def read_runs_of(self, path: Path, *, display: str | None = None) -> tuple[tuple[str, Reading], ...]:
        """The runs by their names inside the file, sorted; an empty name stands for the file as a whole."""


Reader = FileReader | StoreReader


# Asking a protocol itself with isinstance costs more than reading a small file.
def is_store(reader: object) -> TypeGuard[StoreReader]:
    """Whether the format has many runs in a file."""
    return hasattr(reader, "read_runs_of")


def has_folders(reader: object) -> TypeGuard[FolderReader]:
    """Whether the format has one run in many files of a folder."""
    return hasattr(reader, "base_of")


def has_settings(reader: object) -> TypeGuard[SettingsReader]:
    """Whether the format keeps hyper-parameters beside its curves."""
    return hasattr(reader, "hparams_of")


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A reader of the package: a module that is imported when first a file comes whose name it may claim.

    A file may be claimed if its name ends in one of `suffixes`, or in none of `SUFFIXES` where `others` says
    so, and if it lies in a folder called `within`, where one is named.
    """

    module: str
    suffixes: frozenset[str] = frozenset()
    others: bool = False
    within: str = ""

    def may_claim(self, path: Path) -> bool:
        """Whether the reader is to be asked about a file of this name."""
        suffix = path.suffix.lower()
        named = suffix in self.suffixes or (self.others and suffix not in SUFFIXES)
        return named and (not self.within or self.within in path.absolute().parts)

    def load(self) -> Reader:
        """The reader itself."""
        return cast("Reader", import_module(f"loganalyzer.readers.{self.module}"))


_DATABASES = frozenset({".db", ".sqlite", ".sqlite3"})

# The first that claims a file reads it: what is told by more than a table's header is asked before tables.
BUILT_IN: tuple[BuiltIn, ...] = (
    BuiltIn("wandb.reader", frozenset({".wandb"})),
    BuiltIn("mlflow_sqlite", _DATABASES),
    BuiltIn("trackio", _DATABASES),
    BuiltIn("mlflow_files", SUFFIXES, others=True, within="metrics"),
    BuiltIn("dvclive", frozenset({".tsv"})),
    BuiltIn("json_document", frozenset({".json", ".txt"})),
    BuiltIn("json_lines", frozenset({".json", ".jsonl", ".ndjson", ".log", ".txt"})),
    BuiltIn("monitor_csv", frozenset({".csv"})),
    BuiltIn("keras_csv", frozenset({".csv", ".tsv", ".log", ".txt"})),
    BuiltIn("tfevents", SUFFIXES, others=True),
    BuiltIn("text_log", frozenset({".log", ".txt", ".out", ".err"}), others=True),
)


def readers() -> tuple[Reader, ...]:
    """The readers of the package, and behind them those that other packages bring."""
    return tuple(one.load() for one in BUILT_IN) + plugin_readers()


def is_part(path: Path) -> bool:
    """Whether a file, by the folders it lies in, is one of many of a run, so that any name will do."""
    asked = (one.load() for one in BUILT_IN if one.within and one.may_claim(path))
    return any(
        has_folders(reader) and reader.base_of(path) is not None for reader in (*asked, *plugin_readers())
    )


def reader_of(path: Path, head: bytes) -> Reader | None:
    """The first reader that claims the file, or None."""
    asked = (one.load() for one in BUILT_IN if one.may_claim(path))
    claimed = next((reader for reader in asked if reader.claims(path, head)), None)
    return claimed or next((reader for reader in plugin_readers() if reader.claims(path, head)), None)
