"""Simulated runs without a training problem."""

from __future__ import annotations

import numpy as np

from benchmarks.classifier.simulated.draw import Curves, from_on, learning, logged, since, some, task
from loganalyzer.signal.kinds.shapes import Pen, decay


def learns(pen: Pen) -> Curves:
    """Learns and generalises a little worse."""
    train = learning(pen)
    return logged(pen, task(pen), train, train * pen.between(0.85, 1.0))


def learns_with_gap(pen: Pen) -> Curves:
    """Training goes on while validation settles and stays."""
    validation = learning(pen)
    return logged(pen, task(pen), 0.7 * validation + 0.3 * pen.time, validation * pen.between(0.6, 0.85))


def regression(pen: Pen) -> Curves:
    """A squared error that falls by decades to its floor."""
    value = decay(pen.time, 1.0, 10 ** pen.between(-5, -1.5), pen.between(0.03, 0.15))
    value = value * pen.factor(pen.between(0.02, 0.2)) * 10 ** pen.between(-3, 4)
    return some(pen, {"loss": value, "val_loss": value * pen.between(1, 1.5) * pen.factor(0.1)}, ("loss",))


def fine_tune(pen: Pen) -> Curves:
    """Starts from a trained model: good at once, a little better in the end."""
    learned = pen.between(0.75, 0.9) + 0.1 * learning(pen)
    return logged(pen, task(pen), learned, learned * pen.between(0.95, 1.0))


def drops_of_rate(pen: Pen) -> Curves:
    """The learning rate is divided by ten twice, and the loss steps down."""
    at = sorted((pen.place(0.35, 0.55), pen.place(0.65, 0.8)))
    learned = 0.6 * learning(pen)
    for index in at:
        learned = learned + pen.between(0.1, 0.2) * (1.0 - np.exp(-since(pen, index) / 0.02))
    rate = 0.1 * 10.0 ** -(from_on(pen, at[0]) * 1.0 + from_on(pen, at[1]))
    return {**logged(pen, task(pen), learned, learned * 0.93), "lr": rate}


def restarts_of_rate(pen: Pen) -> Curves:
    """Cosine annealing with warm restarts: the loss jumps up at each and comes back lower."""
    cycles = int(pen.rng.integers(2, 5))
    phase = (pen.time * cycles) % 1.0
    learned = np.clip(
        learning(pen) - pen.between(0.08, 0.2) * np.cos(0.5 * np.pi * phase) * (pen.time * cycles >= 1), 0, 1
    )
    curves = logged(pen, task(pen), learned, learned * 0.95)
    return {**curves, "lr": 0.05 * (1.0 + np.cos(np.pi * phase)) + 1e-4}


def warm_up(pen: Pen) -> Curves:
    """Nothing moves while the learning rate is small, then learning starts."""
    start = pen.between(0.05, 0.2)
    learned = learning(pen, np.maximum(pen.time - start, 0.0))
    return {
        **logged(pen, task(pen), learned, 0.95 * learned),
        "lr": np.minimum(pen.time / start, 1.0) * 1e-3 + 1e-7,
    }


def late_start(pen: Pen) -> Curves:
    """Waits at chance and then learns well."""
    learned = learning(pen, np.maximum(pen.time - pen.between(0.2, 0.45), 0.0))
    return logged(pen, task(pen), learned, learned * pen.between(0.9, 1.0))


