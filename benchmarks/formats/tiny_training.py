"""A regression small enough for any sample: a network of one hidden layer, trained in plain NumPy."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np


def train(seed: int, rate: float, epochs: int, hidden: int = 12) -> Iterator[dict[str, float]]:
    """The losses after each epoch of a fit to a noisy sine, on 96 points to learn from and 48 others."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-2, 2, (144, 1))
    y = np.sin(2 * x) + rng.normal(0, 0.1, x.shape)
    first, bias, second = (
        rng.normal(0, 1, (1, hidden)),
        rng.normal(0, 1, hidden),
        rng.normal(0, 0.3, (hidden, 1)),
    )
    for _ in range(epochs):
        order = rng.permutation(96)
        losses = []
        for batch in np.split(order, 6):
            active = np.tanh(x[batch] @ first + bias)
            error = active @ second - y[batch]
            losses.append(float(np.mean(error**2)))
            slope = 2 * error / len(batch)
            inner = slope @ second.T * (1 - active**2)
            second = second - rate * active.T @ slope
            first, bias = first - rate * x[batch].T @ inner, bias - rate * inner.sum(axis=0)
        rest = np.tanh(x[96:] @ first + bias) @ second - y[96:]
        yield {"train/loss": float(np.mean(losses)), "val/loss": float(np.mean(rest**2))}
