"""The smooth-continuation test: is a proposed boundary an event, or only where a curve bends?

A boundary stays if two lines (a jump) or a broken stick (a kink) describe its surroundings clearly better
than one cubic, or if the direction turns, or if the noise changes its scale there.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from loganalyzer.model.segment import ChangeKind
from loganalyzer.signal.cells import Cells
from loganalyzer.signal.fits import Stick, broken_stick, cubic_residual, two_line_residuals
from loganalyzer.signal.robust import mean_smooth, median

_JUMP_RATIO = 1.5
_JUMP_LOG_RATIO = 10.0
_KINK_RATIO = 1.2
_SCALE_DEVIATIONS = 5.0
_SCALE_LOG_RATIO = 0.6
_RESIDUAL_RATIO = 8.0


@dataclass(frozen=True, slots=True)
class Change:
    """A changepoint on the grid: the first cell after it, and what kind of change it is."""

    cell: int
    kind: ChangeKind


@dataclass(frozen=True, slots=True)
class _Scene:
    """A proposed boundary between its neighbours: left < cell < right, all in cells."""

    cells: Cells
    sensitivity: float
    left: int
    cell: int
    right: int

    def window(self, reach: int) -> tuple[int, int]:
        """Cells within `reach` of the boundary that belong to its two segments, half-open."""
        return max(self.left, self.cell - reach), min(self.right, self.cell + reach)

    def reaches(self, shortest: int) -> tuple[int, int]:
        """A narrow and a wide reach, the narrow one not below `shortest` cells."""
        return max(shortest, self.cells.count // 6), max(shortest + 2, self.cells.count // 3)

    @property
    def unseen(self) -> float:
        """Residual variance per cell that counts as a perfect fit."""
        return (0.35 * self.sensitivity) ** 2


@dataclass(frozen=True, slots=True)
class _Trial:
    """How much better than a cubic a broken fit is (ratio of residuals), and where it breaks."""

    ratio: float
    cell: int
    holds: bool


@dataclass(frozen=True, slots=True)
class _Verdict:
    """The change found at a boundary, None for a mere bend, and how strongly it shows."""

    change: Change | None
    strength: float


def confirm(
    cells: Cells, boundaries: list[int], sensitivity: float, roughness_variance: float
) -> list[Change]:
    """The changes among proposed boundaries, ascending; the weakest bend is dropped until none is left."""
    kept = list(boundaries)
    while kept:
        ends = [0, *kept, cells.count]
        verdicts = [
            _judge(_Scene(cells, sensitivity, ends[i], cell, ends[i + 2]), roughness_variance)
            for i, cell in enumerate(kept)
        ]
        bends = [(verdict.strength, i) for i, verdict in enumerate(verdicts) if verdict.change is None]
        if bends:
            kept.pop(min(bends)[1])
            continue
        changes = [verdict.change for verdict in verdicts if verdict.change is not None]
        ramp = _find_ramp(cells, ends, [change.cell for change in changes])
        if ramp is None:
            return changes
        kept[ramp : ramp + 2] = [(changes[ramp].cell + changes[ramp + 1].cell) // 2]
    return []


def _judge(scene: _Scene, roughness_variance: float) -> _Verdict:
    """What happens at a proposed boundary; a clear jump goes before noise, noise before turn and kink."""
    jump, (kink, turns) = _try_jump(scene), _try_kink(scene)
    by_shape = max(jump.ratio, kink.ratio)
    scale = _is_rougher(scene, roughness_variance) or (
        jump.ratio < _JUMP_RATIO and not kink.holds and _is_wilder(scene)
    )
    if jump.holds and (jump.ratio >= kink.ratio or not kink.holds):
        return _Verdict(Change(jump.cell, "jump"), by_shape)
    if scale and by_shape < 3.0:
        return _Verdict(Change(scene.cell, "scale"), by_shape)
    if turns:
        return _Verdict(Change(_turning_cell(scene), "turn"), by_shape)
    if kink.holds:
        return _Verdict(Change(kink.cell, "kink"), by_shape)
    return _Verdict(None, by_shape)


def _try_jump(scene: _Scene) -> _Trial:
    """Two separate lines against one cubic; in noise many cells and a visible step count as well."""
    value = scene.cells.value
    ratio, at, log_ratio = 0.0, scene.cell, 0.0
    for reach in scene.reaches(6):
        start, stop = scene.window(reach)
        piece, middle = value[start:stop], scene.cell - start
        breaks = np.arange(max(2, middle - 3), min(piece.size - 2, middle + 3) + 1)
        if piece.size < 8 or breaks.size == 0:
            continue
        left, right = two_line_residuals(piece, breaks)
        best = int((left + right).argmin())
        unseen = scene.unseen * piece.size
        here = (cubic_residual(piece) + unseen) / (float(left[best] + right[best]) + unseen)
        if here > ratio:
            ratio, at = here, start + int(breaks[best])
        log_ratio = max(log_ratio, piece.size * float(np.log(here)))
    holds = ratio >= _JUMP_RATIO or (log_ratio >= _JUMP_LOG_RATIO and _is_visible_step(scene, at))
    return _Trial(ratio, at, holds)


def _is_visible_step(scene: _Scene, at: int) -> bool:
    """Whether the means of six cells on either side differ by more than can be overlooked."""
    value = scene.cells.value
    before, after = value[max(scene.left, at - 6) : at], value[at : min(scene.right, at + 6)]
    if before.size == 0 or after.size == 0:
        return False
    step = abs(float(after.mean() - before.mean()))
    return step > max(2.5 * scene.sensitivity, 1.2 * scene.cells.noise)


def _try_kink(scene: _Scene) -> tuple[_Trial, bool]:
    """A broken stick against one cubic, and whether the stick's direction turns."""
    ratio, at, turns = 0.0, scene.cell, False
    for reach in scene.reaches(8):
        start, stop = scene.window(reach)
        piece, middle = scene.cells.value[start:stop], scene.cell - start
        first = max(3, middle // 3)
        last = min(piece.size - 3, piece.size - (piece.size - middle) // 3)
        if piece.size < 10 or last < first:
            continue
        stick = broken_stick(piece, first, last)
        unseen = scene.unseen * piece.size
        here = (cubic_residual(piece) + unseen) / (stick.residual + unseen)
        if here > ratio:
            ratio, at = here, start + stick.at
        turns = turns or _is_turn(scene, stick, piece.size)
    return _Trial(ratio, at, ratio >= _KINK_RATIO), turns


def _is_turn(scene: _Scene, stick: Stick, size: int) -> bool:
    """Whether a stick over `size` cells goes one way and then back, both by more than can be overlooked."""
    after = size - stick.at
    swing = min(abs(stick.before) * stick.at, abs(stick.after) * after)
    visible = 4.0 * scene.cells.noise / np.sqrt(min(stick.at, after) / 3.0)
    return stick.before * stick.after < 0.0 and swing > max(2.5 * scene.sensitivity, visible)


def _turning_cell(scene: _Scene) -> int:
    """The extreme of the smoothed curve between the neighbours, their own surroundings left out."""
    margin = max(1, scene.cells.count // 40)
    smooth = mean_smooth(scene.cells.value, 2 * margin + 1)[scene.left : scene.right]
    first = max(2, (scene.cell - scene.left) // 3)
    last = max(first + 1, smooth.size - max(2, (scene.right - scene.cell) // 3))
    inner = smooth[first:last]
    valley = float(smooth[0] + smooth[-1]) - 2.0 * float(inner.min())
    hill = 2.0 * float(inner.max()) - float(smooth[0] + smooth[-1])
    return scene.left + first + int(inner.argmin() if valley > hill else inner.argmax())


def _is_rougher(scene: _Scene, variance: float) -> bool:
    """Whether the steps between samples change their size, near the boundary and over both segments."""
    roughness, cell = scene.cells.roughness, scene.cell
    reach = min(12, cell - scene.left, scene.right - cell)
    near = float(roughness[cell : cell + reach].mean() - roughness[cell - reach : cell].mean())
    deviations = abs(near) / float(np.sqrt(2.0 * max(variance, 0.03) / reach))
    whole = median(roughness[cell : scene.right]) - median(roughness[scene.left : cell])
    return deviations > _SCALE_DEVIATIONS and abs(whole) > _SCALE_LOG_RATIO


def _is_wilder(scene: _Scene) -> bool:
    """Whether the cells scatter much more around their line on one side than on the other."""
    if min(scene.cell - scene.left, scene.right - scene.cell) < 8:
        return False
    start, stop = scene.window(scene.reaches(6)[0])
    middle = scene.cell - start
    left, right = two_line_residuals(scene.cells.value[start:stop], np.array([middle]))
    calm, wild = sorted((float(left[0]) / middle, float(right[0]) / (stop - scene.cell)))
    return wild > _RESIDUAL_RATIO * calm and wild > (1.2 * scene.sensitivity) ** 2


def _find_ramp(cells: Cells, ends: list[int], changes: list[int]) -> int | None:
    """Place in `changes` of two close ones that lead the same way: one event that took a few cells."""
    for i, (first, second) in enumerate(pairwise(changes)):
        if not 0 < second - first <= max(2, cells.count // 25):
            continue
        before = cells.value[max(ends[i], first - 3) : first]
        after = cells.value[second : min(ends[i + 3], second + 3)]
        if before.size == 0 or after.size == 0:
            continue
        middle = float(cells.value[first:second].mean())
        if (middle - float(before.mean())) * (float(after.mean()) - middle) > 0.0:
            return i
    return None
