"""Float64 arithmetic in which nothing raises and what is not known (NaN) is never true."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping


def is_true(value: float) -> bool:
    """Whether a value counts as true: neither 0 nor NaN."""
    return value < 0 or value > 0


def divide(top: float, bottom: float) -> float:
    """The quotient as IEEE 754 has it: x / 0 is signed Inf, 0 / 0 is NaN."""
    if bottom != 0:
        return top / bottom
    if top == 0 or math.isnan(top):
        return math.nan
    return math.copysign(math.inf, top) * math.copysign(1.0, bottom)


def differs(left: float, right: float) -> bool:
    """Whether two values are known to differ: False if either is NaN."""
    return left < right or left > right


def least(*values: float) -> float:
    """The least value, NaN if any is."""
    return math.nan if any(map(math.isnan, values)) else min(values)


def greatest(*values: float) -> float:
    """The greatest value, NaN if any is."""
    return math.nan if any(map(math.isnan, values)) else max(values)


def clip(value: float, low: float, high: float) -> float:
    """The value brought into [low, high], NaN if any of the three is."""
    return greatest(low, least(value, high))


def exp(value: float) -> float:
    """The exponential, Inf where it is too large for a float64."""
    try:
        return math.exp(value)
    except OverflowError:
        return math.inf


def log(value: float) -> float:
    """The natural logarithm, -Inf of 0 and NaN below it."""
    if value == 0:
        return -math.inf
    return math.nan if value < 0 else math.log(value)


def sqrt(value: float) -> float:
    """The square root, NaN below 0."""
    return math.nan if value < 0 else math.sqrt(value)


def isfinite(value: float) -> float:
    """1 for a number, 0 for NaN and Inf."""
    return float(math.isfinite(value))


FUNCTIONS: Mapping[str, tuple[Callable[..., float], int, int | None]] = {
    "abs": (abs, 1, 1),
    "min": (least, 2, None),
    "max": (greatest, 2, None),
    "clip": (clip, 3, 3),
    "isfinite": (isfinite, 1, 1),
    "log": (log, 1, 1),
    "exp": (exp, 1, 1),
    "sqrt": (sqrt, 1, 1),
}
"""The functions of the expression language, with the least and the greatest number of arguments."""

OPERATIONS: Mapping[str, Callable[[float, float], float]] = {
    "Add": operator.add,
    "Sub": operator.sub,
    "Mult": operator.mul,
    "Div": divide,
}
"""The arithmetic of the expression language, by the name of the syntax node."""

COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "Lt": operator.lt,
    "LtE": operator.le,
    "Gt": operator.gt,
    "GtE": operator.ge,
    "Eq": operator.eq,
    "NotEq": differs,
}
"""The comparisons of the expression language, by the name of the syntax node."""
