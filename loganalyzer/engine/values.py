"""Every number a rule may name on one set of curves, computed when it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from math import nan
from typing import TypeAlias

from loganalyzer.features import FACTS, FEATURES, Curve, Facts
from loganalyzer.model.rule import FeatureUse, Rule

Bound: TypeAlias = Curve | tuple[Curve, ...] | None


def members(bound: Bound) -> tuple[Curve, ...]:
    """The curves bound to an input: none, one, or several."""
    return bound if isinstance(bound, tuple) else () if bound is None else (bound,)


class Values(dict[str, float]):
    """The params, facts and features of a rule by name; `curves` are by input, None where the run has none.

    Most conditions are settled by their first clause: what stands behind it is then never computed, and
    not yet in the dictionary. A feature that breaks raises what it raises.
    """

    __slots__ = ("curves", "facts", "rule")

    def __init__(self, rule: Rule, curves: Mapping[str, Bound], facts: Facts) -> None:
        """Nothing is computed before it is asked for."""
        self.rule, self.curves, self.facts = rule, curves, facts

    def __missing__(self, name: str) -> float:
        """Compute what is asked for the first time."""
        value = self[name] = self._value(name)
        return value

    def complete(self) -> dict[str, float]:
        """All of them."""
        return {name: self[name] for name in (*self.rule.params, *FACTS, *self.rule.features)}

    def _value(self, name: str) -> float:
        use = self.rule.features.get(name)
        if use is not None:
            return self._measure(use)
        return float(getattr(self.facts, name)) if name in FACTS else self.rule.params[name].default

    def _measure(self, use: FeatureUse) -> float:
        """The value of a feature; NaN where a curve it looks at is missing."""
        function = FEATURES[use.use]
        arguments: dict[str, Bound | float] = {}
        for name, given in use.arguments.items():
            if function.arguments[name] != "number":
                found = self.curves.get(str(given))
                if not found:
                    return nan
                arguments[name] = found
            else:
                arguments[name] = self[given] if isinstance(given, str) else float(given)
        return float(function.function(**arguments))
