"""Located nodes to the frozen types of the model, as their type hints have it.

The type decides what a text means: `1e-3` is a number where a float is wanted, `no` is a text where a
text is. Each maker returns None for what it cannot make, after saying at which node and why; for a wrong
word or number, after saying so, a stand-in, so that the rest of the file can be looked at as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any, Literal, TypeAlias, get_args, get_origin, get_type_hints

from loganalyzer.model.rule import FeatureUse
from loganalyzer.rulebook.inline import shown
from loganalyzer.rulebook.locate import Complain, MappingNode, Node, ScalarNode, SequenceNode

Make: TypeAlias = Callable[[Node, Complain], Any]

_NUMBER = re.compile(
    r"[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|\.?inf|\.?Inf)|\.?nan|\.NaN|NaN", re.ASCII
)
_WHOLE = re.compile(r"[-+]?\d{1,18}", re.ASCII)


@cache
def maker(kind: Any) -> Make:  # noqa: ANN401
    """What makes a value of a type (dataclass, tuple, Mapping, Literal or scalar) of a node."""
    if kind is FeatureUse:
        return _feature_use
    if isinstance(kind, type) and is_dataclass(kind):
        return _record(kind)
    arguments = get_args(kind)
    if get_origin(kind) is Literal:
        return _choice(arguments)
    if get_origin(kind) is tuple:
        return _items(maker(arguments[0]))
    if get_origin(kind) is Mapping:
        return _table(maker(arguments[1]))
    return _SCALARS[kind]


def nearest(word: str, known: tuple[str, ...]) -> str:
    """A hint that names the known word nearest to a wrong one, or all of them if none is near."""
    near = get_close_matches(word, known, n=1)
    return f"did you mean `{near[0]}`?" if near else f"expected one of {', '.join(sorted(known)) or 'none'}"


def _record(kind: type) -> Make:
    hints = get_type_hints(kind)
    makers = {field.name: maker(hints[field.name]) for field in fields(kind)}
    required = [f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING]

    def make(node: Node, complain: Complain) -> object | None:
        if not isinstance(node, MappingNode):
            complain(node, f"expected a mapping with {', '.join(required)}; found {_found(node)}")
            return None
        known = {key: entry for key, entry in node.entries.items() if key in makers}
        for key, entry in node.entries.items():
            if key not in makers:
                complain(entry.key, f"unknown key {shown(key)}; {nearest(key, tuple(makers))}")
        missing = [key for key in required if key not in known]
        if missing:
            complain(node, f"expected {'keys' if len(missing) > 1 else 'the key'} {', '.join(missing)}")
        values = {key: makers[key](entry.value, complain) for key, entry in known.items()}
        whole = not missing and len(known) == len(node.entries) and None not in values.values()
        return kind(**values) if whole else None

    return make


def _feature_use(node: Node, complain: Complain) -> FeatureUse | None:
    """`{use: name, argument: value, ...}`: every key but `use` is an argument."""
    if not isinstance(node, MappingNode) or "use" not in node.entries:
        complain(node, f"expected a mapping with the key use; found {_found(node)}")
        return None
    use = _text(node.entries["use"].value, complain)
    arguments: dict[str, str | float] = {}
    for key, entry in node.entries.items():
        value = None if key == "use" else _text_or_number(entry.value, complain)
        if value is not None:
            arguments[key] = value
    return FeatureUse(use, arguments) if use is not None and len(arguments) + 1 == len(node.entries) else None


def _items(make_item: Make) -> Make:
    def make(node: Node, complain: Complain) -> tuple[Any, ...] | None:
        if isinstance(node, MappingNode) or _is_nothing(node):
            complain(node, f"expected a list; found {_found(node)}")
            return None
        nodes = node.items if isinstance(node, SequenceNode) else [node]
        values = tuple(make_item(item, complain) for item in nodes)
        return None if None in values else values

    return make


def _table(make_value: Make) -> Make:
    def make(node: Node, complain: Complain) -> dict[str, Any] | None:
        if not isinstance(node, MappingNode):
            complain(node, f"expected a mapping; found {_found(node)}")
            return None
        values = {key: make_value(entry.value, complain) for key, entry in node.entries.items()}
        return None if None in values.values() else values

    return make


def _choice(allowed: tuple[str, ...]) -> Make:
    def make(node: Node, complain: Complain) -> str | None:
        text = _text(node, complain)
        if text is None or text in allowed:
            return text
        complain(node, f"{shown(text)} is not allowed here; {nearest(text, allowed)}")
        return allowed[0]

    return make


def _text(node: Node, complain: Complain) -> str | None:
    if isinstance(node, ScalarNode) and not _is_nothing(node):
        return node.text
    complain(node, f'expected a text; found {_found(node)} (write "" for an empty text)')
    return None


def _number(node: Node, complain: Complain) -> float:
    if isinstance(node, ScalarNode) and _NUMBER.fullmatch(node.text):
        return float(node.text.replace(".inf", "inf").replace(".nan", "nan").replace(".NaN", "nan"))
    complain(node, f"expected a number; found {_found(node)}")
    return 1.0


def _whole(node: Node, complain: Complain) -> int:
    if isinstance(node, ScalarNode) and _WHOLE.fullmatch(node.text):
        return int(node.text)
    complain(node, f"expected a whole number; found {_found(node)}")
    return 1


def _truth(node: Node, complain: Complain) -> bool:
    if isinstance(node, ScalarNode) and node.text in ("true", "false"):
        return node.text == "true"
    complain(node, f"expected true or false; found {_found(node)}")
    return False


def _text_or_number(node: Node, complain: Complain) -> str | float | None:
    """A plain text that looks like a number is one."""
    plain = isinstance(node, ScalarNode) and not node.style and _NUMBER.fullmatch(node.text)
    return _number(node, complain) if plain else _text(node, complain)


_SCALARS: Mapping[Any, Make] = {
    str: _text,
    float: _number,
    int: _whole,
    bool: _truth,
    str | float: _text_or_number,
}


def _is_nothing(node: Node) -> bool:
    return isinstance(node, ScalarNode) and not node.text and not node.style


def _found(node: Node) -> str:
    match node:
        case SequenceNode():
            return "a list"
        case MappingNode():
            return "a mapping"
        case ScalarNode(text=text):
            return "nothing" if _is_nothing(node) else shown(text)