def bad_batches(pen: Pen) -> Curves:
    """Learns; a few batches are much worse and leave no trace."""
    train = learning(pen)
    curves = logged(pen, task(pen), train, 0.95 * train)
    at = pen.rng.choice(pen.n, max(1, pen.n // 60), replace=False)
    curves["loss"][at] *= pen.rng.uniform(1.8, 6.0, at.size)
    return curves


def recovers(pen: Pen) -> Curves:
    """A bump in the middle of the run, made good long before its end."""
    at = pen.place(0.25, 0.6)
    bump = pen.between(0.3, 0.8) * from_on(pen, at) * np.exp(-since(pen, at) / pen.between(0.01, 0.04))
    learned = np.clip(learning(pen) - bump, 0.0, 1.0)
    return logged(pen, task(pen), learned, 0.95 * learned)


def coarse_validation(pen: Pen) -> Curves:
    """A small validation set: its accuracy comes in steps, its loss wanders a little."""
    train = learning(pen)
    job = task(pen)
    level = job.chance + (job.peak - job.chance) * 0.9 * train
    return {
        "loss": job.loss(train),
        "accuracy": job.accuracy(train),
        "val_loss": job.loss(0.9 * train, 0.0) * np.exp(pen.correlated(0.06, 0.5)),
        "val_accuracy": pen.mistakes(level, 60),
    }


def noisy_batches(pen: Pen) -> Curves:
    """Small batches: the fall can hardly be seen for noise, the accuracy per batch is coarse."""
    train = learning(pen)
    job = task(pen)
    level = job.chance + (job.peak - job.chance) * train
    return some(
        pen, {"loss": job.loss(train, pen.between(0.2, 0.4)), "accuracy": pen.mistakes(level, 16)}, ("loss",)
    )


def dropout(pen: Pen) -> Curves:
    """Validation is better than training all along, as dropout acts in training only."""
    train = learning(pen)
    return logged(pen, task(pen), pen.between(0.75, 0.9) * train, train, ("val_loss",))


def mild_rise(pen: Pen) -> Curves:
    """Validation loss rises by a few percent towards the end while its accuracy stays."""
    validation = learning(pen)
    job = task(pen)
    lift = 1.0 + pen.between(0.01, 0.05) * np.maximum(pen.time - 0.5, 0.0)
    return {
        "loss": job.loss(np.clip(validation + 0.1 * pen.time, 0, 1)),
        "val_loss": job.loss(0.9 * validation) * lift,
        "val_accuracy": job.accuracy(0.9 * validation),
    }


def gradients_settle(pen: Pen) -> Curves:
    """Learns, and the gradient norm falls by a factor of a few."""
    train = learning(pen)
    norm = (0.3 + 2.0 * np.exp(-pen.time / 0.1)) * pen.factor(pen.between(0.1, 0.4))
    return {**logged(pen, task(pen), train, 0.95 * train), "grad_norm": norm}


def gradients_grow(pen: Pen) -> Curves:
    """Learns, and the gradient norm grows slowly, as it does with small losses and large batches."""
    train = learning(pen)
    norm = (0.5 + pen.between(0.5, 2.0) * pen.time) * pen.factor(pen.between(0.1, 0.4))
    return {**logged(pen, task(pen), train, 0.95 * train), "grad_norm": norm}


def perfect(pen: Pen) -> Curves:
    """An easy task: perfect after a few epochs and exactly so from there on."""
    learned = np.minimum(1.05 * learning(pen, 4.0 * pen.time), 1.0)
    return {
        "loss": 0.69 * np.exp(-9.0 * learned) * pen.factor(0.1) + 1e-6,
        "accuracy": np.round(0.5 + 0.5 * np.minimum(1.02 * learned, 1.0), 4),
        "val_accuracy": np.round(0.5 + 0.49 * np.minimum(1.02 * learned, 1.0), 2),
    }


def language_model(pen: Pen) -> Curves:
    """A power law over many steps, validation now and then."""
    level = 1.8 + 8.0 * (1.0 + pen.time * 10 ** pen.between(1.5, 3)) ** -pen.between(0.4, 0.8)
    return {"loss": level * pen.factor(pen.between(0.01, 0.05)), "val_loss": level * 1.02 * pen.factor(0.004)}


def hard_task(pen: Pen) -> Curves:
    """Many classes: far from perfect, but nothing left to gain with this data."""
    learned = pen.between(0.4, 0.6) * learning(pen, 1.5 * pen.time)
    job = task(pen)
    return {
        "loss": 4.6 * (1.0 - learned) * pen.factor(job.noise),
        "accuracy": pen.mistakes(0.01 + 0.9 * learned, job.samples),
        "val_loss": 4.6 * (1.0 - 0.9 * learned) * pen.factor(job.noise),
        "val_accuracy": pen.mistakes(0.01 + 0.8 * learned, job.samples),
    }


def cyclical_rate(pen: Pen) -> Curves:
    """A learning rate that goes up and down in triangles: the loss ripples as it falls."""
    cycles = int(pen.rng.integers(3, 8))
    wave = np.abs(2.0 * ((pen.time * cycles) % 1.0) - 1.0)
    learned = np.clip(learning(pen) - pen.between(0.02, 0.06) * (1.0 - wave), 0.0, 1.0)
    return {**logged(pen, task(pen), learned, 0.95 * learned), "lr": 1e-4 + 1e-2 * (1.0 - wave)}


def swa_tail(pen: Pen) -> Curves:
    """The rate is raised to a constant for weight averaging: slightly worse and noisier to the end."""
    at = pen.place(0.7, 0.8)
    learned = learning(pen) - pen.between(0.02, 0.05) * from_on(pen, at)
    return {
        **logged(pen, task(pen), np.clip(learned, 0, 1), 0.95 * np.clip(learned, 0, 1)),
        "lr": np.where(from_on(pen, at), 0.05, 0.1 * (1 - pen.time)),
    }


def running_mean(pen: Pen) -> Curves:
    """The mean since the epoch began, as progress bars show it: a small step at every epoch."""
    epochs = int(pen.rng.integers(4, 12))
    train, job = learning(pen), task(pen)
    phase = (pen.time * epochs) % 1.0
    return {"loss": job.loss(train, 0.005) * (1.0 + pen.between(0.02, 0.08) * (0.5 - phase))}


def good_from_the_start(pen: Pen) -> Curves:
    """Weights that were trained before: low at once and flat, the accuracy high."""
    learned = pen.between(0.9, 0.97) + 0.02 * pen.time
    return logged(pen, task(pen), learned, 0.97 * learned, ("accuracy", "val_accuracy"))


def long_tail(pen: Pen) -> Curves:
    """Nearly all is learned early; the rest of the run adds a little and is flat at a low level."""
    learned = learning(pen, 6.0 * pen.time)
    return logged(pen, task(pen), learned, pen.between(0.93, 1.0) * learned, ("accuracy",))


SOUND = (
    running_mean,
    good_from_the_start,
    long_tail,
    learns,
    learns_with_gap,
    regression,
    fine_tune,
    drops_of_rate,
    restarts_of_rate,
    warm_up,
    late_start,
    bad_batches,
    recovers,
    coarse_validation,
    noisy_batches,
    dropout,
    mild_rise,
    gradients_settle,
    gradients_grow,
    perfect,
    language_model,
    hard_task,
    cyclical_rate,
    swa_tail,
)
