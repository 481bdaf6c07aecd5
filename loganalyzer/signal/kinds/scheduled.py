"""Healthy curves with changes that somebody meant, or that are part of learning."""

from __future__ import annotations

import numpy as np

from loganalyzer.signal.kinds.shapes import Drawn, Kind, Pen, decay, power


def lr_drop(pen: Pen) -> Drawn:
    """One learning-rate drop: the loss steps down to a lower floor."""
    at = pen.place()
    before = decay(pen.time, 2.5, 0.8, 0.08)
    gain = pen.between(0.3, 0.6) * (1.0 - np.exp(-np.maximum(pen.time - at / pen.n, 0.0) / 0.02))
    return before * (1.0 - gain) * pen.factor(0.04), (at,)


def lr_drops(pen: Pen) -> Drawn:
    """Three learning-rate drops under light noise."""
    return _lr_drops(pen, 0.03)


def lr_drops_noisy(pen: Pen) -> Drawn:
    """Three learning-rate drops under heavy noise."""
    return _lr_drops(pen, 0.15)


def _lr_drops(pen: Pen, noise: float) -> Drawn:
    """Three steps, each to a level lower by a third or more."""
    at = (pen.place(0.25, 0.35), pen.place(0.47, 0.57), pen.place(0.7, 0.8))
    value = decay(pen.time, 2.5, 0.9, 0.06)
    for index in at:
        gain = pen.between(0.35, 0.55) * (1.0 - np.exp(-np.maximum(pen.time - index / pen.n, 0.0) / 0.01))
        value = value * (1.0 - gain)
    return value * pen.factor(noise), at


def warm_restarts(pen: Pen) -> Drawn:
    """Two restarts of the learning rate: the loss jumps up and decays again."""
    at = (pen.place(0.28, 0.38), pen.place(0.6, 0.72))
    value = decay(pen.time, 2.5, 0.4, 0.08)
    for index in at:
        after = pen.time >= index / pen.n
        value = value + after * decay(pen.time - index / pen.n, pen.between(0.4, 0.9), -0.03, 0.05)
    return value * pen.factor(0.04), at


def plateau_then_learn(pen: Pen) -> Drawn:
    """A loss that waits on a plateau and then begins to fall."""
    at = pen.place()
    value = decay(pen.time - at / pen.n, 2.3, pen.between(0.3, 1), pen.between(0.08, 0.2))
    return value * pen.factor(0.03), (at,)


def reward_takes_off(pen: Pen) -> Drawn:
    """A reward that is flat until learning starts."""
    at = pen.place(0.25, 0.6)
    value = decay(pen.time - at / pen.n, -200.0, pen.between(50, 200), pen.between(0.1, 0.25))
    return value + pen.white(pen.between(8, 20)), (at,)


def grokking(pen: Pen) -> Drawn:
    """A validation accuracy that leaves chance long after the start."""
    at = pen.place(0.3, 0.7)
    return pen.mistakes(decay(pen.time - at / pen.n, 0.1, 0.97, pen.between(0.04, 0.1)), 500), (at,)


def resume_offset(pen: Pen) -> Drawn:
    """A resumed run goes on at a level a little off."""
    at = pen.place(0.3, 0.7)
    shift = 1.0 + pen.rng.choice((-1.0, 1.0)) * pen.between(0.12, 0.25) * (pen.time >= at / pen.n)
    return power(pen.time, 4.0, 0.8, 0.03, 0.7) * shift * pen.factor(0.03), (at,)


def larger_batch(pen: Pen) -> Drawn:
    """The batch size is raised: less noise around the same trend."""
    at = pen.place()
    noise = np.where(np.arange(pen.n) < at, 0.15, 0.15 / pen.between(3, 6))
    return decay(pen.time, 2.5, 0.5, 0.15) * np.exp(pen.white(1.0) * noise), (at,)


def curriculum(pen: Pen) -> Drawn:
    """The task becomes harder once: a step up and a new decay."""
    at = pen.place()
    again = (pen.time >= at / pen.n) * decay(pen.time - at / pen.n, pen.between(0.5, 1), 0.2, 0.1)
    return (decay(pen.time, 2.5, 0.5, 0.1) + again) * pen.factor(0.05), (at,)


def unfreeze(pen: Pen) -> Drawn:
    """More layers begin to train: a settled loss starts to fall again."""
    at = pen.place(0.4, 0.65)
    value = decay(pen.time, 2.0, 1.0, 0.06) - decay(pen.time - at / pen.n, 0.0, pen.between(0.4, 0.7), 0.1)
    return value * pen.factor(0.03), (at,)


HEALTHY_CHANGE: tuple[Kind, ...] = (
    Kind(lr_drop),
    Kind(lr_drops),
    Kind(lr_drops_noisy),
    Kind(warm_restarts),
    Kind(plateau_then_learn),
    Kind(reward_takes_off, "higher"),
    Kind(grokking, "higher"),
    Kind(resume_offset),
    Kind(larger_batch),
    Kind(curriculum),
    Kind(unfreeze),
)
