"""Simulated runs that go wrong beside the training loss: validation, epochs, gradients."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.classifier.simulated.draw import Curves, from_on, learning, logged, since, some, task
from loganalyzer.model.run import Floats
from loganalyzer.signal.kinds.shapes import Pen, decay

_KEEP = ("loss", "val_loss")


def _with_rise(pen: Pen, rise: Floats, loses: float) -> Curves:
    """Training goes on towards its floor while validation loss is lifted by a factor, and accuracy loses."""
    job, train = task(pen), learning(pen)
    validation = 0.85 * train
    return some(
        pen,
        {
            "loss": job.loss(np.clip(train + 0.1 * pen.time, 0.0, 1.0)),
            "accuracy": job.accuracy(train),
            "val_loss": job.loss(validation) * rise,
            "val_accuracy": job.accuracy(validation - loses * (rise - 1.0)),
        },
        _KEEP,
    )


def turns_early(pen: Pen) -> Curves:
    """Validation is best in the first fifth and rises to twice that and more."""
    at = pen.place(0.08, 0.2)
    return _with_rise(pen, 1.0 + pen.between(1.2, 4.0) * since(pen, at), 0.05)


def turns_in_the_middle(pen: Pen) -> Curves:
    """A clear minimum in the middle, and a steady rise."""
    at = pen.place(0.3, 0.5)
    return _with_rise(pen, 1.0 + pen.between(0.8, 2.5) * since(pen, at), 0.1)


def turns_late(pen: Pen) -> Curves:
    """The rise takes up the last third."""
    at = pen.place(0.55, 0.68)
    return _with_rise(pen, 1.0 + pen.between(1.2, 3.0) * since(pen, at), 0.1)


def rises_and_settles(pen: Pen) -> Curves:
    """Validation climbs from its best and levels off well above."""
    at = pen.place(0.1, 0.35)
    return _with_rise(pen, 1.0 + pen.between(0.4, 1.5) * (1.0 - np.exp(-since(pen, at) / 0.2)), 0.1)


def rises_in_noise(pen: Pen) -> Curves:
    """A small validation set: a rise under heavy noise."""
    at = pen.place(0.15, 0.4)
    return _with_rise(pen, (1.0 + pen.between(1.0, 3.0) * since(pen, at)) * pen.factor(0.08), 0.1)


def memorises(pen: Pen) -> Curves:
    """Training goes to nothing by decades; validation never gets far and rises with the logarithm."""
    job, train = task(pen), 10 ** -(pen.between(2, 4) * pen.time)
    rise = 1.0 + 0.5 * np.log1p(since(pen, int(0.1 * pen.n)) * 30.0) * pen.between(0.4, 1.0)
    return {
        "loss": job.untrained * train * pen.factor(0.05),
        "val_loss": job.loss(0.35 * np.minimum(pen.time / 0.1, 1.0)) * rise,
        "val_accuracy": job.accuracy(0.35 * np.minimum(pen.time / 0.1, 1.0)),
    }


def jumps_wildly(pen: Pen) -> Curves:
    """Validation is anywhere between its best and several times that, training smooth."""
    return _unstable(pen, np.exp(np.abs(pen.white(pen.between(0.5, 1.0)))))


def shoots_up_now_and_then(pen: Pen) -> Curves:
    """Every tenth evaluation or so is many times worse."""
    hit = pen.rng.random(pen.n) < pen.between(0.1, 0.25)
    return _unstable(pen, np.where(hit, pen.rng.uniform(2.0, 15.0, pen.n), 1.0))


def swings_beside(pen: Pen) -> Curves:
    """Validation swings in waves that training does not know."""
    wave = 1.0 + np.sin(2 * np.pi * pen.time * pen.between(6, 20) + pen.between(0, 6))
    return _unstable(pen, np.exp(pen.between(0.4, 0.8) * wave * pen.factor(0.2)))


def wild_at_first(pen: Pen) -> Curves:
    """Batch statistics lag behind: wild for most of the run, calmer to its end."""
    return _unstable(pen, np.exp(np.abs(pen.white(1.2)) * (1.0 - 0.7 * pen.time)))


def _unstable(pen: Pen, factor: Floats) -> Curves:
    job, train = task(pen), learning(pen)
    return some(
        pen,
        {
            "loss": job.loss(train, min(job.noise, 0.03)),
            "accuracy": job.accuracy(train),
            "val_loss": job.loss(0.9 * train) * factor,
            "val_accuracy": job.accuracy(0.9 * train / factor**0.7),
        },
        _KEEP,
    )


def validation_falls(pen: Pen) -> Curves:
    """Validation is at chance from one evaluation on while training goes on."""
    at = pen.place(0.25, 0.75)
    train = learning(pen)
    return logged(
        pen, task(pen), train, np.where(from_on(pen, at), 0.0, 0.9 * train), (*_KEEP, "val_accuracy")
    )


def validation_never_learns(pen: Pen) -> Curves:
    """Training is fine, validation at chance from the start: preprocessing, or the wrong labels."""
    return logged(pen, task(pen), learning(pen), np.zeros(pen.n), (*_KEEP, "val_accuracy"))


def validation_loss_leaps(pen: Pen) -> Curves:
    """Validation loss leaps and stays, its accuracy falls to chance; training does not notice."""
    at = pen.place(0.3, 0.75)
    job, train = task(pen), learning(pen)
    leap = np.where(from_on(pen, at), pen.between(5, 40), 1.0)
    return {
        "loss": job.loss(train),
        "val_loss": job.loss(0.9 * train) * leap * pen.factor(0.1),
        "val_accuracy": job.accuracy(np.where(from_on(pen, at), 0.0, 0.9 * train)),
    }


def ramp_every_epoch(pen: Pen) -> Curves:
    """The data come in the same order: the loss ramps up within each epoch and drops at its end."""
    return _repeating(pen, lambda phase: phase - 0.5)


def fall_every_epoch(pen: Pen) -> Curves:
    """Each epoch begins high, as if something were forgotten, and falls."""
    return _repeating(pen, lambda phase: np.exp(-phase / 0.2) - 0.3)


def sorted_classes(pen: Pen) -> Curves:
    """Class after class: a staircase that repeats with the epoch."""
    levels = pen.rng.standard_normal(int(pen.rng.integers(2, 5)))
    return _repeating(pen, lambda phase: 0.5 * levels[(phase * levels.size).astype(int)])


def _repeating(pen: Pen, pattern: Callable[[Floats], Floats]) -> Curves:
    epochs = int(pen.rng.integers(4, max(5, min(25, pen.n // 8)) + 1))
    phase = (pen.time * epochs) % 1.0
    job, train = task(pen), learning(pen)
    return {
        "loss": job.loss(0.85 * train) * np.exp(pen.between(0.3, 0.9) * pattern(phase)),
        "val_loss": job.loss(0.8 * train),
    }


def gradients_leap(pen: Pen) -> Curves:
    """The gradient norm leaps by decades and stays there; the loss suffers."""
    at = pen.place(0.3, 0.75)
    train = learning(pen)
    norm = np.where(from_on(pen, at), 10 ** pen.between(2, 5), 1.0) * pen.factor(0.4)
    return {
        **logged(pen, task(pen), np.where(from_on(pen, at), 0.3 * train, train), 0.3 * train),
        "grad_norm": norm,
    }


def gradients_run_off(pen: Pen) -> Curves:
    """The gradient norm grows exponentially, by four decades and more."""
    train = learning(pen)
    norm = 10 ** (pen.between(4, 8) * np.maximum(pen.time - pen.between(0.1, 0.5), 0.0)) * pen.factor(0.3)
    return {**logged(pen, task(pen), train / norm**0.2, train / norm**0.2), "grad_norm": norm}


def gradients_burst(pen: Pen) -> Curves:
    """Bursts of gradients a thousand times the usual, more and more often."""
    train = learning(pen)
    burst = pen.rng.random(pen.n) < 0.4 * pen.time
    norm = np.where(burst, 10 ** pen.rng.uniform(2, 4, pen.n), 1.0) * pen.factor(0.3)
    return {**logged(pen, task(pen), 0.6 * train, 0.6 * train), "grad_norm": norm}


def gradients_die(pen: Pen) -> Curves:
    """The gradient norm sinks by decades while the loss stays bad."""
    norm = 10 ** (-pen.between(3, 8) * pen.time) * pen.factor(0.3)
    learned = 0.15 * np.minimum(pen.time / 0.1, 1.0)
    return {**logged(pen, task(pen), learned, learned), "grad_norm": norm}


def gradients_stop(pen: Pen) -> Curves:
    """From one step on hardly any gradient is left, and the loss stays where it is."""
    at = pen.place(0.1, 0.5)
    norm = np.where(from_on(pen, at), 10 ** -pen.between(3, 7), 1.0) * pen.factor(0.4)
    learned = learning(pen, np.minimum(pen.time, at / pen.n)) * 0.5
    return {**logged(pen, task(pen), learned, learned), "grad_norm": norm}


def gradients_fade(pen: Pen) -> Curves:
    """A loss at chance beside a gradient norm that decays exponentially from the first step."""
    norm = np.exp(-pen.time / pen.between(0.05, 0.15)) * pen.factor(0.3) + 1e-8
    return {**logged(pen, task(pen), np.zeros(pen.n), np.zeros(pen.n)), "grad_norm": norm}


def gradients_climb_in_steps(pen: Pen) -> Curves:
    """Every few steps the gradient norm is three times as large again; the loss follows in the end."""
    stairs = np.floor(pen.time * pen.between(7, 14))
    norm = pen.between(2.0, 3.5) ** stairs * pen.factor(0.2)
    learned = learning(pen) * np.clip(1.3 - norm / norm.max(), 0.0, 1.0)
    return {**logged(pen, task(pen), learned, learned), "grad_norm": norm}


def gradients_rise_at_once(pen: Pen) -> Curves:
    """Within the first tenth the norm rises by three decades and more and stays; the loss goes nowhere."""
    norm = 10 ** (pen.between(3, 6) * np.minimum(pen.time / pen.between(0.05, 0.15), 1.0)) * pen.factor(0.5)
    learned = 0.2 * pen.rng.random(pen.n)
    return {**logged(pen, task(pen), learned, learned), "grad_norm": norm}


def gradients_sink_in_steps(pen: Pen) -> Curves:
    """A learning curve that stalls as the gradient norm loses a decade at a time."""
    stairs = np.floor(pen.time * pen.between(4, 8))
    norm = 10.0**-stairs * pen.factor(0.3)
    learned = 0.3 * decay(pen.time, 0.0, 1.0, 0.1)
    return {**logged(pen, task(pen), learned, learned), "grad_norm": norm}


def gradients_fall_by_a_power(pen: Pen) -> Curves:
    """The norm falls with a high power of the step, the loss hardly at all."""
    norm = (1.0 + 100.0 * pen.time) ** -pen.between(2.0, 4.0) * pen.factor(0.3)
    learned = 0.1 * learning(pen)
    return {**logged(pen, task(pen), learned, learned), "grad_norm": norm}


def hard_start_of_epoch(pen: Pen) -> Curves:
    """The first batches of every epoch are hard ones, the others alike."""
    return _repeating(pen, lambda phase: np.where(phase < 0.2, 1.0, -0.2))


def wave_every_epoch(pen: Pen) -> Curves:
    """Data in a fixed order that goes from easy to hard and back."""
    return _repeating(
        pen, lambda phase: 0.6 * np.sin(2.0 * np.pi * phase) + 0.2 * np.sin(4.0 * np.pi * phase)
    )


OVERFITTING = (turns_early, turns_in_the_middle, turns_late, rises_and_settles, rises_in_noise, memorises)
UNSTABLE = (jumps_wildly, shoots_up_now_and_then, swings_beside, wild_at_first)
VALIDATION_COLLAPSE = (validation_falls, validation_never_learns, validation_loss_leaps)
SAWTOOTH = (ramp_every_epoch, fall_every_epoch, sorted_classes, hard_start_of_epoch, wave_every_epoch)
EXPLODING = (
    gradients_leap,
    gradients_run_off,
    gradients_burst,
    gradients_climb_in_steps,
    gradients_rise_at_once,
)
VANISHING = (
    gradients_die,
    gradients_stop,
    gradients_fade,
    gradients_sink_in_steps,
    gradients_fall_by_a_power,
)
