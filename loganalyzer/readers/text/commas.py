"""Decimal commas, as programs print them in many countries: told by the beginning of a log."""

from __future__ import annotations

import re

# A zero before a comma, or a group behind it that has not three digits, parts no thousands.
_TOLD = re.compile(r"(?<![^\s:=(])[-+]?(?:0,\d+|\d+,(?:\d{1,2}|\d{4,}))(?!\w|[.,]\d)")
_POINT = re.compile(r"[:=]\s*[-+]?\d*\.\d")
_NUMBER = re.compile(r"(?<![\d.,])(\d+),(\d+)(?!\d|[.,]\d)")


def has_decimal_commas(text: str) -> bool:
    """Whether numbers of a text have commas that must be decimal ones, and none has a point."""
    return _POINT.search(text) is None and _TOLD.search(text) is not None


def with_points(text: str) -> str:
    """The text with points in place of commas inside numbers; lists such as `1,2,3` stay as they are."""
    return _NUMBER.sub(r"\1.\2", text) if "," in text else text
