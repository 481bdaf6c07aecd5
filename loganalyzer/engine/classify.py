"""A second opinion on a run: trees grown on simulated and real small trainings, read as plain arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from loganalyzer.engine.bind import pick
from loganalyzer.engine.forest import NODE, Forest, as_array, verified
from loganalyzer.features.curve import Curve, Facts
from loganalyzer.features.vector import Slots, as_row, describe, describe_segments
from loganalyzer.model.rule import Input
from loganalyzer.model.run import Floats

ARRAYS = Path(__file__).parent / "trees"
HEALTHY = "healthy"
MIN_POINTS = 6
COURSE = 3

_LOSS = Input(("loss",), ("train", "none", "validation"))
_METRIC = Input(("accuracy", "score"), ("train", "none", "validation"))
_VALIDATION = Input(("loss",), ("validation", "test"))
_VALIDATION_METRIC = Input(("accuracy", "score"), ("validation", "test"))
_GRADIENT = Input(("grad_norm",), ("train", "none"))
_RATE = Input(("lr",), ("train", "none"))


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the trees say of a run: `probability` of each class, `base` what it is for runs in general."""

    probability: Mapping[str, float]
    base: Mapping[str, float]
    tags: tuple[str, ...]

    @property
    def top(self) -> str:
        """The most probable class, `healthy` or a pathology."""
        return max(sorted(self.probability), key=self.probability.__getitem__)


@dataclass(frozen=True, slots=True, eq=False)
class Classifier:
    """A forest, and what its answers are worth: `calibration` (2, k) for healthy and for pathologies."""

    forest: Forest
    calibration: Floats
    base: Mapping[str, float]

    def probability(self, row: Floats) -> dict[str, float]:
        """Calibrated probability of each class for a row of shape (features,)."""
        answer = self.forest.predict(row)
        grid = np.linspace(0.0, 1.0, self.calibration.shape[1])
        healthy, faulty = (np.interp(answer, grid, curve).tolist() for curve in self.calibration)
        return {
            name: sound if name == HEALTHY else sick
            for name, sound, sick in zip(self.forest.outputs, healthy, faulty, strict=True)
        }


def load_classifier(folder: Path = ARRAYS) -> Classifier:
    """The classifier whose arrays lie in a folder.

    Raises:
        ArraysError: a file is missing or is not the one that was trained.
    """
    held = {name.removesuffix(".npy"): as_array(data) for name, data in verified(folder).items()}
    classes = tuple(map(str, held["classes"].tolist()))
    forest = Forest(
        features=tuple(map(str, held["features"].tolist())),
        outputs=classes,
        nodes=held["nodes"].view(NODE),
        roots=np.asarray(held["roots"], np.int64),
        leaves=np.asarray(held["leaves"], np.float16),
    )
    base = dict(zip(classes, np.asarray(held["base"], np.float64).tolist(), strict=True))
    return Classifier(forest, np.asarray(held["calibration"], np.float64), base)


@cache
def _shipped() -> Classifier:
    return load_classifier()


def slots_of(curves: tuple[Curve, ...], facts: Facts) -> Slots | None:
    """The curves of a run that its vector describes; None for a run the trees know nothing about.

    They know no policies, no two networks against each other and no run of fewer than six points; one whose
    loss ends as NaN or Inf needs no opinion.
    """
    if facts.reinforcement or facts.adversarial:
        return None
    loss = pick(_LOSS, curves, None, MIN_POINTS)
    metric = pick(_METRIC, curves, loss, MIN_POINTS)
    lead = loss or metric
    if lead is None or len(lead.series) < MIN_POINTS or not np.isfinite(lead.value[-1]):
        return None
    validation, second = pick(_VALIDATION, curves, lead), pick(_VALIDATION_METRIC, curves, lead)
    return Slots(
        loss=loss,
        validation=None if validation is loss else _described(validation),
        metric=_described(metric),
        validation_metric=None if second is metric else _described(second),
        gradient=_described(pick(_GRADIENT, curves, lead)),
        rate=_described(pick(_RATE, curves, lead)),
    )


def _described(curve: Curve | None) -> Curve | None:
    """A curve that has a course: with fewer than three samples there is nothing to describe."""
    return curve if curve is not None and len(curve.series) >= COURSE else None


def classify(curves: tuple[Curve, ...], facts: Facts, *, is_suspect: bool) -> Opinion | None:
    """The trees' opinion of a run by its curves, or None where they have none.

    Cutting the leading curve into segments costs more than all the rest: that is done for a run that is
    suspect, as rules have spoken, or that does not look healthy without.
    """
    slots = slots_of(curves, facts)
    if slots is None:
        return None
    judge = _shipped()
    with np.errstate(all="ignore"):
        found = describe(slots)
        probability = {} if is_suspect else judge.probability(as_row(found, judge.forest.features))
        if is_suspect or probability[HEALTHY] < max(probability.values()):
            found |= describe_segments(slots)
            probability = judge.probability(as_row(found, judge.forest.features))
    tags = sorted({curve.series.tag for curve in (slots.lead, slots.validation) if curve is not None})
    return Opinion(probability, judge.base, tuple(tags))
