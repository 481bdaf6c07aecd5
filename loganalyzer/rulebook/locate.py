"""YAML text to nodes that know their place.

Built from parser events, one at a time, so that every budget is checked before anything grows: no tag is
constructed, no alias expanded, nothing recurses. A rule is data a person can read at one go: what would
make it more (anchors, tags, directives, several documents) is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, NoReturn, TypeAlias

import yaml

from loganalyzer.errors import RuleError

MAX_BYTES = 1 << 20
MAX_NODES = 10_000
MAX_DEPTH = 50

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DIRECTIVE = re.compile(r"^%", re.MULTILINE)


class Position(NamedTuple):
    """Line and column of a character, from 1."""

    line: int
    column: int


class ScalarNode(NamedTuple):
    """A text as written; `style` is "" for plain, else its quote or block sign; `inline` if on one line."""

    line: int
    column: int
    text: str
    style: str
    inline: bool


class SequenceNode(NamedTuple):
    """A list."""

    line: int
    column: int
    items: list[Node]


class Entry(NamedTuple):
    """A key of a mapping and what stands behind it."""

    key: ScalarNode
    value: Node


class MappingNode(NamedTuple):
    """A mapping from texts, in the order of the file."""

    line: int
    column: int
    entries: dict[str, Entry]


Node: TypeAlias = ScalarNode | SequenceNode | MappingNode
Complain: TypeAlias = Callable[[Position | Node, str], None]


class Document(NamedTuple):
    """The nodes of one file, kept to say where in it something is wrong."""

    path: str
    root: Node

    def error(self, keys: Sequence[str | int], text: str, column: int = 0) -> RuleError:
        """An error at the node below `keys`, or as far down as the file goes along them.

        The place is that of a text, or the key of a list or mapping; `column` counts characters of the
        text from 1 and 0 means the whole of it.
        """
        place: ScalarNode | SequenceNode | MappingNode = self.root
        node = self.root
        for key in keys:
            if isinstance(node, MappingNode) and key in node.entries:
                entry = node.entries[str(key)]
                place, node = entry.key, entry.value
            elif isinstance(node, SequenceNode) and isinstance(key, int) and key < len(node.items):
                place = node = node.items[key]
            else:
                break
        if not isinstance(node, ScalarNode):
            return RuleError(self.path, place.line, place.column, text)
        if not column:
            return RuleError(self.path, node.line, node.column, text)
        if not node.inline:
            return RuleError(self.path, node.line, node.column, f"at character {column} of the text: {text}")
        return RuleError(self.path, node.line, node.column + len(node.style) + column - 1, text)


class _RefusedError(Exception):
    """What follows in this file is not looked at."""

    def __init__(self, place: Position, text: str) -> None:
        self.place, self.text = place, text


def compose(data: bytes, complain: Complain) -> Node | None:
    """The root node of a YAML file, or None where nothing can be made of it; all that is wrong is told."""
    try:
        text = _decode(data)
        root = _grow(text, complain)
    except _RefusedError as error:
        complain(error.place, error.text)
        return None
    except yaml.YAMLError as error:
        complain(_place_of(error), f"not YAML: {getattr(error, 'problem', None) or error}")
        return None
    if root is None:
        complain(Position(1, 1), "expected a mapping, found an empty file")
    return root


def _decode(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise _RefusedError(Position(1, 1), f"{len(data)} bytes; a rule file has at most {MAX_BYTES}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        raise _RefusedError(
            _end_of(before),
            f"expected UTF-8 text, found the byte 0x{data[error.start]:02x}; save it as UTF-8",
        ) from None
    strange = _UNPRINTABLE.search(text)
    if strange:
        place = _end_of(text[: strange.start()])
        raise _RefusedError(place, f"the control character {strange.group()!r} cannot stand in a rule file")
    directive = _DIRECTIVE.search(text)
    if directive:
        raise _RefusedError(
            _end_of(text[: directive.start()]), "YAML directives are not read; remove the line"
        )
    return text


def _end_of(text: str) -> Position:
    return Position(text.count("\n") + 1, len(text) - text.rfind("\n"))


def _place_of(error: yaml.YAMLError) -> Position:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    return Position(mark.line + 1, mark.column + 1) if mark else Position(1, 1)


def _grow(text: str, complain: Complain) -> Node | None:
    tree, loader = _Tree(complain), _LOADER(text)
    for event in iter(loader.get_event, None):
        take = _TAKES.get(type(event))
        if take is not None:
            take(tree, event)
    return tree.root


class _Tree:
    """The nodes so far: `open` holds the lists and mappings not closed, `keys` the key each waits with."""

    def __init__(self, complain: Complain) -> None:
        self.complain = complain
        self.root: Node | None = None
        self.open: list[SequenceNode | MappingNode] = []
        self.keys: list[ScalarNode | None] = []
        self.count = 0

    def document(self, event: yaml.Event) -> None:
        if self.root is not None:
            raise _RefusedError(_start(event), "a second document; one file holds one rule or one remedy")

    def alias(self, event: yaml.Event) -> None:
        raise _RefusedError(_start(event), "aliases are not read; write the value out")

    def scalar(self, event: Any) -> None:  # noqa: ANN401
        style = event.style or ""
        text = event.value.strip() if style in ("|", ">") else event.value
        line, column = event.start_mark.line, event.start_mark.column
        self._add(ScalarNode(line + 1, column + 1, text, style, event.end_mark.line == line), event)

    def sequence(self, event: yaml.SequenceStartEvent) -> None:
        self._enter(SequenceNode(*_start(event), []), event)

    def mapping(self, event: yaml.MappingStartEvent) -> None:
        self._enter(MappingNode(*_start(event), {}), event)

    def close(self, _: yaml.Event) -> None:
        self.open.pop()
        self.keys.pop()

    def _enter(self, node: SequenceNode | MappingNode, event: yaml.NodeEvent) -> None:
        self._add(node, event)
        self.open.append(node)
        self.keys.append(None)
        if len(self.open) > MAX_DEPTH:
            raise _RefusedError(_start(event), f"nested deeper than {MAX_DEPTH}")

    def _add(self, node: Node, event: Any) -> None:  # noqa: ANN401
        self.count += 1
        if self.count > MAX_NODES or event.anchor is not None or event.tag is not None:
            self._refuse(event)
        if not self.open:
            self.root = node
            return
        parent = self.open[-1]
        if isinstance(parent, SequenceNode):
            parent.items.append(node)
            return
        key = self.keys[-1]
        if key is not None:
            self.keys[-1] = None
            first = parent.entries.setdefault(key.text, Entry(key, node))
            if first.key is not key:
                self.complain(key, f"key `{key.text[:40]}` is already in line {first.key.line}; remove one")
        elif isinstance(node, ScalarNode):
            self.keys[-1] = node
        else:
            raise _RefusedError(_start(event), "expected a key, found a list or a mapping")

    def _refuse(self, event: Any) -> NoReturn:  # noqa: ANN401
        if self.count > MAX_NODES:
            text = f"more than {MAX_NODES} values; split the file"
        elif event.anchor is not None:
            text = f"the anchor &{event.anchor[:40]} is not read; write values out"
        else:
            text = f"the tag {event.tag[:40]} is not read; remove it"
        raise _RefusedError(_start(event), text)


def _start(event: Any) -> Position:  # noqa: ANN401
    return Position(event.start_mark.line + 1, event.start_mark.column + 1)


_TAKES: Mapping[type, Callable[[_Tree, Any], None]] = {
    yaml.DocumentStartEvent: _Tree.document,
    yaml.AliasEvent: _Tree.alias,
    yaml.ScalarEvent: _Tree.scalar,
    yaml.SequenceStartEvent: _Tree.sequence,
    yaml.MappingStartEvent: _Tree.mapping,
    yaml.SequenceEndEvent: _Tree.close,
    yaml.MappingEndEvent: _Tree.close,
}
