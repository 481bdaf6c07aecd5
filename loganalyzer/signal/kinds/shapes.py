"""What synthetic curves are made of: trends, noises, and the random choices of one drawing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from loganalyzer.model.role import Direction
from loganalyzer.model.run import Floats

Family = Literal["healthy", "healthy-change", "pathology"]
Drawn = tuple[Floats, tuple[int, ...]]


@dataclass(frozen=True)
class Pen:
    """The sample count and the random generator of one drawing."""

    n: int
    rng: np.random.Generator

    @property
    def time(self) -> Floats:
        """Place in the run from 0 up to, not including, 1; shape (n,)."""
        return np.arange(self.n) / max(self.n, 1)

    def between(self, low: float, high: float) -> float:
        """A number drawn evenly from [low, high)."""
        return float(self.rng.uniform(low, high))

    def place(self, low: float = 0.25, high: float = 0.75) -> int:
        """A sample index that lies between the two fractions of the run."""
        return int(self.between(low, high) * self.n)

    def white(self, sd: float) -> Floats:
        """Independent normal noise of standard deviation `sd`; shape (n,)."""
        return sd * self.rng.standard_normal(self.n)

    def factor(self, sd: float) -> Floats:
        """Multiplicative noise around 1 whose logarithm has standard deviation `sd`; shape (n,)."""
        return np.exp(self.white(sd))

    def correlated(self, sd: float, memory: float) -> Floats:
        """Stationary first-order autoregressive noise with coefficient `memory`; shape (n,)."""
        shocks = self.white(1.0)
        shocks[1:] *= np.sqrt(1.0 - memory * memory)
        out, last = [], 0.0
        for shock in shocks.tolist():
            last = memory * last + shock
            out.append(last)
        return sd * np.array(out)

    def mistakes(self, accuracy: Floats, samples: int) -> Floats:
        """The accuracy measured on `samples` examples instead of on infinitely many; shape (n,)."""
        return self.rng.binomial(samples, np.clip(accuracy, 0.0, 1.0)) / samples


@dataclass(frozen=True, slots=True)
class Kind:
    """A way to draw curves; its name is that of the function."""

    draw: Callable[[Pen], Drawn]
    better: Direction = "lower"

    @property
    def name(self) -> str:
        """The name by which `curve` knows it."""
        return self.draw.__name__


def decay(time: Floats, start: float, floor: float, tau: float) -> Floats:
    """Exponential approach from `start` to `floor` with time constant `tau`, flat before time 0."""
    return floor + (start - floor) * np.exp(-np.maximum(time, 0.0) / tau)


def power(time: Floats, start: float, floor: float, knee: float, exponent: float) -> Floats:
    """Power law from `start` to `floor` that bends at `knee`, flat before time 0."""
    return floor + (start - floor) * (1.0 + np.maximum(time, 0.0) / knee) ** -exponent


def sigmoid(time: Floats, centre: float, width: float) -> Floats:
    """Smooth step from 0 to 1 around `centre`."""
    return 1.0 / (1.0 + np.exp(-np.clip((time - centre) / width, -60.0, 60.0)))
