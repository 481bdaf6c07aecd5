"""What simulated runs are drawn with: a task, ways to learn it, and the curves a program would log of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from loganalyzer.model.run import Floats
from loganalyzer.signal.kinds.shapes import Pen, decay, power, sigmoid

Curves = dict[str, Floats]


@dataclass(frozen=True)
class Task:
    """Classes, the loss and accuracy that can be reached, and the noise of the logs."""

    pen: Pen
    classes: int
    floor: float
    peak: float
    noise: float
    samples: int

    @property
    def untrained(self) -> float:
        """The loss of a guess."""
        return float(np.log(self.classes))

    @property
    def chance(self) -> float:
        """The accuracy of a guess."""
        return 1.0 / self.classes

    def loss(self, learned: Floats, noise: float | None = None) -> Floats:
        """The loss of a model that has learned that share of what there is to learn; shape (n,)."""
        level = self.untrained + (self.floor - self.untrained) * learned
        return level * self.pen.factor(self.noise if noise is None else noise)

    def accuracy(self, learned: Floats) -> Floats:
        """The accuracy of that model, measured on so many samples; shape (n,)."""
        level = self.chance + (self.peak - self.chance) * np.clip(learned, 0.0, 1.0)
        return self.pen.mistakes(level, self.samples)


def task(pen: Pen) -> Task:
    """A task and a way of logging, drawn at random: epochs with little noise, or batches with much."""
    by_batch = pen.n >= 150 and pen.rng.random() < 0.6
    classes = int(pen.rng.choice((2, 3, 5, 10, 10, 20, 100)))
    return Task(
        pen=pen,
        classes=classes,
        floor=float(np.log(classes)) * 10 ** pen.between(-2.5, -0.5),
        peak=pen.between(0.75, 0.995),
        noise=10 ** (pen.between(-1.4, -0.6) if by_batch else pen.between(-2.5, -1.3)),
        samples=int(pen.rng.choice((32, 64, 128) if by_batch else (300, 1000, 10_000))),
    )


def learning(pen: Pen, time: Floats | None = None) -> Floats:
    """The share learned over the run, from 0 towards 1, along a law drawn at random; shape (n,)."""
    time = pen.time if time is None else time
    ways: tuple[Callable[[], Floats], ...] = (
        lambda: decay(time, 0.0, 1.0, pen.between(0.04, 0.25)),
        lambda: 1.0 - power(time, 1.0, 0.0, 10 ** pen.between(-2.5, -1.3), pen.between(0.5, 1.0)),
        lambda: 0.7 * decay(time, 0.0, 1.0, pen.between(0.01, 0.05)) + 0.3 * decay(time, 0.0, 1.0, 0.3),
        lambda: sigmoid(time, pen.between(0.05, 0.25), pen.between(0.02, 0.07)),
        lambda: np.log1p(time * (scale := 10 ** pen.between(1.0, 2.5))) / np.log1p(scale),
    )
    return np.asarray(ways[int(pen.rng.integers(len(ways)))]())


def since(pen: Pen, at: int) -> Floats:
    """Time since the sample `at`, 0 before it."""
    return np.maximum(pen.time - at / pen.n, 0.0)


def from_on(pen: Pen, at: int) -> np.ndarray:
    """Whether a sample is `at` or later; shape (n,)."""
    return np.arange(pen.n) >= at


def some(pen: Pen, curves: Curves, keep: tuple[str, ...]) -> Curves:
    """The curves less those that this program happens not to log; `keep` are always logged."""
    with_validation, with_metric = pen.rng.random() < 0.7, pen.rng.random() < 0.7
    return {
        name: value
        for name, value in curves.items()
        if name in keep
        or ((with_validation or not name.startswith("val_")) and (with_metric or "accuracy" not in name))
    }


def logged(pen: Pen, job: Task, train: Floats, validation: Floats, keep: tuple[str, ...] = ()) -> Curves:
    """The four usual curves of a run that learned `train` and, on held-out data, `validation`."""
    curves = {
        "loss": job.loss(train),
        "accuracy": job.accuracy(train),
        "val_loss": job.loss(validation, job.noise * pen.between(0.5, 1.5)),
        "val_accuracy": job.accuracy(validation),
    }
    return some(pen, curves, keep)
