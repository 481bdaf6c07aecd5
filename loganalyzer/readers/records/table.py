"""Records as they are read, kept name by name."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from loganalyzer.model.run import Hyperparameter
from loganalyzer.readers.csv_cells import number
from loganalyzer.readers.csv_names import SPLIT_WORDS, is_likely_training, is_surely_training
from loganalyzer.readers.limits import is_too_long
from loganalyzer.readers.records.clock import Points, is_counter
from loganalyzer.readers.records.values import add_hparam, leaves

MAX_TAGS = 10_000
MAX_TAG_CHARS = 1024
_SETTINGS = frozenset({"config", "hparams", "args", "hyperparameters", "hyper_parameters"})
_SPLIT_KEYS = frozenset(
    {"mode", "phase", "split", "stage", "subset", "set", "dataset", "partition", "loader", "type", "kind"}
)


@dataclass(slots=True)
class Cells:
    """Numbers of one name with their rows; `bad` values in their place were none, `first_bad` as it stood.

    `counts` and `trains` tell what the name says: a counter of steps, a training curve.
    """

    counts: bool
    trains: bool
    row: array[int] = field(default_factory=lambda: array("q"))
    value: array[float] = field(default_factory=lambda: array("d"))
    bad: int = 0
    first_bad: tuple[int, str] = (0, "")

    def add(self, row: int, value: object, line: int) -> None:
        """Take a number, also one written as a text where a number is due; None is a missing one."""
        if isinstance(value, str) and (self.counts or self.trains):
            value = _number_in(value)
        if isinstance(value, float):
            self.row.append(row)
            self.value.append(value)
        elif value is not None:
            self.first_bad = self.first_bad if self.bad else (line, str(value)[:40])
            self.bad += 1

    def points(self) -> Points:
        """The numbers as arrays."""
        return Points(np.array(self.row, np.int64), np.array(self.value, np.float64))


def _number_in(text: str) -> object:
    try:
        return text if is_too_long(text) else number(text)
    except ValueError:
        return text


@dataclass(slots=True)
class Room:
    """How many names more the tables of one file may hold."""

    left: int = MAX_TAGS


@dataclass(slots=True)
class Table:
    """Rows of named values; rows that say `train` or `val` of themselves are kept apart by that word.

    `cells` are found by word ("" for none) and name; `refused` counts values beyond `MAX_TAGS` names.
    """

    n_rows: int = 0
    cells: dict[tuple[str, str], Cells] = field(default_factory=dict)
    hparams: dict[str, Hyperparameter] = field(default_factory=dict)
    refused: int = 0
    has_iter: bool = False
    room: Room = field(default_factory=Room)
    _names: set[str] = field(default_factory=set)

    def add_record(self, record: Mapping[str, Any], line: int) -> None:
        """Take a row; a first one that neither counts nor measures holds the settings of the run."""
        values: dict[str, Any] = {}
        for name, value in record.items():
            if not isinstance(value, dict):
                values[name] = value
            elif name.lower() in _SETTINGS:
                self._add_settings(leaves(value, f"{name}/", 2))
            else:
                values.update(leaves(value, f"{name}/", 2))
        if not self.n_rows and not any(is_counter(name) or is_surely_training(name) for name in values):
            self._add_settings(values.items())
            return
        word = self._word_of(record)
        for name, value in values.items():
            self.add(name, self.n_rows, value, line, word)
        self.n_rows += 1
        if len(self._names) < MAX_TAGS:
            self._names.update(record)

    def is_like(self, record: Mapping[str, Any]) -> bool:
        """Whether most names of a record are those of rows before."""
        return len(self._names & record.keys()) * 2 > len(record)

    def add(self, name: str, row: int, value: object, line: int, word: str = "") -> None:
        """Take one value; rows must not decrease."""
        cells = self._cells_of(name, word)
        if cells is None:
            self.refused += isinstance(value, float)
        else:
            cells.add(row, value, line)

    def extend(self, name: str, row: int, values: list[float]) -> None:
        """Take numbers of neighbouring rows."""
        cells = self._cells_of(name, "")
        if cells is None:
            self.refused += len(values)
        else:
            cells.row.extend(range(row, row + len(values)))
            cells.value.extend(values)

    def _cells_of(self, name: str, word: str) -> Cells | None:
        """The cells of a name, None where there is no room for one more."""
        cells = self.cells.get((word, name))
        if cells is None and self.room.left and len(name) <= MAX_TAG_CHARS:
            self.room.left -= 1
            trains = is_surely_training(name) or is_likely_training(name)
            cells = self.cells[word, name] = Cells(is_counter(name), trains)
        return cells

    def add_in_order(self, name: str, row: int, value: object, line: int) -> None:
        """Take one value of a numbered list; a number that goes back is one more than the last."""
        cells = self.cells.get(("", name))
        if cells is not None and cells.row:
            row = max(row, cells.row[-1] + 1)
        self.add(name, row, value, line)

    def _add_settings(self, values: Iterable[tuple[str, Any]]) -> None:
        for name, value in values:
            add_hparam(self.hparams, name, value)

    def _word_of(self, record: Mapping[str, Any]) -> str:
        """What a row says of its split, in a word or, as MMEngine does, by leaving `iter` out."""
        for name, value in record.items():
            if isinstance(value, str) and value.lower() in SPLIT_WORDS and name.lower() in _SPLIT_KEYS:
                return value.lower()
        if "iter" in record:
            self.has_iter = self.has_iter or "step" in record
        elif self.has_iter and "step" in record:
            return "val"
        return ""
