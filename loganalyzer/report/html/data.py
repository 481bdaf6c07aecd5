"""Numbers and names for the scripts of a page, as JSON that stays data whatever it holds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from markupsafe import Markup

from loganalyzer.report.terminal.escape import show

# What could end a script element, or a line of a script, to whoever reads the page.
_HARMLESS = str.maketrans({sign: f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"})

_PLAIN = (int, float, type(None))


def script_json(value: object) -> Markup:
    """`value` as JSON for a script element of type application/json; no sign in it is markup."""
    text = json.dumps(_shown(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(text.translate(_HARMLESS))  # noqa: S704 - every sign of markup is escaped


def _shown(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Text with what steers spelled out; the numbers of a curve, the bulk of it all, are left alone."""
    if isinstance(value, str):
        return show(value)
    if isinstance(value, dict):
        return {show(key): _shown(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        is_plain = all(isinstance(item, _PLAIN) for item in value)
        return value if is_plain else [_shown(item) for item in value]
    return value


def share(curves: Iterable[dict[str, Any]], keys: Sequence[str]) -> list[Any]:
    """Put a number for the lists of `curves` under `keys`, and return what the numbers stand for."""
    numbers: dict[tuple[float | None, ...], int] = {}
    for curve in curves:
        for key in keys:
            if curve[key] is not None:
                curve[key] = numbers.setdefault(tuple(curve[key]), len(numbers))
    return [_even(values) or values for values in numbers]


def _even(values: tuple[float | None, ...]) -> dict[str, float] | None:
    """Numbers at one distance from each other by that; None of others."""
    if len(values) < 4 or values[0] is None or values[1] is None:
        return None
    first, by = values[0], values[1] - values[0]
    # Floats add up alike here and in the page: what is exact here is so there.
    is_even = values == tuple(first + at * by for at in range(len(values)))
    return {"first": first, "by": by, "count": len(values)} if is_even else None


def brief(number: float, digits: int = 6) -> float | int:
    """A number in six digits, whole ones without a point: what a chart can show takes no more."""
    short = float(f"{number:.{digits}g}")
    return int(short) if short.is_integer() and abs(short) < 1e15 else short
