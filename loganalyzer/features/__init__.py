"""Named measurements that rules select."""

from __future__ import annotations

from collections.abc import Mapping

from loganalyzer.features.adversarial import ADVERSARIAL
from loganalyzer.features.chance import CHANCE
from loganalyzer.features.curve import FACTS, Curve, Facts
from loganalyzer.features.finite import FINITE
from loganalyzer.features.flat import FLAT
from loganalyzer.features.gradients import GRADIENTS
from loganalyzer.features.layers import LAYERS
from loganalyzer.features.metrics import METRICS
from loganalyzer.features.opening import OPENING
from loganalyzer.features.pairs import PAIRS
from loganalyzer.features.period import PERIOD
from loganalyzer.features.policy import POLICY
from loganalyzer.features.progress import PROGRESS
from loganalyzer.features.registry import Feature, feature
from loganalyzer.features.reward import REWARD
from loganalyzer.features.schedule import SCHEDULE
from loganalyzer.features.shape import SHAPE
from loganalyzer.features.swings import SWINGS
from loganalyzer.features.waves import WAVES

FEATURES: Mapping[str, Feature] = {
    function.__name__: feature(function)
    for function in (
        *ADVERSARIAL,
        *CHANCE,
        *FINITE,
        *FLAT,
        *GRADIENTS,
        *LAYERS,
        *METRICS,
        *OPENING,
        *PAIRS,
        *PERIOD,
        *POLICY,
        *PROGRESS,
        *REWARD,
        *SCHEDULE,
        *SHAPE,
        *SWINGS,
        *WAVES,
    )
}

__all__ = ["FACTS", "FEATURES", "Curve", "Facts", "Feature"]
