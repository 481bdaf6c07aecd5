"""The named measurements that rules may select, and what each takes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from loganalyzer.features.curve import Curve

Kind = Literal["curve", "curves", "number"]


# By the text of an annotation: looking up what each stands for took longer than all the rest of this.
_KINDS: Mapping[str, Kind] = {
    "float": "number",
    "Curve": "curve",
    "Curve | None": "curve",
    "tuple[Curve, ...]": "curves",
}


@dataclass(frozen=True, slots=True)
class Feature:
    """A measurement: `arguments` maps each keyword to what it takes, `required` those without a default.

    `is_index` features return a sample index of their `of` curve, of several curves that of the first, and
    NaN for "nowhere".
    """

    name: str
    function: Callable[..., float]
    arguments: Mapping[str, Kind]
    required: frozenset[str]
    is_index: bool


def feature(function: Callable[..., float]) -> Feature:
    """Make a measurement of a function; it may take a curve (or None), a tuple of curves, and numbers.

    Its annotations must be texts, as `from __future__ import annotations` leaves them. A function whose name
    ends in `_index` returns a sample index.
    """
    parameters = inspect.signature(function).parameters.values()
    arguments = {one.name: _KINDS[one.annotation] for one in parameters}
    required = frozenset(one.name for one in parameters if one.default is one.empty)
    return Feature(function.__name__, function, arguments, required, function.__name__.endswith("_index"))


__all__ = ["Curve", "Feature", "Kind", "feature"]
