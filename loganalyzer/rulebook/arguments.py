"""What features of a rule may be called with."""

from __future__ import annotations

from collections.abc import Mapping

from loganalyzer.features.registry import Feature, Kind
from loganalyzer.model.rule import Input
from loganalyzer.rulebook.inline import shown
from loganalyzer.rulebook.schema import nearest


def argument_fault(
    feature: Feature, key: str, value: str | float, inputs: Mapping[str, Input], numbers: tuple[str, ...]
) -> str:
    """What is wrong with the argument `key` of a feature, or an empty text; `numbers` are the names known."""
    kind = feature.arguments.get(key)
    if kind is None:
        return f"{feature.name} takes no {shown(key)}; {nearest(key, tuple(feature.arguments))}"
    if kind != "number":
        return _curve_argument(feature, kind, value if isinstance(value, str) else f"{value:g}", inputs)
    if isinstance(value, str) and value not in numbers:
        return f"{shown(value)} is no param, fact or feature above this one; {nearest(value, numbers)}"
    return ""


def _curve_argument(feature: Feature, kind: Kind, name: str, inputs: Mapping[str, Input]) -> str:
    if name not in inputs:
        return f"{shown(name)} is no input; {nearest(name, tuple(inputs))}"
    if inputs[name].all == (kind == "curves"):
        return ""
    wanted = "an input with `all: true`" if kind == "curves" else "an input without `all: true`"
    return f"{feature.name} takes {wanted}; {shown(name)} is not one"
