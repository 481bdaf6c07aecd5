"""The JSON Schema of rule files, from which editors complete and check while one types.

Made from the types that the loader fills, with what the loader is lenient in: a lone item stands for a list
of one, and a number for a text that holds one. `rules check` knows more.
"""

from __future__ import annotations

from inspect import cleandoc, getdoc
from typing import Any

import msgspec

from loganalyzer.features import FEATURES, Feature
from loganalyzer.model.rule import Rule

_REF = "#/$defs/"


def rule_schema() -> str:
    """The schema as JSON text, two spaces deep."""
    (top, *_), parts = msgspec.json.schema_components([Rule], ref_template=_REF + "{name}")
    parts["FeatureUse"] = _feature_use()
    described = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "loganalyzer.rule/1",
        **top,
        "$defs": {name: _lenient(part) for name, part in sorted(parts.items())},
    }
    described["$defs"]["Rule"]["properties"]["schema"] = {"const": "loganalyzer.rule/1"}
    return msgspec.json.format(msgspec.json.encode(described), indent=2).decode() + "\n"


def _feature_use() -> dict[str, Any]:
    """`{use: name, argument: value, ...}`: every key but `use` is an argument, of any of the features."""
    arguments = sorted({name for feature in FEATURES.values() for name in feature.arguments})
    names = sorted(FEATURES)
    return {
        "title": "FeatureUse",
        "type": "object",
        "properties": {
            "use": {"enum": names, "enumDescriptions": [_said(FEATURES[name]) for name in names]},
            **{name: {"type": ["string", "number"]} for name in arguments},
        },
        "required": ["use"],
        "additionalProperties": False,
    }


def _said(feature: Feature) -> str:
    return " ".join((getdoc(feature.function) or "").partition("\n\n")[0].split())


def _lenient(part: Any) -> Any:  # noqa: ANN401 - any JSON value
    """The schema with lone items for lists, and numbers for texts where the loader takes them, and back."""
    if isinstance(part, list):
        return [_lenient(item) for item in part]
    if not isinstance(part, dict):
        return part
    part = {key: _lenient(value) for key, value in part.items()}
    if part.get("type") == "array":
        return {"anyOf": [part, part["items"]]}
    if part.get("type") in ("string", "number") and "enum" not in part:
        part["type"] = ["string", "number"]
    if part.get("type") == "object" and "properties" in part:
        part["additionalProperties"] = False
    if isinstance(part.get("description"), str):
        part["description"] = cleandoc(part["description"])
    return part
