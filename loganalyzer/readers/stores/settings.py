"""Hyper-parameters as trackers keep them: texts, JSON or YAML, to flat keys and plain values."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from loganalyzer.model.run import Hyperparameter, ReadProblem
from loganalyzer.readers.limits import current, is_too_long

MAX_SETTINGS = 1000
MAX_CHARACTERS = 1000

_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)
_SPELLED = {"nan": math.nan, "inf": math.inf, "infinity": math.inf}
_TRUTHS = {"True": True, "true": True, "False": False, "false": False}


def number_of(text: str) -> float | None:
    """The number a text spells, NaN and infinities included, or None; exactly `float(text)`."""
    if is_too_long(text):
        return None
    if _NUMBER.fullmatch(text):
        return float(text)
    bare = text.lstrip("+-").lower()
    if len(text) - len(bare) > 1 or bare.removeprefix(".") not in _SPELLED:
        return None
    value = _SPELLED[bare.removeprefix(".")]
    return -value if text.startswith("-") else value


def typed(text: str) -> Hyperparameter:
    """The number or truth value that a text spells, or the text itself, cut at `MAX_CHARACTERS`."""
    bare = text.strip()
    if bare in _TRUTHS:
        return _TRUTHS[bare]
    value = number_of(bare)
    # 12e4567 is a name that somebody made of hexadecimal digits.
    is_name = value is None or (math.isinf(value) and any(map(str.isdigit, bare)))
    return text[:MAX_CHARACTERS] if is_name or value is None else value


def flatten(tree: object, prefix: str = "") -> dict[str, Hyperparameter]:
    """The leaves of nested tables and lists, at most `MAX_SETTINGS`, by their keys joined with `/`."""
    flat: dict[str, Hyperparameter] = {}
    for key, leaf in _leaves(tree, prefix, 0):
        if len(flat) >= MAX_SETTINGS:
            break
        if isinstance(leaf, bool | str):
            flat[key] = leaf[:MAX_CHARACTERS] if isinstance(leaf, str) else leaf
        elif isinstance(leaf, int | float):
            flat[key] = float_of(leaf)
    return flat


def excess(tree: object) -> int:
    """How many settings of nested tables `flatten` leaves out."""
    return max(
        0, sum(isinstance(leaf, bool | str | int | float) for _, leaf in _leaves(tree, "", 0)) - MAX_SETTINGS
    )


def refused(name: str, lost: int) -> ReadProblem:
    """What to say of `lost` settings beyond those that are kept."""
    say = (
        f"{name}: expected at most {MAX_SETTINGS} settings, found {lost} more: they are left out; nothing to "
    )
    return ReadProblem("over_limit", name, f"{say}do for the curves", lost=lost)


def _leaves(tree: object, key: str, depth: int) -> Iterator[tuple[str, object]]:
    if not isinstance(tree, dict | list):
        yield key.removesuffix("/")[:MAX_CHARACTERS], tree
    elif depth < current().json_depth:
        pairs = tree.items() if isinstance(tree, dict) else enumerate(tree)
        for name, inner in pairs:
            yield from _leaves(inner, f"{key}{name}/", depth + 1)


def float_of(value: float) -> float:
    """The number as a float; a whole number beyond all floats is infinite."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def from_json(text: str) -> Any:  # noqa: ANN401
    """The plain data of a JSON text, bare NaN included.

    Raises:
        ValueError: the text is no JSON, is nested too deeply, or holds a number of too many digits.
    """
    try:
        return json.loads(text, parse_int=_integer)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _integer(text: str) -> int:
    if is_too_long(text):
        raise ValueError(f"a number of {len(text)} digits")
    return int(text)
