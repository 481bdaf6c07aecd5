"""What criteria look at: the measures up to the first number that is none, and what the task allows."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from benchmarks.trainings.measures import Array, Logged, Measures

NO, BORDER, YES = 0, 1, 2
# A degree, and the step at which it begins.
Verdict = tuple[int, float]
ABSENT: Verdict = (NO, float("nan"))


def at_least(value: float, border: float, yes: float) -> int:
    """The degree to which `value` is large; NaN is not."""
    return YES if value >= yes else BORDER if value >= border else NO


def at_most(value: float, border: float, yes: float) -> int:
    """The degree to which `value` is small; NaN is not."""
    return YES if value <= yes else BORDER if value <= border else NO


@dataclass(frozen=True)
class Reach:
    """What sound runs of the same task reach at their best epoch."""

    loss: float
    val_accuracy: float = 1.0


def stitched(curve: Logged) -> Logged:
    """Steps in order; of a step that was logged twice, the later point."""
    order = np.argsort(curve.step, kind="stable")
    step, value = curve.step[order], curve.value[order]
    last = np.append(step[1:] != step[:-1], True) if len(step) else np.zeros(0, dtype=bool)
    return Logged(step[last], value[last])


@dataclass(frozen=True)
class View:
    """Measures of one run beside the reach of its task, cut at the first loss that is no number."""

    measures: Measures
    reach: Reach

    @cached_property
    def broken_from(self) -> float:
        """First step at which a written or measured loss is not finite; infinite when there is none."""
        loss = self.measures.curves.get("loss", np.zeros_like(self.measures.step))
        first = [self.measures.step[~np.isfinite(loss)]]
        first += [
            c.step[~np.isfinite(c.value)]
            for name, c in self.measures.logged.items()
            if name in ("loss", "val_loss")
        ]
        return float(min((steps.min() for steps in first if steps.size), default=np.inf))

    @cached_property
    def _order(self) -> np.ndarray:
        """Rows that count: of steps made twice the later ones, none before what the log shows first."""
        step = self.measures.step
        loss = self.measures.logged.get("loss")
        by_epoch = loss is not None and len(loss.step) > 0 and len(step) > 1 and loss.step[0] == step[1]
        rows = range(int(by_epoch), len(step))
        return np.array(
            [i for i in rows if step[i] < self.broken_from and not np.any(step[i + 1 :] <= step[i])],
            dtype=int,
        )

    def rows(self, name: str) -> Array:
        """One of the hidden curves."""
        return self.measures.curves[name][self._order]

    def has(self, name: str) -> bool:
        """Whether that hidden curve was measured."""
        return name in self.measures.curves

    def logged(self, name: str) -> Logged:
        """A written curve before it breaks; empty when it was not written."""
        empty = Logged(np.zeros(0), np.zeros(0))
        return stitched(self.measures.logged.get(name, empty)).before(self.broken_from)

    @property
    def constants(self) -> Mapping[str, float]:
        """Numbers that do not change during the run."""
        return self.measures.constants

    @cached_property
    def step(self) -> Array:
        """Steps of the rows."""
        return self.rows("step")

    @cached_property
    def loss(self) -> Array:
        """Loss over the whole training set, without dropout."""
        return self.rows("loss")

    @cached_property
    def chance(self) -> float:
        """Loss of the best constant answer."""
        return self.constants["chance_loss"]

    @cached_property
    def span(self) -> float:
        """Loss between a constant answer and what the task and the noise of its targets allow."""
        return max(self.chance - max(self.reach.loss, self.constants["floor"]), 0.1 * self.chance)

    @cached_property
    def progress(self) -> Array:
        """0: like a constant answer; 1: what the task allows."""
        return (self.chance - self.loss) / self.span

    @cached_property
    def is_absurd(self) -> bool:
        """A loss a hundred times that of a constant answer to the end: no level of it means anything."""
        return float(self.loss[-1]) >= 100 * self.chance

    @cached_property
    def knows_scale(self) -> bool:
        """Whether a loss says by itself how much was learned: cross-entropy, or targets of unit variance."""
        return self.is_classes or 0.8 <= self.chance <= 1.25

    @cached_property
    def is_classes(self) -> bool:
        """Whether there is an accuracy."""
        return self.measures.kind == "classes"

    def above_chance(self, name: str) -> Array:
        """0: accuracy of the most frequent class, 1: perfect."""
        base = max(self.constants["majority"], 1 / self.constants["n_classes"])
        return (self.rows(name) - base) / (1 - base)

    def luck(self, n: float) -> float:
        """Two standard deviations of a guess, in the unit of `above_chance`."""
        base = max(self.constants["majority"], 1 / self.constants["n_classes"])
        return min(2 * float(np.sqrt(base * (1 - base) / n)) / (1 - base), 0.05 if base > 0.7 else 0.2)

    def shows(self, *names: str) -> bool:
        """Whether one of these can be read from the log."""
        return bool(set(names) & self.measures.shown)


def tail(values: Array, share: float, least: int = 3) -> Array:
    """The last `share` of the rows."""
    return values[-max(least, int(share * len(values))) :]
