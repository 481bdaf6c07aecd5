"""YAML as plain data, within bounds: events to tables, lists and values; no tag is ever constructed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from loganalyzer.model.run import Hyperparameter
from loganalyzer.readers.csv_rows import utf16_of
from loganalyzer.readers.limits import current
from loganalyzer.readers.stores.files import read_small
from loganalyzer.readers.stores.settings import typed

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})


def from_yaml(data: bytes) -> Any:  # noqa: ANN401
    """The plain data of a YAML text: no tag is looked at, an alias stands for what it names.

    Raises:
        ValueError: the text is no YAML, or larger, deeper or of more nodes than allowed.
    """
    most = current().yaml_bytes
    if len(data) > most:
        raise ValueError(f"more than {most} bytes; raise --max-yaml-mb")
    try:
        text = data.decode(utf16_of(data) or "utf-8", "replace")
        events = yaml.parse(text, Loader=_LOADER)
        return _Tree(events).document()
    except (yaml.YAMLError, StopIteration, RecursionError) as error:
        raise ValueError(str(error)) from None


class _Tree:
    """Events to plain data, within the budgets."""

    def __init__(self, events: Iterator[yaml.Event]) -> None:
        self.events = events
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.nodes = 0
        self.limits = current()

    def document(self) -> Any:  # noqa: ANN401
        for event in self.events:
            if isinstance(event, yaml.NodeEvent):
                return self.node(event, 0)
        return None

    def node(self, event: yaml.Event, depth: int) -> Any:  # noqa: ANN401
        if isinstance(event, yaml.AliasEvent):
            tree, size = self.anchors.get(event.anchor or "", (None, 1))
            self.count(size)
            return tree
        before = self.nodes
        self.count(1)
        if depth > self.limits.yaml_depth:
            raise ValueError(f"more than {self.limits.yaml_depth} levels; raise --max-yaml-depth")
        tree = self.inner(event, depth)
        anchor = getattr(event, "anchor", None)
        if anchor:
            self.anchors[anchor] = (tree, self.nodes - before)
        return tree

    def count(self, size: int) -> None:
        self.nodes += size
        if self.nodes > self.limits.yaml_nodes:
            raise ValueError(f"more than {self.limits.yaml_nodes} values; raise --max-yaml-values")

    def inner(self, event: yaml.Event, depth: int) -> Any:  # noqa: ANN401
        if isinstance(event, yaml.SequenceStartEvent):
            return list(self.items(depth))
        if isinstance(event, yaml.MappingStartEvent):
            items = self.items(depth)
            return {str(key): value for key, value in zip(items, items, strict=True)}
        return _scalar(event) if isinstance(event, yaml.ScalarEvent) else None

    def items(self, depth: int) -> Iterator[Any]:
        for event in self.events:
            if isinstance(event, yaml.CollectionEndEvent):
                return
            yield self.node(event, depth + 1)


def _scalar(event: yaml.ScalarEvent) -> Hyperparameter | None:
    if event.style:
        return str(event.value)
    return None if event.value in _NOTHING else typed(event.value)


def settings_in(path: Path) -> dict[str, Any]:
    """The table in a small YAML file; empty if there is none that can be read."""
    data = read_small(path, current().yaml_bytes + 1)
    try:
        tree = from_yaml(data)
    except ValueError:
        return {}
    return tree if isinstance(tree, dict) else {}
