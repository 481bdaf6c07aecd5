"""Simulated runs that learn nothing, too little, or too slowly."""

from __future__ import annotations

import numpy as np

from benchmarks.classifier.simulated.draw import Curves, from_on, logged, some, task
from loganalyzer.signal.kinds.shapes import Pen, decay


def guesses(pen: Pen) -> Curves:
    """Loss and accuracy of a guess, with the noise of batches."""
    job = task(pen)
    nothing = np.zeros(pen.n)
    return some(
        pen,
        {
            "loss": job.untrained * pen.factor(pen.between(0.002, 0.02)),
            "accuracy": job.accuracy(nothing),
            "val_loss": job.untrained * pen.factor(0.003),
            "val_accuracy": job.accuracy(nothing),
        },
        ("loss", "accuracy"),
    )


def names_one_class(pen: Pen) -> Curves:
    """The loss settles a little lower, the accuracy is the majority's share to the digit."""
    job = task(pen)
    share = min(0.7, 1.3 * job.chance)
    fall = job.untrained * (1.0 + pen.between(0.05, 0.5) * np.exp(-pen.time / 0.03))
    return {
        "loss": fall * pen.factor(0.003),
        "accuracy": pen.mistakes(np.full(pen.n, share), 50_000),
        "val_accuracy": np.full(pen.n, share),
    }


def comes_down_to_a_guess(pen: Pen) -> Curves:
    """Starts far above the loss of a guess, comes down to it and stays."""
    job = task(pen)
    fall = job.untrained * (1.0 + pen.between(0.5, 5.0) * np.exp(-pen.time / pen.between(0.01, 0.06)))
    return {
        "loss": fall * pen.factor(job.noise),
        "accuracy": job.accuracy(np.zeros(pen.n)),
        "val_accuracy": job.accuracy(np.zeros(pen.n)),
    }


def guesses_wildly(pen: Pen) -> Curves:
    """A rate that is too large: the loss is wild and high, the accuracy at chance."""
    job = task(pen)
    value = job.untrained * (1.0 + np.abs(pen.correlated(pen.between(0.3, 1.5), 0.5)))
    return {
        "loss": value,
        "accuracy": job.accuracy(np.zeros(pen.n)),
        "val_accuracy": pen.mistakes(np.full(pen.n, job.chance), 200),
    }


def same_to_the_digit(pen: Pen) -> Curves:
    """Nothing changes at all: the parameters are not in the optimizer."""
    level = pen.between(0.3, 7)
    return some(pen, {"loss": np.full(pen.n, level), "val_loss": np.full(pen.n, level * 1.01)}, ("loss",))


def moves_in_the_last_digit(pen: Pen) -> Curves:
    """Falls by half a percent over the whole run."""
    level = pen.between(0.3, 7)
    value = level * (1.0 - pen.between(0.001, 0.006) * pen.time) * pen.factor(10 ** pen.between(-5, -3.3))
    return some(pen, {"loss": value, "val_loss": value * 1.01}, ("loss",))


def noise_on_a_constant(pen: Pen) -> Curves:
    """The loss of a fixed model: nothing but the noise of the batches, at a bad level."""
    level = pen.between(0.5, 7)
    return {
        "loss": level * pen.factor(10 ** pen.between(-3.5, -2.4)),
        "val_loss": np.full(pen.n, 1.02 * level),
    }


def freezes_high(pen: Pen) -> Curves:
    """A short fall, then the same bad value to the end."""
    at = pen.place(0.05, 0.3)
    level = pen.between(0.75, 0.95)
    value = np.where(from_on(pen, at), level, 1.0 + (level - 1.0) * pen.time * pen.n / max(at, 1))
    value = value * 10 ** pen.between(-1, 2) * pen.factor(10 ** pen.between(-5, -4))
    return some(pen, {"loss": value, "val_loss": 1.02 * value}, ("loss",))


def settles_badly(pen: Pen) -> Curves:
    """Both losses settle early, a fifth or so below where they began; the accuracy says how poor that is."""
    learned = pen.between(0.1, 0.35) * decay(pen.time, 0.0, 1.0, pen.between(0.02, 0.06))
    return logged(pen, task(pen), learned, 0.98 * learned, ("loss", "val_loss"))


def too_small(pen: Pen) -> Curves:
    """A model without the capacity: quickly as good as it gets, accuracy in the middle, no gap at all."""
    learned = pen.between(0.25, 0.5) * decay(pen.time, 0.0, 1.0, pen.between(0.015, 0.05))
    return logged(pen, task(pen), learned, learned, ("loss", "val_loss", "accuracy"))


def too_regular(pen: Pen) -> Curves:
    """Too much regularisation: training stays above validation, and both high."""
    learned = decay(pen.time, 0.0, 1.0, pen.between(0.02, 0.06))
    level = pen.between(0.15, 0.35)
    return logged(pen, task(pen), level * learned, 1.25 * level * learned, ("val_loss",))


