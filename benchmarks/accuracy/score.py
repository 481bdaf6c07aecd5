"""Claims against truth: recall and precision by pathology, alarms on sound runs, headline, onset."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import nan
from typing import NamedTuple

from benchmarks.accuracy.truth import UNJUDGED, Truth


class Axis(NamedTuple):
    """First and last logged step of a curve, and how many points it has."""

    first: float
    last: float
    points: int


class OnsetError(NamedTuple):
    """The error of an onset, and the distance of two logged points, as shares of the run."""

    error: float
    grain: float


@dataclass(frozen=True, slots=True)
class Claim:
    """What a tool says of a run: every pathology its words could mean, hardest claim first in a list.

    A quiet claim (information, or a symptom explained by another claim) can be right but never an alarm.
    `onset` is where it began, as a fraction of the run, `axes` the steps that a label may count in.
    """

    names: frozenset[str]
    is_loud: bool = True
    onset: float | None = None
    axes: tuple[Axis, ...] = ()


@dataclass(slots=True)
class Score:
    """The counts of one tool; `cases` are labels, `sound` runs without a training problem."""

    cases: Counter[str] = field(default_factory=Counter)
    hits: Counter[str] = field(default_factory=Counter)
    false: Counter[str] = field(default_factory=Counter)
    sound: int = 0
    alarms: int = 0
    single: int = 0
    named: int = 0
    onset_errors: list[OnsetError] = field(default_factory=list)

    def f1(self, name: str) -> float:
        """Harmonic mean of recall and precision of a pathology that has cases."""
        wrong = self.false[name] + self.cases[name] - self.hits[name]
        return 2 * self.hits[name] / (2 * self.hits[name] + wrong) if self.cases[name] else nan

    def macro_f1(self, min_cases: int) -> float:
        """Mean F1 over the pathologies with at least so many cases."""
        often = [self.f1(name) for name, count in self.cases.items() if count >= min_cases]
        return sum(often) / len(often) if often else nan


def score(truths: Iterable[Truth], claims: Mapping[str, Sequence[Claim]]) -> Score:
    """Count one tool's claims by run; a run it says nothing of has none."""
    total = Score()
    for truth in truths:
        _count(total, truth, claims.get(truth.run, ()))
    return total


def _count(total: Score, truth: Truth, claims: Sequence[Claim]) -> None:
    loud = [claim for claim in claims if claim.is_loud]
    wrong = [claim for claim in loud if not any(truth.allows(name) for name in claim.names)]
    if truth.is_sound:
        total.sound += 1
        total.alarms += any(not claim.names & truth.also_ok for claim in loud)
    for name in truth.labels - UNJUDGED - {"healthy"}:
        total.cases[name] += 1
        right = [claim for claim in claims if name in claim.names]
        total.hits[name] += bool(right)
        _count_onset(total, truth, name, right)
    for name in {min(claim.names) for claim in wrong}:
        total.false[name] += 1
    if len(truth.pathologies) == 1:
        total.single += 1
        total.named += bool(loud and loud[0].names & truth.pathologies)


def _count_onset(total: Score, truth: Truth, name: str, right: Sequence[Claim]) -> None:
    """The error of the onset as a share of the run."""
    expected = truth.onsets.get(name, truth.onsets.get("") if len(truth.pathologies) == 1 else None)
    placed = [claim for claim in right if claim.onset is not None]
    if expected is None or not placed or name not in truth.pathologies:
        return
    axis = next((axis for axis in placed[0].axes if axis.last >= expected), None)
    if axis is not None:  # else it counts batches of a run that logs epochs: nobody can tell where that is
        total.onset_errors.append(_onset_error(placed[0].onset or 0.0, expected, axis))


def _onset_error(onset: float, expected: int, axis: Axis) -> OnsetError:
    """How far off by step or by row, whichever is nearer: labels do not say which they count."""
    by_step = (expected - axis.first) / max(axis.last - axis.first, 1)
    by_row = expected / max(axis.points - 1, 1)
    return OnsetError(min(abs(onset - by_step), abs(onset - by_row)), 1 / max(axis.points - 1, 1))
