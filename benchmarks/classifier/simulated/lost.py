"""Simulated runs that lost what they had learned: collapse, divergence, swings, jumps."""

from __future__ import annotations

import numpy as np

from benchmarks.classifier.simulated.draw import Curves, from_on, learning, logged, since, some, task
from loganalyzer.signal.kinds.shapes import Pen


def collapse_of_both(pen: Pen) -> Curves:
    """Loss and accuracy are those of a guess from one step on."""
    at = pen.place(0.2, 0.8)
    learned = np.where(from_on(pen, at), 0.0, learning(pen, 2.0 * pen.time))
    return logged(pen, task(pen), learned, 0.95 * learned, ("accuracy",))


def collapse_to_majority(pen: Pen) -> Curves:
    """From some step on the model names the commonest class, always."""
    at = pen.place(0.2, 0.8)
    job, after = task(pen), from_on(pen, at)
    learned = learning(pen, 2.0 * pen.time)
    share = min(0.65, 1.3 * job.chance)
    level = job.untrained * pen.between(0.95, 1.3)
    return some(
        pen,
        {
            "loss": np.where(after, level * pen.factor(0.01), job.loss(learned)),
            "accuracy": np.where(after, share, job.accuracy(learned)),
            "val_loss": np.where(after, level * pen.factor(0.005), job.loss(0.9 * learned)),
            "val_accuracy": np.where(after, share + 0.01, job.accuracy(0.9 * learned)),
        },
        ("accuracy",),
    )


def collapse_over_a_jump(pen: Pen) -> Curves:
    """The loss shoots up, comes down to that of a guess and stays; the accuracy never recovers."""
    at = pen.place(0.2, 0.75)
    job = task(pen)
    learned = np.where(from_on(pen, at), 0.0, learning(pen, 2.0 * pen.time))
    shock = 1.0 + pen.between(2, 30) * from_on(pen, at) * np.exp(-since(pen, at) / 0.02)
    curves = logged(pen, job, learned, learned, ("accuracy",))
    return {name: value * shock if "loss" in name else value for name, value in curves.items()}


def collapse_soon(pen: Pen) -> Curves:
    """Learns for a short while only, and is at chance for the rest."""
    at = pen.place(0.08, 0.2)
    learned = np.where(from_on(pen, at), 0.02, np.minimum(pen.time / 0.06, 0.8))
    return logged(pen, task(pen), learned, learned, ("accuracy",))


def collapse_in_steps(pen: Pen) -> Curves:
    """Loses half of what it knew, some time later the rest."""
    first, second = pen.place(0.3, 0.45), pen.place(0.55, 0.75)
    learned = learning(pen, 2.0 * pen.time) * np.where(
        from_on(pen, second), 0.0, np.where(from_on(pen, first), 0.5, 1.0)
    )
    return logged(pen, task(pen), learned, learned, ("accuracy",))


def collapse_sinking(pen: Pen) -> Curves:
    """What was learned melts away over a fifth of the run."""
    at = pen.place(0.3, 0.55)
    learned = learning(pen, 2.0 * pen.time) * np.exp(-since(pen, at) / pen.between(0.04, 0.08))
    return logged(pen, task(pen), learned, learned, ("accuracy",))


def explodes(pen: Pen) -> Curves:
    """Loss grows exponentially, on training and validation alike."""
    at = pen.place(0.3, 0.75)
    train, job = learning(pen), task(pen)
    growth = np.exp(since(pen, at) * pen.between(8, 40))
    return some(
        pen,
        {
            "loss": job.loss(train) * growth,
            "val_loss": job.loss(0.9 * train) * growth * pen.factor(0.1),
            "accuracy": job.accuracy(train / growth),
        },
        ("loss",),
    )


def explodes_and_stays(pen: Pen) -> Curves:
    """One step to a thousand times the loss, a slow fall that leads nowhere near."""
    at = pen.place(0.2, 0.75)
    train, job = learning(pen), task(pen)
    high = 10 ** (pen.between(1.5, 5) - pen.between(0.3, 1.0) * since(pen, at))
    loss = np.where(from_on(pen, at), high * np.exp(pen.correlated(0.3, 0.7)), job.loss(train))
    return some(pen, {"loss": loss, "val_loss": loss * pen.factor(0.3)}, ("loss",))


def worse_from_the_start(pen: Pen) -> Curves:
    """The loss only ever rises: the rate is far too large, or the sign is wrong."""
    rise = np.exp(pen.between(1.0, 6.0) * pen.time ** pen.between(0.5, 1.0))
    value = 2.3 * rise * pen.factor(pen.between(0.02, 0.2))
    return some(pen, {"loss": value, "val_loss": value * pen.factor(0.1)}, ("loss",))


def turns_for_good(pen: Pen) -> Curves:
    """Falls to a third and climbs back beyond its start, smoothly."""
    at = pen.between(0.3, 0.6)
    value = 0.4 + 2.0 * np.abs(pen.time - at) ** pen.between(1.2, 2.0) / at**1.5 * pen.between(1, 2)
    return some(
        pen, {"loss": value * pen.factor(0.04), "val_loss": 1.1 * value * pen.factor(0.05)}, ("loss",)
    )


