"""The smooth-continuation test: is a proposed boundary an event, or only where a curve bends?

A boundary stays if two lines (a jump) or a broken stick (a kink) describe its surroundings clearly better
than one cubic, or if the direction turns, or if the noise changes its scale there.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from loganalyzer.model.segment import ChangeKind
from loganalyzer.signal.cells import Cells
from loganalyzer.signal.scene import Scene

_CLEAR_RATIO = 3.0
# A bent stick has more shapes to choose from than two lines: what is nearly as good goes to the jump.
_BENEFIT = 1.05
_APART = 1.3


class Change(NamedTuple):
    """A changepoint on the grid: the first cell after it, and what kind of change it is."""

    cell: int
    kind: ChangeKind


class _Verdict(NamedTuple):
    """The change found at a boundary, None for a mere bend, and how strongly it shows."""

    change: Change | None
    strength: float


def confirm(
    cells: Cells, boundaries: list[int], sensitivity: float, roughness_variance: float
) -> list[Change]:
    """The changes among proposed boundaries, ascending.

    The weakest bend is dropped, or two boundaries of one event are made one, until all are events.
    """
    kept = list(boundaries)
    while kept:
        ends = [0, *kept, cells.count]
        verdicts = [
            _judge(Scene(cells, sensitivity, ends[i], cell, ends[i + 2]), roughness_variance)
            for i, cell in enumerate(kept)
        ]
        bends = [(verdict.strength, i) for i, verdict in enumerate(verdicts) if verdict.change is None]
        if bends:
            kept.pop(min(bends)[1])
            continue
        changes = [verdict.change for verdict in verdicts if verdict.change is not None]
        twin = _find_twin(changes)
        if twin is not None:
            stronger = twin if verdicts[twin].strength > verdicts[twin + 1].strength else twin + 1
            kept[twin : twin + 2] = [changes[stronger].cell]
            continue
        ramp = _find_ramp(cells, ends, changes)
        if ramp is None:
            return changes
        kept[ramp : ramp + 2] = [(changes[ramp].cell + changes[ramp + 1].cell) // 2]
    return []


def _judge(scene: Scene, roughness_variance: float) -> _Verdict:
    """What happens at a proposed boundary; a clear jump goes before noise, noise before turn and kink."""
    (jump, apart), (kink, turns) = scene.jump(), scene.kink()
    strength = max(jump.ratio, kink.ratio)
    if jump.holds:
        rival = max(kink.ratio, scene.onset())
        if _BENEFIT * jump.ratio >= rival and scene.is_broken(jump.cell):
            return _Verdict(Change(jump.cell, "jump"), strength)
        if apart.ratio > _APART * rival:
            return _Verdict(Change(apart.cell, "jump"), strength)
    has_shape = kink.holds or jump.holds
    if strength < _CLEAR_RATIO and _changes_noise(scene, roughness_variance, has_shape=has_shape):
        return _Verdict(Change(scene.cell, "scale"), strength)
    if not (turns or has_shape):
        return _Verdict(None, strength)
    cell, is_sharp = scene.breaking_cell()
    if not turns:
        return _Verdict(Change(cell, "kink"), strength)
    return _Verdict(Change(cell if is_sharp else scene.turning_cell(), "turn"), strength)


def _changes_noise(scene: Scene, roughness_variance: float, *, has_shape: bool) -> bool:
    """Whether the noise has another scale after the boundary; cells that scatter count without a shape."""
    return scene.is_rougher(roughness_variance) or (not has_shape and scene.is_wilder())


def _find_twin(changes: list[Change]) -> int | None:
    """Place in `changes` of two that turned out to be at the same cell, or as good as."""
    for i, (first, second) in enumerate(pairwise(changes)):
        if second.cell - first.cell < 2:
            return i
    return None


def _find_ramp(cells: Cells, ends: list[int], changes: list[Change]) -> int | None:
    """Place in `changes` of two close ones that lead the same way: one event that took a few cells."""
    for i, (first, second) in enumerate(pairwise(change.cell for change in changes)):
        if second - first > max(2, cells.count // 25):
            continue
        before = cells.value[max(ends[i], first - 3) : first]
        after = cells.value[second : min(ends[i + 3], second + 3)]
        if before.size == 0 or after.size == 0:
            continue
        middle = float(cells.value[first:second].mean())
        if (middle - float(before.mean())) * (float(after.mean()) - middle) > 0.0:
            return i
    return None
