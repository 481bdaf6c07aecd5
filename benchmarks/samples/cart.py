"""A pole on a cart and a corridor with its prize at the far end: two worlds to learn a policy in."""

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


class World(Protocol):
    """Many copies of one world, stepped together; a copy that is done starts anew by itself."""

    n_inputs: int
    n_actions: int

    def look(self) -> Array:
        """What the policy sees, shape `(n, n_inputs)`."""

    def step(self, action: NDArray[np.int64]) -> tuple[Array, NDArray[np.bool_]]:
        """Rewards `(n,)` and whether the episodes ended `(n,)`."""


@dataclass
class Poles:
    """`n` poles to balance by pushing the cart left or right; one point for each step they stand."""

    n: int
    rng: np.random.Generator
    limit: int = 200
    n_inputs: int = 4
    n_actions: int = 2
    state: NDArray[np.float64] = field(init=False)
    age: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        self.state = self.rng.uniform(-0.05, 0.05, (self.n, 4))
        self.age = np.zeros(self.n, dtype=np.int64)

    def look(self) -> Array:
        """Position, speed, angle and its speed."""
        return self.state.astype(np.float32)

    def step(self, action: NDArray[np.int64]) -> tuple[Array, NDArray[np.bool_]]:
        """Push each cart for a fiftieth of a second."""
        place, speed, angle, turn = self.state.T
        push = np.where(action == 1, 10.0, -10.0)
        sin, cos = np.sin(angle), np.cos(angle)
        pull = (push + 0.05 * turn**2 * sin) / 1.1
        twist = (9.8 * sin - cos * pull) / (0.5 * (4.0 / 3.0 - 0.1 * cos**2 / 1.1))
        thrust = pull - 0.05 * twist * cos / 1.1
        self.state = np.stack(
            (place + 0.02 * speed, speed + 0.02 * thrust, angle + 0.02 * turn, turn + 0.02 * twist), axis=1
        )
        self.age += 1
        done = (
            (np.abs(self.state[:, 0]) > 2.4) | (np.abs(self.state[:, 2]) > 0.209) | (self.age >= self.limit)
        )
        self.state[done] = self.rng.uniform(-0.05, 0.05, (int(done.sum()), 4))
        self.age[done] = 0
        return np.ones(self.n, dtype=np.float32), done


@dataclass
class Corridors:
    """`n` corridors of `length` fields: one point at the far end, nothing elsewhere."""

    n: int
    rng: np.random.Generator
    length: int = 30
    limit: int = 60
    n_actions: int = 2
    place: NDArray[np.int64] = field(init=False)
    age: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        self.place = np.zeros(self.n, dtype=np.int64)
        self.age = np.zeros(self.n, dtype=np.int64)

    @property
    def n_inputs(self) -> int:
        """One input for each field."""
        return self.length

    def look(self) -> Array:
        """The field each walker stands on, one-hot."""
        return np.eye(self.length, dtype=np.float32)[self.place]

    def step(self, action: NDArray[np.int64]) -> tuple[Array, NDArray[np.bool_]]:
        """Walk one field on or back."""
        self.place = np.maximum(self.place + np.where(action == 1, 1, -1), 0)
        self.age += 1
        there = self.place >= self.length - 1
        done = there | (self.age >= self.limit)
        reward = there.astype(np.float32)
        self.place[done], self.age[done] = 0, 0
        return reward, done
