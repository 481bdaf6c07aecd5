"""The curves of a run, as its history records bring them."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from loganalyzer.model.run import Axis, Floats
from loganalyzer.readers.events.points import MAX_TAGS
from loganalyzer.readers.reading import Column
from loganalyzer.readers.wandb.items import Item, Path, decoded, leaves, number

_EPOCH_TAGS = ("epoch", "epoch/epoch")
_TYPE = "_type"


class Row(NamedTuple):
    """One history record: what is internal to wandb by name, the points, and how many values are broken."""

    internal: dict[str, float]
    points: list[tuple[str, float]]
    broken: list[str]


def row_of(items: Sequence[Item]) -> Row:
    """The numbers among the items of one record.

    Nested keys are joined with dots, as wandb shows them. Text, truth values, lists and null are no points,
    nor is anything inside a medium: a histogram, an image or a table, which has a `_type` beside its parts.
    """
    row = Row({}, [], [])
    media = {item.path[:-1] for item in items if len(item.path) > 1 and item.path[-1] == _TYPE}
    for item in items:
        if not any(item.path) or (media and _is_within(item.path, media)):
            continue
        try:
            value = number(item.value)
            if value is not None:
                _put(row, item.path, value)
            elif isinstance(item.value, bytes) and item.value.startswith(b"{"):
                _put_tree(row, item.path, decoded(item.value))
        except ValueError:
            row.broken.append(".".join(item.path))
    return row


def _is_within(path: Path, media: set[Path]) -> bool:
    return any(path[:n] in media for n in range(1, len(path)))


def _put(row: Row, path: Path, value: float) -> None:
    if path[0].startswith("_"):
        row.internal[path[0]] = value
    else:
        row.points.append((".".join(path), value))


def row_of_tree(tree: Mapping[str, object]) -> Row:
    """The numbers of a decoded mapping, by the same rules."""
    row = Row({}, [], [])
    for key, value in tree.items():
        try:
            _put_tree(row, (key,), value)
        except ValueError:
            row.broken.append(key)
    return row


def _put_tree(row: Row, path: Path, tree: object) -> None:
    found = list(leaves(path, tree))
    media = {inner[:-1] for inner, _ in found if inner[-1] == _TYPE}
    for inner, value in found:
        if isinstance(value, int | float) and not isinstance(value, bool) and not _is_within(inner, media):
            _put(row, inner, float(value))


@dataclass(slots=True)
class History:
    """All points so far, by tag: the index of their record and their value."""

    step: array[int] = field(default_factory=lambda: array("q"))
    wall_time: array[float] = field(default_factory=lambda: array("d"))
    refused: int = 0
    _points: dict[str, tuple[array[int], array[float]]] = field(default_factory=dict)

    def add(self, step: int, wall_time: float, points: Sequence[tuple[str, float]]) -> None:
        """Take the points of one record; those of tags beyond the limit are only counted."""
        index = len(self.step)
        self.step.append(step)
        self.wall_time.append(wall_time)
        for tag, value in points:
            rows = self._points.get(tag)
            if rows is None:
                if len(self._points) >= MAX_TAGS:
                    self.refused += 1
                    continue
                rows = self._points[tag] = (array("q"), array("d"))
            rows[0].append(index)
            rows[1].append(value)

    def columns(self) -> tuple[Column, ...]:
        """All points by tag, sorted by tag, each in file order."""
        step, wall_time = np.array(self.step, np.int64), np.array(self.wall_time, np.float64)
        axis = self._axis()
        columns = []
        for tag in sorted(self._points):
            index, value = self._points[tag]
            at = np.array(index, np.int64)
            columns.append(Column(tag, step[at], np.array(value), _known(wall_time[at]), axis))
        return tuple(columns)

    def _axis(self) -> Axis:
        """Epochs, if every record was logged with its epoch and the steps count just these."""
        for tag in _EPOCH_TAGS:
            index, epoch = self._points.get(tag, (array("q"), array("d")))
            if len(index) == len(self.step) > 1:
                ahead = np.array(epoch) - np.array(self.step)
                if bool((ahead == ahead[0]).all()):
                    return "epoch"
        return "iteration"


def _known(wall_time: Floats) -> Floats | None:
    return None if bool(np.isnan(wall_time).all()) else wall_time
