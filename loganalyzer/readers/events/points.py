"""What an event file has yielded so far: points by tag, histograms, hyper-parameters, problems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from loganalyzer.model.run import Floats, Histograms, Hyperparameter, Ints
from loganalyzer.readers.events.buckets import Buckets
from loganalyzer.readers.events.histograms import histograms, summaries
from loganalyzer.readers.events.layout import SCALAR_PLUGINS, Layout
from loganalyzer.readers.events.limits import MAX_TAGS, EventLimits
from loganalyzer.readers.events.problems import Problems
from loganalyzer.readers.reading import Column

__all__ = ["MAX_TAGS", "Mark", "Part", "Points", "Rows", "in_file_order"]


@dataclass(frozen=True, slots=True)
class Mark:
    """Where the reading of a file ended, as of its first and last bytes `ends`, and what it had said so far.

    The rest of what it said are its columns.
    """

    offset: int
    ends: bytes
    records: int
    writer: str
    contents: tuple[str, ...]
    hparams: Mapping[str, Hyperparameter]
    plugins: Mapping[str, tuple[int, str]]


class Part(NamedTuple):
    """Points of one tag, shape (n,) each; `place` is the byte of the file at which the value lies."""

    place: Ints
    step: Ints
    wall_time: Floats
    value: Floats


@dataclass(slots=True)
class Rows:
    """Points of one tag as they come one by one, each as in `Part`."""

    points: list[tuple[int, int, float, float]] = field(default_factory=list)

    def part(self) -> Part:
        """The points as arrays."""
        place, step, wall_time, value = zip(*self.points, strict=True) if self.points else ((), (), (), ())
        times, values = np.array(wall_time, np.float64), np.array(value, np.float64)
        return Part(np.array(place, np.int64), np.array(step, np.int64), times, values)


@dataclass(slots=True)
class Points:
    """All that one file has yielded; `close_block` must follow the last event of each block.

    `contents` names the kinds of events met, "merged" for one with several values.
    """

    problems: Problems
    limits: EventLimits = field(default_factory=EventLimits)
    records: int = 0
    writer: str = ""
    contents: set[str] = field(default_factory=set)
    hparams: dict[str, Hyperparameter] = field(default_factory=dict)
    refused: int = 0
    shortened: set[str] = field(default_factory=set)
    _plugins: dict[str, tuple[int, str]] = field(default_factory=dict)
    _tags: set[str] = field(default_factory=set)
    _plain: set[str] = field(default_factory=set)
    _done: dict[str, list[tuple[Ints, Floats, Floats]]] = field(default_factory=dict)
    _buckets: list[tuple[str, int, Buckets]] = field(default_factory=list)
    _histograms: dict[str, list[tuple[int, Floats]]] = field(default_factory=dict)
    _beyond: Rows = field(default_factory=Rows)
    _rows: dict[tuple[str, bool], Rows] = field(default_factory=dict)
    _parts: dict[tuple[str, bool], list[Part]] = field(default_factory=dict)

    def resume(self, mark: Mark, columns: Iterable[Column]) -> None:
        """Take what an earlier reading had found up to a mark, before anything else."""
        self.records, self.writer = mark.records, mark.writer
        self.contents, self.hparams = set(mark.contents), dict(mark.hparams)
        self._plugins = dict(mark.plugins)
        for column in columns:
            if column.wall_time is not None:
                self.add_whole(column.tag, column.step, column.wall_time, column.value)
        self._plain = self._tags - self._plugins.keys()

    def mark(self, offset: int, ends: bytes) -> Mark | None:
        """What must be known to go on at `offset`; None where it is more than that and the columns."""
        if self.refused or self.shortened or self._histograms or self.problems.has_other("truncated"):
            return None
        if not self._plain.isdisjoint(self._plugins):  # what these were taken for, they no longer are
            return None
        contents = tuple(sorted(self.contents))
        return Mark(offset, ends, self.records, self.writer, contents, self.hparams, self._plugins)

    def rows(self, tag: str, *, is_tensor: bool) -> Rows:
        """Where to put single points of a tag in this block."""
        tag = self._name(tag)
        rows = self._rows.get((tag, is_tensor))
        if rows is None:
            if not self._admit(tag, 0):
                return self._beyond
            rows = self._rows[tag, is_tensor] = Rows()
        return rows

    def take(self, layout: Layout, offset: Ints, parts: list[Part]) -> None:
        """Take events of one layout at the file offsets `offset`, in file order; a part for each scalar."""
        self.records += offset.size
        self.note(layout, int(offset[0]))
        for slot, part in zip(layout.slots, parts, strict=True):
            self.add_part(slot.tag, part, is_tensor=slot.is_tensor)

    def note(self, layout: Layout, offset: int) -> None:
        """Remember what events of a layout say beside their scalars; `offset` is where the first one is."""
        if len(layout.slots) > 1:
            self.contents.add("merged")
        for slot in layout.slots:
            self.plugin(slot.tag, offset, slot.plugin)

    def add_part(self, tag: str, part: Part, *, is_tensor: bool) -> None:
        """Take many points of this block, in file order."""
        tag = self._name(tag)
        if self._admit(tag, part.place.size):
            self._parts.setdefault((tag, is_tensor), []).append(part)

    def add_whole(self, tag: str, step: Ints, wall_time: Floats, value: Floats) -> None:
        """Take all points of a tag, not too long a one, that this file has, in file order."""
        if self._admit(tag, step.size):
            self._done[tag] = [(step, wall_time, value)]

    def add_histogram(self, tag: str, step: int, buckets: Buckets) -> None:
        """Take one histogram of this block; they must come in file order."""
        tag = self._name(tag)
        if self._admit(tag, 1):
            self._buckets.append((tag, step, buckets))

    def _name(self, tag: str) -> str:
        """The tag, cut if it is too long."""
        name = self.limits.short(tag)
        if name is not tag:
            self.shortened.add(name)
        return name

    def _admit(self, tag: str, n: int) -> bool:
        if tag not in self._tags:
            if len(self._tags) >= self.limits.tags:
                self.refused += n
                return False
            self._tags.add(tag)
        return True

    def plugin(self, tag: str, offset: int, plugin: str | None) -> str | None:
        """The plugin a tag belongs to: that of its first metadata; `offset` is where this one is."""
        tag = self.limits.short(tag)
        first = self._plugins.get(tag)
        if plugin is None or (first is None and len(self._plugins) >= self.limits.tags):
            return first[1] if first else plugin
        if first is None or offset < first[0]:
            first = self._plugins[tag] = (offset, plugin)
        return first[1]

    @property
    def plugins(self) -> set[str]:
        """All plugins that the file's tags belong to."""
        return {plugin for _, plugin in self._plugins.values()}

    def close_block(self) -> None:
        """Put the block's points of each tag in file order; tensors of a foreign plugin were no scalars."""
        for key, rows in self._rows.items():
            self._parts.setdefault(key, []).append(rows.part())
        by_tag: dict[str, list[Part]] = {}
        for (tag, is_tensor), parts in self._parts.items():
            if not is_tensor or self._plugins.get(tag, (0, ""))[1] in SCALAR_PLUGINS:
                by_tag.setdefault(tag, []).extend(parts)
        for tag, parts in by_tag.items():
            merged = in_file_order(parts) if len(parts) > 1 else parts[0]
            self._done.setdefault(tag, []).append((merged.step, merged.wall_time, merged.value))
        if self._buckets:
            self._close_histograms()
        self.refused += len(self._beyond.points)
        self._beyond = Rows()
        self._rows.clear()
        self._parts.clear()

    def _close_histograms(self) -> None:
        numbers = summaries([buckets for _, _, buckets in self._buckets])
        for (tag, step, _), row in zip(self._buckets, numbers, strict=True):
            self._histograms.setdefault(tag, []).append((step, row))
        self._buckets.clear()

    def columns(self) -> tuple[Column, ...]:
        """All points by tag, sorted by tag; each tag's parts are given up as it is put together."""
        columns = []
        for tag in sorted(self._done):
            step, wall_time, value = _joined(self._done.pop(tag))
            columns.append(Column(tag, step, value, wall_time))
        return tuple(columns)

    def histograms(self) -> tuple[Histograms, ...]:
        """All histograms by tag, sorted by tag."""
        return tuple(
            histograms(tag, *zip(*self._histograms[tag], strict=True)) for tag in sorted(self._histograms)
        )


def _joined(parts: list[tuple[Ints, Floats, Floats]]) -> tuple[Ints, Floats, Floats]:
    if len(parts) == 1:
        return parts[0]
    step, wall_time, value = zip(*parts, strict=True)
    return np.concatenate(step), np.concatenate(wall_time), np.concatenate(value)


def in_file_order(parts: list[Part]) -> Part:
    """Parts of one tag as one, by place."""
    parts = sorted(parts, key=lambda part: int(part.place[0]))
    place, step, wall_time, value = zip(*parts, strict=True)
    merged = Part(*map(np.concatenate, (place, step)), *map(np.concatenate, (wall_time, value)))
    if bool((merged.place[1:] >= merged.place[:-1]).all()):
        return merged
    order = np.argsort(merged.place, kind="stable")
    return Part(merged.place[order], merged.step[order], merged.wall_time[order], merged.value[order])