def creeps(pen: Pen) -> Curves:
    """A straight slow fall that has hardly begun when the run ends."""
    learned = pen.between(0.08, 0.35) * pen.time
    return logged(pen, task(pen), learned, 0.97 * learned, ("loss",))


def long_time_constant(pen: Pen) -> Curves:
    """An exponential whose time constant is several runs."""
    learned = decay(pen.time, 0.0, 1.0, pen.between(1.2, 4.0))
    return logged(pen, task(pen), learned, 0.97 * learned, ("loss",))


def slow_in_logarithms(pen: Pen) -> Curves:
    """A squared error that loses the same small share every epoch, to the end."""
    value = 10 ** (pen.between(-1, 3) - pen.between(0.15, 0.6) * pen.time) * pen.factor(
        pen.between(0.003, 0.02)
    )
    return some(pen, {"loss": value, "val_loss": 1.05 * value * pen.factor(0.005)}, ("loss",))


def slow_after_a_step(pen: Pen) -> Curves:
    """A quick first gain, from there on a crawl that does not end."""
    learned = 0.15 * decay(pen.time, 0.0, 1.0, 0.01) + pen.between(0.15, 0.3) * pen.time
    return logged(pen, task(pen), learned, 0.97 * learned, ("loss",))


def stops_halfway(pen: Pen) -> Curves:
    """Falls steadily and goes flat at a middling level for most of the run."""
    at = pen.between(0.15, 0.4)
    learned = pen.between(0.3, 0.5) * np.minimum(pen.time / at, 1.0)
    return logged(pen, task(pen), learned, 0.95 * learned, ("loss",))


def waits_then_goes_on(pen: Pen) -> Curves:
    """A flat stretch over half of the run between two falls."""
    begin, end = pen.between(0.1, 0.2), pen.between(0.7, 0.85)
    learned = 0.35 * np.minimum(pen.time / begin, 1.0) + 0.5 * np.clip((pen.time - end) / 0.15, 0.0, 1.0)
    return logged(pen, task(pen), learned, 0.95 * learned, ("loss",))


def rate_too_small_too_soon(pen: Pen) -> Curves:
    """The rate is cut to nothing early: the loss stays where it was."""
    at = pen.between(0.1, 0.35)
    learned = pen.between(0.35, 0.6) * decay(np.minimum(pen.time, at), 0.0, 1.0, 0.3) * 1.6
    curves = logged(pen, task(pen), learned, 0.95 * learned, ("loss",))
    return {**curves, "lr": np.where(pen.time < at, 1e-2, 1e-6)}


def flat_after_two_falls(pen: Pen) -> Curves:
    """Two gains, each soon over, and from there on a long stretch at a poor level."""
    first, second = pen.between(0.02, 0.08), pen.between(0.12, 0.25)
    learned = 0.2 * np.minimum(pen.time / first, 1.0) + pen.between(0.1, 0.25) * np.clip(
        (pen.time - second) / 0.05, 0, 1
    )
    return logged(pen, task(pen), learned, 0.95 * learned, ("loss",))


def hangs_at_the_start(pen: Pen) -> Curves:
    """After the first small gain nothing for more than half of the run, then a beginning."""
    end = pen.between(0.6, 0.8)
    learned = 0.08 * np.minimum(pen.time / 0.03, 1.0) + 0.5 * np.maximum(pen.time - end, 0.0)
    return logged(pen, task(pen), learned, 0.95 * learned, ("loss",))


def flat_error(pen: Pen) -> Curves:
    """A regression error that halves quickly and stays there in noise."""
    value = 10 ** pen.between(-2, 3) * (
        pen.between(0.4, 0.7) + 0.5 * np.exp(-pen.time / pen.between(0.02, 0.08))
    )
    return some(
        pen,
        {"loss": value * pen.factor(pen.between(0.01, 0.06)), "val_loss": 1.05 * value * pen.factor(0.02)},
        ("loss", "val_loss"),
    )


def rounds_to_the_same(pen: Pen) -> Curves:
    """The last digits flicker between two values, as of a network whose output is saturated."""
    level = pen.between(0.3, 30)
    value = level * (1.0 + 2e-6 * pen.rng.integers(0, 2, pen.n))
    return some(
        pen,
        {"loss": value, "val_loss": np.full(pen.n, level), "accuracy": np.full(pen.n, pen.between(0.1, 0.5))},
        ("loss",),
    )


STUCK = (guesses, names_one_class, comes_down_to_a_guess, guesses_wildly)
CONSTANT = (same_to_the_digit, moves_in_the_last_digit, noise_on_a_constant, freezes_high, rounds_to_the_same)
UNDERFITTING = (settles_badly, too_small, too_regular, flat_error)
SLOW = (creeps, long_time_constant, slow_in_logarithms, slow_after_a_step)
PLATEAU = (
    stops_halfway,
    waits_then_goes_on,
    rate_too_small_too_soon,
    flat_after_two_falls,
    hangs_at_the_start,
)
