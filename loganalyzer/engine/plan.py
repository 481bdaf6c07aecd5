"""Which curves each rule judges, kept for the next run whose curves have the same forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from loganalyzer.engine.bind import Binder
from loganalyzer.engine.values import Bound
from loganalyzer.features import Curve
from loganalyzer.model.role import Role
from loganalyzer.model.rule import Rule, Rulebook
from loganalyzer.model.run import Axis

Places: TypeAlias = int | tuple[int, ...] | None
"""A curve, several or none by where they stand among the curves of a run."""


class Form(NamedTuple):
    """All of a curve that decides which rules look at it."""

    tag: str
    role: Role
    axis: Axis
    n: int
    n_finite: int
    first_step: int
    last_step: int


def form_of(curve: Curve) -> Form:
    """The form of a curve of at least one sample."""
    series = curve.series
    ends = series.step_at(0), series.step_at(-1)
    return Form(series.tag, curve.role, series.axis, len(series), curve.n_finite, *ends)


@lru_cache(maxsize=64)
def _given(_: tuple[Form, ...]) -> dict[str, tuple[Rule, tuple[dict[str, Places], ...]]]:
    """What rules were given of curves of these forms, by name of the rule; nothing at first."""
    return {}


def plan(book: Rulebook, curves: tuple[Curve, ...]) -> Iterator[tuple[Rule, list[dict[str, Bound]]]]:
    """Each rule with every set of curves it is to judge, as `Binder.bindings` gives them.

    The runs of an archive are often alike in all that this depends on.
    """
    given = _given(tuple(map(form_of, curves)))
    binder = Binder(curves)
    place = {id(curve): at for at, curve in enumerate(curves)}
    for rule in book.rules:
        known = given.get(rule.name)
        if known is None or known[0] is not rule:
            known = rule, tuple(_places(bound, place) for bound in binder.bindings(rule))
            given[rule.name] = known
        yield rule, [_bound(places, curves) for places in known[1]]


def _places(bound: Mapping[str, Bound], place: Mapping[int, int]) -> dict[str, Places]:
    return {
        name: tuple(place[id(one)] for one in found)
        if isinstance(found, tuple)
        else None
        if found is None
        else place[id(found)]
        for name, found in bound.items()
    }


def _bound(places: Mapping[str, Places], curves: tuple[Curve, ...]) -> dict[str, Bound]:
    return {
        name: curves[at] if isinstance(at, int) else None if at is None else tuple(curves[one] for one in at)
        for name, at in places.items()
    }