def growing_swings(pen: Pen) -> Curves:
    """Swings that grow until the loss is many times its best."""
    train, job = learning(pen), task(pen)
    reach = pen.between(2.5, 4.0) * np.maximum(pen.time - 0.3, 0.0) / 0.7
    value = job.loss(train) * np.exp(reach * (1.2 + np.sin(2 * np.pi * pen.time * pen.between(8, 25))))
    return {"loss": value}


def regression_diverges(pen: Pen) -> Curves:
    """A squared error that runs off by decades after a good start."""
    at = pen.place(0.15, 0.7)
    value = np.exp(-4.0 * np.minimum(pen.time, at / pen.n) / 0.3) * 10 ** (
        pen.between(3, 9) * since(pen, at) ** 0.7
    )
    return some(pen, {"loss": value * pen.factor(0.15), "val_loss": value * pen.factor(0.2)}, ("loss",))


def swings_regularly(pen: Pen) -> Curves:
    """Swings around a level from early on, training and accuracy alike."""
    swing = pen.between(0.25, 0.45) * np.sin(2 * np.pi * pen.time * pen.between(5, 25) + pen.between(0, 6))
    learned = np.clip(pen.between(0.45, 0.55) * np.minimum(pen.time / 0.05, 1.0) + swing, 0.0, 1.0)
    return logged(pen, task(pen), learned, learned, ("loss",))


def swings_irregularly(pen: Pen) -> Curves:
    """Wanders up and down by a multiple, with no rhythm and no progress."""
    job = task(pen)
    value = job.untrained * np.exp(pen.correlated(pen.between(0.4, 0.7), pen.between(0.6, 0.85)))
    return some(pen, {"loss": value, "val_loss": value * pen.factor(0.2)}, ("loss",))


def flips(pen: Pen) -> Curves:
    """Two levels in turn, every few steps: the step jumps across the valley."""
    half = int(pen.rng.integers(1, max(2, pen.n // 20) + 1))
    high = (np.arange(pen.n) // half) % 2 == 1
    learned = np.where(high, pen.between(0.0, 0.2), pen.between(0.6, 0.9))
    return logged(pen, task(pen), learned, learned, ("loss",))


def relaxes_again_and_again(pen: Pen) -> Curves:
    """Learns, is thrown back, learns again: five times and more, each time to the same point."""
    cycles = pen.between(5, 12)
    phase = (pen.time * cycles + 0.1 * np.sin(7.0 * pen.time)) % 1.0
    learned = 0.85 * (1.0 - np.exp(-phase / pen.between(0.15, 0.4)))
    return logged(pen, task(pen), learned, learned, ("loss",))


def zigzag(pen: Pen) -> Curves:
    """Every epoch the other way, by half of the loss, to the end."""
    train, job = learning(pen), task(pen)
    sign = np.where(np.arange(pen.n) % 2, 1.0, -1.0)
    return {"loss": job.loss(0.6 * train) * (1.0 + pen.between(0.35, 0.6) * sign * pen.factor(0.2))}


def swings_of_changing_size(pen: Pen) -> Curves:
    """Swings whose size comes and goes; on the whole the loss gets nowhere."""
    size = pen.between(0.2, 0.4) * (1.0 + 0.8 * np.sin(2 * np.pi * pen.time * pen.between(1, 3)))
    learned = np.clip(0.5 + size * np.sin(2 * np.pi * pen.time * pen.between(10, 30)), 0.0, 1.0)
    return logged(pen, task(pen), learned, learned, ("loss",))


def jump_to_worse(pen: Pen) -> Curves:
    """One jump, after which a worse level is never left."""
    at = pen.place(0.25, 0.75)
    train = learning(pen, 1.5 * pen.time)
    learned = np.where(from_on(pen, at), pen.between(0.4, 0.6) * train, train)
    return logged(pen, task(pen), learned, learned, ("loss",))


def jump_and_half_back(pen: Pen) -> Curves:
    """A jump of the loss to many times; it falls again, but not to where it was."""
    at = pen.place(0.25, 0.7)
    job, train = task(pen), learning(pen, 1.5 * pen.time)
    shock = from_on(pen, at) * (
        pen.between(1.0, 8.0) * np.exp(-since(pen, at) / pen.between(0.02, 0.08)) + pen.between(0.3, 0.6)
    )
    level = job.loss(train) + shock * job.untrained
    return some(
        pen,
        {"loss": level, "val_loss": level * pen.factor(0.1), "accuracy": job.accuracy(train - 0.5 * shock)},
        ("loss",),
    )


def jump_in_regression(pen: Pen) -> Curves:
    """An error on its way down by decades is thrown up by two and ends one above its best."""
    at = pen.place(0.35, 0.75)
    logs = -4.0 * (1.0 - np.exp(-pen.time / 0.25)) + from_on(pen, at) * (
        0.8 + 1.5 * np.exp(-since(pen, at) / 0.06)
    )
    return {"loss": 10**logs * pen.factor(pen.between(0.05, 0.2))}


COLLAPSE = (
    collapse_of_both,
    collapse_to_majority,
    collapse_over_a_jump,
    collapse_soon,
    collapse_in_steps,
    collapse_sinking,
)
DIVERGENCE = (
    explodes,
    explodes_and_stays,
    worse_from_the_start,
    turns_for_good,
    growing_swings,
    regression_diverges,
)
OSCILLATION = (
    swings_of_changing_size,
    swings_regularly,
    swings_irregularly,
    flips,
    relaxes_again_and_again,
    zigzag,
)
JUMPS = (jump_to_worse, jump_and_half_back, jump_in_regression)
