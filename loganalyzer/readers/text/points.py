"""Entries of a log to columns: every tag with its steps."""

from __future__ import annotations

from array import array
from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from loganalyzer.model.run import Axis, Floats, Ints
from loganalyzer.readers.reading import Column
from loganalyzer.readers.text.steps import NONE, are_whole, of_fractions, running
from loganalyzer.readers.text.transcript import BESIDE_BAR, Entry
from loganalyzer.readers.text.words import Counter, name_of

MAX_TAGS = 10_000
_MAX_COUNT = 2**53


def _floats() -> array[float]:
    return array("d")


def _ints() -> array[int]:
    return array("q")


@dataclass(slots=True)
class Cells:
    """Values of one tag and the index, within their family, of the entry that each is from."""

    value: array[float] = field(default_factory=_floats)
    entry: array[int] = field(default_factory=_ints)


@dataclass(slots=True)
class Family:
    """Entries that count alike: of one writer, on one split, with one `counter` of steps or with none.

    `of` is the most that a position was counted of; `kind` tells entries apart by their first tag, `order` is
    their place among all entries of the log.
    """

    counter: Counter | None
    epoch: array[float] = field(default_factory=_floats)
    at: array[int] = field(default_factory=_ints)
    order: array[int] = field(default_factory=_ints)
    kind: array[int] = field(default_factory=_ints)
    kinds: dict[str, int] = field(default_factory=dict)
    cells: dict[str, Cells] = field(default_factory=dict)
    of: int = 0

    def add(self, entry: Entry, order: int) -> int:
        """Take the clock of an entry; its index."""
        clock = entry.clock
        self.epoch.append(np.nan if clock.epoch is None else clock.epoch)
        self.at.append(NONE if clock.at is None else min(clock.at, _MAX_COUNT))
        self.order.append(order)
        self.kind.append(self.kinds.setdefault(entry.values[0][0], len(self.kinds)))
        self.of = max(self.of, clock.of or 0)
        return len(self.order) - 1

    def steps(self) -> tuple[Ints, Axis]:
        """The step of each entry (n,), and what the steps count."""
        epoch, at = np.array(self.epoch), np.array(self.at, np.int64)
        if self.counter == "total":
            return at, "iteration"
        if self.counter is not None:
            return running(epoch, at, self.of, in_epoch=self.counter == "batch"), "iteration"
        if are_whole(epoch) and bool(np.all(at == NONE)):
            return epoch.astype(np.int64), "epoch"
        return of_fractions(epoch, at, np.array(self.kind, np.int64)), "iteration"


@dataclass(frozen=True, slots=True)
class Piece:
    """Points (n,) of one tag from one family; `order` is their place among all entries."""

    order: Ints
    step: Ints
    value: Floats


@dataclass(slots=True)
class Points:
    """All entries so far; `refused` counts the values over the limit of tags."""

    families: dict[tuple[str, str, Counter | None], Family] = field(default_factory=dict)
    writers: Tally[str] = field(default_factory=Tally)
    tags: set[str] = field(default_factory=set)
    n_entries: int = 0
    refused: int = 0

    def add(self, entry: Entry) -> None:
        """Take one more entry, later in the log than those before."""
        clock, tag = entry.clock, entry.values[0][0]
        is_beside = entry.writer == BESIDE_BAR
        counter = None if is_beside else clock.counter
        key = (entry.writer, "" if is_beside else name_of(tag).split, counter)
        family = self.families.get(key)
        if family is None:
            family = self.families[key] = Family(counter)
        index = family.add(entry, self.n_entries)
        self.n_entries += 1
        self.writers[entry.writer] += 1
        for tag, value in entry.values:
            self._put(family, index, tag, value)

    def _put(self, family: Family, index: int, tag: str, value: float) -> None:
        cells = family.cells.get(tag)
        if cells is None:
            if tag not in self.tags and len(self.tags) >= MAX_TAGS:
                self.refused += 1
                return
            self.tags.add(tag)
            cells = family.cells[tag] = Cells()
        cells.value.append(value)
        cells.entry.append(index)

    def columns(self) -> tuple[Column, ...]:
        """One column a tag, sorted; a tag told both by epochs and by steps is two, the coarse one renamed."""
        pieces: dict[tuple[str, Axis], list[Piece]] = defaultdict(list)
        for tag, axis, piece in self._pieces():
            pieces[tag, axis].append(piece)
        columns = []
        for (tag, axis), parts in pieces.items():
            both = axis == "epoch" and (tag, "iteration") in pieces
            columns.append(_column(f"epoch {tag}" if both else tag, axis, parts))
        return tuple(sorted(columns, key=lambda column: column.tag))

    def _pieces(self) -> Iterator[tuple[str, Axis, Piece]]:
        for family in self.families.values():
            steps, axis = family.steps()
            order = np.array(family.order, np.int64)
            for tag, cells in family.cells.items():
                entry = np.array(cells.entry, np.int64)
                yield tag, axis, Piece(order[entry], steps[entry], np.array(cells.value))


def _column(tag: str, axis: Axis, parts: list[Piece]) -> Column:
    order = np.argsort(np.concatenate([part.order for part in parts]), kind="stable")
    step = np.concatenate([part.step for part in parts])[order]
    return Column(tag, step, np.concatenate([part.value for part in parts])[order], None, axis)
