"""What is to be seen around one proposed boundary: a jump, a kink, a turn, a change of noise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from loganalyzer.model.run import Floats
from loganalyzer.signal.cells import Cells
from loganalyzer.signal.fits import Stick, bent_stick, broken_stick, cubic_residual, two_line_residuals
from loganalyzer.signal.robust import mean_smooth, median

_EVIDENCE = 10.0
_JUMP_RATIO = 1.5
_KINK_RATIO = 1.2
_BENT_LOG_RATIO = 3.0
_SCALE_DEVIATIONS = 5.0
_SCALE_LOG_RATIO = 0.6
_SCALE_ABRUPTNESS = 0.4
_RESIDUAL_RATIO = 12.0


class Trial(NamedTuple):
    """How much better than a cubic a broken fit is (ratio of residuals), where it breaks, if it is enough."""

    ratio: float
    cell: int
    holds: bool


class _Piece(NamedTuple):
    """Cells around a boundary: the index of the first, their values, and where in them a stick may break."""

    start: int
    value: Floats
    first: int
    last: int

    @property
    def can_break(self) -> bool:
        """Whether it is long enough for a stick."""
        return self.value.size >= 10 and self.last >= self.first


@dataclass(frozen=True, slots=True)
class Scene:
    """A proposed boundary between its neighbours: left < cell < right, all in cells."""

    cells: Cells
    sensitivity: float
    left: int
    cell: int
    right: int

    def _piece(self, reach: int) -> _Piece:
        """The cells within `reach` of the boundary that belong to its two segments."""
        start, stop = max(self.left, self.cell - reach), min(self.right, self.cell + reach)
        before, after = self.cell - start, stop - self.cell
        size = stop - start
        first, last = max(3, before // 3), min(size - 3, size - after // 3)
        return _Piece(start, self.cells.value[start:stop], first, last)

    def _pieces(self, shortest: int) -> tuple[_Piece, _Piece]:
        """A narrow and a wide piece, reaching a sixth and a third of the grid."""
        count = self.cells.count
        return self._piece(max(shortest, count // 6)), self._piece(max(shortest + 2, count // 3))

    def _better_than_cubic(self, value: Floats, residual: float) -> float:
        """Ratio of residuals, at most 1 where chance may do it; what is invisible fits perfectly."""
        unseen = (0.35 * self.sensitivity) ** 2 * value.size
        ratio = (cubic_residual(value) + unseen) / (residual + unseen)
        return ratio if value.size * float(np.log(ratio)) >= _EVIDENCE else min(ratio, 1.0)

    def jump(self) -> tuple[Trial, Trial]:
        """Two separate lines, and two with a cell left out between them.

        In noise, many cells and a visible step count as well as the ratio. A jump within a cell leaves that
        cell between the levels, so that it belongs to neither line.
        """
        ratio, at = 0.0, self.cell
        apart, apart_at = 0.0, self.cell
        for piece in self._pieces(6):
            value, middle = piece.value, self.cell - piece.start
            breaks = np.arange(max(2, middle - 3), min(value.size - 2, middle + 3) + 1)
            if value.size < 8 or breaks.size == 0:
                continue
            left, right = two_line_residuals(value, breaks)
            best = int((left + right).argmin())
            here = self._better_than_cubic(value, float(left[best] + right[best]))
            if here > ratio:
                ratio, at = here, piece.start + int(breaks[best])
            if self.cells.width > 1.0 and breaks.size > 1:
                best = int((left[:-1] + right[1:]).argmin())
                here = self._better_than_cubic(value, float(left[best] + right[best + 1]))
                if here > apart:
                    apart, apart_at = here, piece.start + int(breaks[best])
        in_noise = ratio > 1.0 and self._is_visible_step(at)
        holds = ratio >= _JUMP_RATIO or in_noise
        return Trial(ratio, at, holds), Trial(apart, apart_at, holds)

    def is_broken(self, at: int) -> bool:
        """Whether the lines on either side of a cell miss each other visibly, the cell itself left out."""
        before, after = self.cells.value[self.left : at], self.cells.value[at + 1 : self.right]
        if min(before.size, after.size) < 3:
            return True
        return abs(_step(before, after, 10)) > self.sensitivity

    def _is_visible_step(self, at: int) -> bool:
        """Whether the means of six cells on either side differ by more than can be overlooked."""
        value = self.cells.value
        before, after = value[max(self.left, at - 6) : at], value[at : min(self.right, at + 6)]
        if before.size == 0 or after.size == 0:
            return False
        step = abs(float(after.mean() - before.mean()))
        return step > max(2.5 * self.sensitivity, 1.2 * self.cells.noise)

    def kink(self) -> tuple[Trial, bool]:
        """A broken stick, and whether it turns."""
        ratio, at, turns = 0.0, self.cell, False
        for piece in self._pieces(8):
            if not piece.can_break:
                continue
            stick = broken_stick(piece.value, piece.first, piece.last)
            here = self._better_than_cubic(piece.value, stick.residual)
            if here > ratio:
                ratio, at = here, piece.start + stick.at
            turns = turns or self._is_turn(stick, piece.value.size)
        return Trial(ratio, at, ratio >= _KINK_RATIO), turns

    def _is_turn(self, stick: Stick, size: int) -> bool:
        """Whether a stick over `size` cells goes one way and back, both ways visibly."""
        after = size - stick.at
        swing = min(abs(stick.before) * stick.at, abs(stick.after) * after)
        visible = 4.0 * self.cells.noise / float(np.sqrt(min(stick.at, after) / 3.0))
        return stick.before * stick.after < 0.0 and swing > max(2.5 * self.sensitivity, visible)

    def onset(self) -> float:
        """How much better than a cubic the best stick with a bent arm is."""
        ratios = [
            self._better_than_cubic(piece.value, bent_stick(piece.value, piece.first, piece.last)[0])
            for piece in self._pieces(8)
            if piece.can_break
        ]
        return max(ratios, default=0.0)

    def breaking_cell(self) -> tuple[int, bool]:
        """Where the curve breaks without a jump, and whether a break fits better than a cubic.

        From the widest surroundings that a stick, straight or with a bent arm, describes down to the noise.
        """
        at, is_sharp = self.cell, False
        for piece in self._pieces(8)[::-1]:
            if not piece.can_break:
                continue
            size = piece.value.size
            tiny = size * (0.1 * self.cells.noise**2 + 1e-6)
            straight = broken_stick(piece.value, piece.first, piece.last)
            residual, at = straight.residual, straight.at
            bent, bent_at = bent_stick(piece.value, piece.first, piece.last)
            if size * np.log((residual + tiny) / (bent + tiny)) > _BENT_LOG_RATIO * np.log(size):
                residual, at = bent, bent_at
            at += piece.start
            is_sharp = residual < cubic_residual(piece.value)
            if residual <= size * (2.0 * self.cells.noise**2 + (0.1 * self.sensitivity) ** 2):
                break
        return at, is_sharp

    def turning_cell(self) -> int:
        """The extreme of the smoothed curve between the neighbours, their own surroundings left out."""
        margin = max(1, self.cells.count // 40)
        smooth = mean_smooth(self.cells.value, 2 * margin + 1)[self.left : self.right]
        first = max(2, (self.cell - self.left) // 3)
        last = max(first + 1, smooth.size - max(2, (self.right - self.cell) // 3))
        inner = smooth[first:last]
        valley = float(smooth[0] + smooth[-1]) - 2.0 * float(inner.min())
        hill = 2.0 * float(inner.max()) - float(smooth[0] + smooth[-1])
        return self.left + first + int(inner.argmin() if valley > hill else inner.argmax())

    def is_rougher(self, variance: float) -> bool:
        """Whether the steps between samples change their size, abruptly and over both segments.

        `variance` is the scatter of the roughness of a cell.
        """
        before, after = (
            self.cells.roughness[self.left : self.cell],
            self.cells.roughness[self.cell : self.right],
        )
        reach = min(12, before.size, after.size)
        near = float(after[:reach].mean() - before[-reach:].mean())
        whole = median(after) - median(before)
        if abs(near) <= _SCALE_DEVIATIONS * float(np.sqrt(2.0 * max(variance, 0.03) / reach)):
            return False
        # Noise that grows or shrinks steadily differs between the sides, but does not step.
        return abs(whole) > _SCALE_LOG_RATIO and _step(before, after, 24) / whole > _SCALE_ABRUPTNESS

    def is_wilder(self) -> bool:
        """Whether the cells scatter much more around a cubic on one side than on the other."""
        if min(self.cell - self.left, self.right - self.cell) < 8:
            return False
        piece = self._pieces(6)[0]
        sides = piece.value[: self.cell - piece.start], piece.value[self.cell - piece.start :]
        calm, wild = sorted(cubic_residual(side) / (side.size - 4) for side in sides)
        return wild > _RESIDUAL_RATIO * calm and wild > (1.2 * self.sensitivity) ** 2


def _step(before: Floats, after: Floats, reach: int) -> float:
    """The step between the lines through up to `reach` values on either side, where they meet."""
    ends = []
    for side in (before[-reach:], after[:reach][::-1]):
        time = np.arange(side.size) - 0.5 * (side.size - 1)
        slope = float(time @ side) / max(float(time @ time), 1.0)
        ends.append(float(side.mean()) + slope * 0.5 * side.size)
    return ends[1] - ends[0]
