"""Which curves of a run a rule looks at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from loganalyzer.engine.layers import layer_curves
from loganalyzer.engine.values import Bound, members
from loganalyzer.features import Curve
from loganalyzer.model.role import Quantity, Role
from loganalyzer.model.rule import Input, Rule
from loganalyzer.model.run import Run, Series
from loganalyzer.roles.layers import depth

# more parts than that are single classes or layers, not things a run is judged by
MOST_PARTS = 8
# of a score for each of many classes these are the means, which speak for the model
MEANS = frozenset({"fwiou", "map", "mdice", "miou"})

# one quantity logged at several grains: the coarser is the smoother, the finer has more points
GRAINS = ("", "epoch", "step", "batch", "iteration")

# losses that are minimised against something that moves, and are no measure of quality
PLAYERS = frozenset({"generator_loss", "discriminator_loss", "policy_loss", "value_loss"})


def curves_of(run: Run, roles: Mapping[str, Role]) -> tuple[Curve, ...]:
    """All curves of a run in their roles, those of its histograms among them.

    Where no total loss was logged the sum of its parts is added; not where a policy or two players are
    trained, as the terms beside theirs are no objective.
    """
    curves = [Curve(series, roles[series.tag]) for series in run.series if len(series)]
    is_supervised = not any(curve.role.quantity in PLAYERS for curve in curves)
    for split in ("train", "validation", "test"):
        of_split = [curve for curve in curves if curve.role.split == split]
        parts = [curve for curve in of_split if curve.role.quantity == "loss_part"]
        if is_supervised and not any(curve.role.quantity == "loss" for curve in of_split):
            curves.extend(_total(parts, "loss"))
        judged = [curve for curve in of_split if curve.role.quantity == "discriminator_loss"]
        if {curve.role.part for curve in judged} == {"real", "fake"}:
            curves.extend(_total(judged, "discriminator_loss"))
    return (*curves, *layer_curves(run))


def _total(parts: list[Curve], quantity: Quantity) -> Iterable[Curve]:
    """The sum of loss parts logged at the same steps: what was minimised, up to constants."""
    if len(parts) < 2 or not all(np.array_equal(p.series.step, parts[0].series.step) for p in parts):
        return
    first, role = parts[0].series, parts[0].role
    tag = " + ".join(part.series.tag for part in parts)
    value = np.sum([part.value for part in parts], axis=0)
    wall_time = None if first.wall_time is None else first.wall_time.copy()
    series = Series(tag, first.step.copy(), value, wall_time, first.axis)
    why = "sum of the loss parts, as no total was logged"
    yield Curve(series, Role(quantity, role.split, role.direction, why))


def bindings(rule: Rule, curves: tuple[Curve, ...]) -> tuple[dict[str, Bound], ...]:
    """Every set of curves the rule is to judge, by input name; one with None where the run lacks a curve.

    The first required input leads: each curve that fits it is judged once, and the other inputs take
    the curve that goes with it best (same part of the loss, same axis, same steps) or all that fit.
    """
    return Binder(curves).bindings(rule)


class Binder:
    """Gives rules the curves of one run; what several rules ask for is looked up once."""

    def __init__(self, curves: tuple[Curve, ...]) -> None:
        """Nothing is looked up before it is asked for."""
        self.curves = curves
        self._fitting: dict[tuple[str | tuple[str, ...], str], list[Curve]] = {}
        # by the identity of what was found above, which lives as long as this
        self._leading: dict[tuple[int, int], list[Curve]] = {}
        self._beside: dict[tuple[int, int], Curve | None] = {}

    def bindings(self, rule: Rule) -> tuple[dict[str, Bound], ...]:
        """As the function `bindings`."""
        if not rule.inputs:
            return ({},)
        lead = next(
            (name for name, wanted in rule.inputs.items() if not wanted.optional), next(iter(rule.inputs))
        )
        leaders = self._all_leaders(rule.inputs[lead], rule.needs.min_points) or [None]
        return tuple(self._around(rule, lead, leader) for leader in leaders)

    def _all_leaders(self, wanted: Input, min_points: int) -> Sequence[Bound]:
        """What the leading input is to be given, one after the other."""
        fitting = self.fitting(wanted)
        if wanted.all:
            return [_together(fitting)] if fitting else []
        return fitting if wanted.every else self._leaders(fitting, min_points)

    def _around(self, rule: Rule, lead: str, leader: Bound) -> dict[str, Bound]:
        """The leader and what goes with it, or with the first of several."""
        first = next(iter(members(leader)), None)
        bound: dict[str, Bound] = {}
        for name, wanted in rule.inputs.items():
            if name == lead:
                bound[name] = leader
            else:
                fitting = self.fitting(wanted)
                bound[name] = _together(fitting) if wanted.all else self._companion(fitting, first)
        return bound

    def fitting(self, wanted: Input) -> list[Curve]:
        """Curves of the first split, in the input's order of preference, that the run has.

        Of its quantities the first one there, or all of them where every curve is asked for.
        """
        kinds = (wanted.quantity,) if wanted.every else wanted.quantity
        for split in wanted.split:
            for kind in kinds:
                found = self._fitting.get((kind, split))
                if found is None:
                    asked = kind if isinstance(kind, tuple) else (kind,)
                    found = [c for c in self.curves if c.role.quantity in asked and c.role.split == split]
                    self._fitting[kind, split] = found
                if found:
                    return found
        return []

    def _leaders(self, fitting: list[Curve], min_points: int) -> list[Curve]:
        asked = id(fitting), min_points
        if fitting and asked not in self._leading:
            self._leading[asked] = _leaders(fitting, self.curves, min_points)
        return self._leading[asked] if fitting else []

    def _companion(self, fitting: list[Curve], leader: Curve | None) -> Curve | None:
        asked = id(fitting), id(leader)
        if fitting and asked not in self._beside:
            self._beside[asked] = _companion(fitting, leader)
        return self._beside[asked] if fitting else None


def _together(curves: list[Curve]) -> tuple[Curve, ...]:
    """The curves of single layers, from the input of the network to its output; else whatever there is."""
    parts = [curve for curve in curves if curve.role.part not in GRAINS]
    return tuple(sorted(parts or curves, key=lambda c: (depth(c.role.part), c.series.tag)))


def _leaders(candidates: list[Curve], curves: tuple[Curve, ...], min_points: int) -> list[Curve]:
    """The whole rather than its parts, and of its grains the curve of whole epochs, if it can be judged."""
    by_part: dict[str, list[Curve]] = {}
    for curve in candidates:
        part = "" if curve.role.part in GRAINS else curve.role.part
        by_part.setdefault(part, []).append(curve)
    if "" in by_part:
        by_part = {"": by_part[""]}
    if len(by_part) > MOST_PARTS:
        by_part = {part: group for part, group in by_part.items() if not MEANS.isdisjoint(part.split())}
    if len(by_part) > MOST_PARTS:
        return []
    epochs = _evaluations(candidates, curves)
    return [
        min(group, key=lambda c: _preference(c, min_points, epochs)) for _, group in sorted(by_part.items())
    ]


def _evaluations(candidates: list[Curve], curves: tuple[Curve, ...]) -> int:
    """How often the run was validated: curves with that many points are means over epochs; 0 if never."""
    quantities = {curve.role.quantity for curve in candidates}
    counts = [
        len(curve.series)
        for curve in curves
        if curve.role.quantity in quantities and curve.role.split in ("validation", "test")
    ]
    return max(counts, default=0)


def _preference(curve: Curve, min_points: int, epochs: int = 0) -> tuple[bool, bool, int, int, str]:
    grain = GRAINS.index(curve.role.part) if curve.role.part in GRAINS else 0
    enough = curve.n_finite >= max(min_points, 8)
    of_batches = epochs > 0 and len(curve.series) > 1.5 * epochs
    return not enough, of_batches, grain, -len(curve.series), curve.series.tag


def _is_metric(curve: Curve) -> bool:
    """Whether the part only names the metric (f1, mae), and not a head or class of the model."""
    return curve.role.quantity in ("score", "error", "lr")


def _companion(candidates: list[Curve], leader: Curve | None) -> Curve | None:
    """The candidate that goes with the leader best, or None if there is none of the whole or of its part."""
    parts = {*GRAINS, leader.role.part} if leader is not None else set(GRAINS)
    candidates = [curve for curve in candidates if curve.role.part in parts or _is_metric(curve)]
    if not candidates:
        return None
    if leader is None:
        return min(candidates, key=lambda c: _preference(c, 2))
    first, last = leader.series.step[0], leader.series.step[-1]

    def strangeness(curve: Curve) -> tuple[bool, bool, bool, int, bool, tuple[bool, bool, int, int, str]]:
        step = curve.series.step
        apart = bool(step[-1] < first or step[0] > last)
        same_part = curve.role.part == leader.role.part or curve.role.part in GRAINS
        return (
            apart,
            curve.series.axis != leader.series.axis,
            not same_part,
            abs(int(step[-1]) - int(last)),
            curve.role.part != leader.role.part,
            _preference(curve, 2),
        )

    return min(candidates, key=strangeness)


def pick(wanted: Input, curves: tuple[Curve, ...], beside: Curve | None, min_points: int = 2) -> Curve | None:
    """The one curve that fits an input best: the one that goes with `beside`, or else the first leader."""
    fitting = Binder(curves).fitting(wanted)
    if beside is not None:
        return _companion(fitting, beside)
    return next(iter(_leaders(fitting, curves, min_points)), None)
