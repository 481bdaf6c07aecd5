"""Named measurements that rules select."""

from __future__ import annotations

from collections.abc import Mapping

from loganalyzer.features.curve import FACTS, Curve, Facts
from loganalyzer.features.registry import Feature, feature
from loganalyzer.features.shape import SHAPE

FEATURES: Mapping[str, Feature] = {
    one.name: one for one in sorted((feature(f) for f in (*SHAPE,)), key=lambda f: f.name)
}

__all__ = ["FACTS", "FEATURES", "Curve", "Facts", "Feature"]
