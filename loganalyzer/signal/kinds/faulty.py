"""Curves of training gone wrong, with the places where it went wrong."""

from __future__ import annotations

import numpy as np

from loganalyzer.model.run import Floats
from loganalyzer.signal.kinds.shapes import Drawn, Kind, Pen, decay, power


def _loss(pen: Pen) -> Floats:
    """A healthy noiseless loss to spoil."""
    return decay(pen.time, 2.5, 0.5, pen.between(0.05, 0.12))


def _since(pen: Pen, at: int) -> Floats:
    """Time since the sample `at`, 0 before it."""
    return np.maximum(pen.time - at / pen.n, 0.0)


def collapse_to_chance(pen: Pen) -> Drawn:
    """An accuracy falls to chance within a few samples and stays."""
    at = pen.place()
    accuracy = decay(pen.time, 0.1, pen.between(0.7, 0.95), 0.08)
    return pen.mistakes(np.where(np.arange(pen.n) < at, accuracy, 0.1), 500), (at,)


def collapse_of_loss(pen: Pen) -> Drawn:
    """A loss jumps back to its value at chance and stays."""
    at = pen.place()
    return np.where(np.arange(pen.n) < at, _loss(pen), 2.303) * pen.factor(0.04), (at,)


def gradual_collapse(pen: Pen) -> Drawn:
    """An accuracy begins to sink to chance."""
    at = pen.place(0.35, 0.65)
    accuracy = decay(pen.time, 0.1, 0.9, 0.06) - decay(_since(pen, at), 0.0, 0.8, 0.08)
    return pen.mistakes(accuracy, 500), (at,)


def exponential_divergence(pen: Pen) -> Drawn:
    """A loss begins to grow exponentially."""
    at = pen.place(0.4, 0.75)
    return _loss(pen) * np.exp(_since(pen, at) * pen.between(8, 25)) * pen.factor(0.05), (at,)


def divergence_by_jump(pen: Pen) -> Drawn:
    """A loss jumps to a large multiple and wanders there."""
    at = pen.place()
    high = pen.between(10, 1000) * np.exp(pen.correlated(0.3, 0.8))
    return np.where(np.arange(pen.n) < at, _loss(pen), high) * pen.factor(0.05), (at,)


def linear_divergence(pen: Pen) -> Drawn:
    """A loss turns and climbs in a straight line."""
    at = pen.place(0.4, 0.65)
    return _loss(pen) + pen.between(3, 6) * _since(pen, at) + pen.white(0.05), (at,)


def nan_tail(pen: Pen) -> Drawn:
    """All values are NaN from some sample on."""
    at = pen.place()
    return np.where(np.arange(pen.n) < at, _loss(pen) * pen.factor(0.05), np.nan), (at,)


def inf_tail(pen: Pen) -> Drawn:
    """All values are infinite from some sample on."""
    at = pen.place()
    return np.where(np.arange(pen.n) < at, _loss(pen) * pen.factor(0.05), np.inf), (at,)


def blow_up_to_nan(pen: Pen) -> Drawn:
    """A loss grows exponentially until it is NaN."""
    at = pen.place(0.3, 0.6)
    end = at + int(0.15 * pen.n)
    value = _loss(pen) * np.exp(_since(pen, at) * 60.0) * pen.factor(0.05)
    return np.where(np.arange(pen.n) < end, value, np.nan), (at, end)


def freeze(pen: Pen) -> Drawn:
    """The logged value stops changing altogether."""
    at = pen.place()
    value = _loss(pen) * pen.factor(0.05)
    return np.where(np.arange(pen.n) < at, value, value[min(at, pen.n - 1)]), (at,)


def freeze_at_chance(pen: Pen) -> Drawn:
    """The loss jumps to its value at chance and shows no noise any more."""
    at = pen.place()
    return np.where(np.arange(pen.n) < at, _loss(pen) * pen.factor(0.05), 2.3026), (at,)


def oscillation_onset(pen: Pen) -> Drawn:
    """A settled loss begins to swing."""
    at = pen.place()
    swing = pen.between(0.3, 0.8) * np.sin(2 * np.pi * _since(pen, at) * pen.between(20, 60))
    return _loss(pen) * np.exp(swing) * pen.factor(0.04), (at,)


def noise_onset(pen: Pen) -> Drawn:
    """The noise becomes several times as large."""
    at = pen.place()
    noise = np.where(np.arange(pen.n) < at, 0.03, 0.03 * pen.between(5, 12))
    return _loss(pen) * np.exp(pen.white(1.0) * noise), (at,)


def overfitting(pen: Pen) -> Drawn:
    """A validation loss turns at its minimum and rises."""
    at = pen.place(0.25, 0.5)
    fall = 1.6 * np.maximum(1.0 - pen.time * pen.n / at, 0.0) ** 1.5
    return 0.7 + fall + pen.between(1, 2) * _since(pen, at) + pen.white(0.03), (at,)


def overfitting_at_once(pen: Pen) -> Drawn:
    """A straight fall gives way to a straight rise."""
    at = pen.place(0.3, 0.6)
    falling = 2.0 * np.maximum(at / pen.n - pen.time, 0.0)
    return 0.6 + falling + pen.between(0.8, 2) * _since(pen, at) + pen.white(0.03), (at,)


def unrecovered_spike(pen: Pen) -> Drawn:
    """A jump decays, but only to a level worse than before."""
    at = pen.place()
    after = decay(_since(pen, at), pen.between(2, 5), pen.between(0.9, 1.5), 0.05)
    return np.where(np.arange(pen.n) < at, _loss(pen), after) * pen.factor(0.04), (at,)


def slow_recovery(pen: Pen) -> Drawn:
    """A jump decays back to the old level over a tenth of the run."""
    at = pen.place()
    again = (np.arange(pen.n) >= at) * decay(_since(pen, at), pen.between(1, 3), 0.0, 0.06)
    return (_loss(pen) + again) * pen.factor(0.05), (at,)


def stays_bad_for_a_while(pen: Pen) -> Drawn:
    """The loss steps up and, some time later, back down."""
    first = pen.place(0.25, 0.45)
    last = first + int(pen.between(0.2, 0.3) * pen.n)
    index = np.arange(pen.n)
    bad = np.where((index >= first) & (index < last), pen.between(1.5, 2.5), 1.0)
    return _loss(pen) * bad * pen.factor(0.06), (first, last)


def reward_collapse(pen: Pen) -> Drawn:
    """A reward falls back to where it began."""
    at = pen.place(0.4, 0.75)
    learned = decay(pen.time, -200.0, 150.0, 0.12)
    return np.where(np.arange(pen.n) < at, learned, -150.0) + pen.white(pen.between(10, 25)), (at,)


def entropy_collapse(pen: Pen) -> Drawn:
    """The entropy of a policy begins to fall to nothing."""
    at = pen.place(0.3, 0.65)
    entropy = decay(_since(pen, at), 1.386, 0.02, pen.between(0.03, 0.08)) - 0.1 * np.minimum(
        pen.time, at / pen.n
    )
    return entropy + pen.white(0.02), (at,)


def gradient_explosion(pen: Pen) -> Drawn:
    """A gradient norm leaps by decades."""
    at = pen.place()
    norm = np.where(np.arange(pen.n) < at, power(pen.time, 3.0, 0.5, 0.02, 0.5), 10 ** pen.between(2, 5))
    return norm * pen.factor(0.25), (at,)


def gradient_vanishing(pen: Pen) -> Drawn:
    """A gradient norm begins to shrink by decades."""
    at = pen.place(0.25, 0.6)
    return np.exp(-_since(pen, at) * pen.between(10, 20)) * pen.factor(0.25), (at,)


def learning_stops(pen: Pen) -> Drawn:
    """A loss on its way down goes flat at a bad level: the learning rate is zero from here on."""
    at = pen.place(0.3, 0.6)
    value = 2.5 - 1.5 * np.minimum(pen.time, at / pen.n)
    return value + pen.white(pen.between(0.02, 0.06)), (at,)


def level_drift(pen: Pen) -> Drawn:
    """A converged loss begins to climb slowly."""
    at = pen.place(0.35, 0.6)
    return 0.5 + pen.between(0.4, 1) * _since(pen, at) + pen.white(0.03), (at,)


def constant(pen: Pen) -> Drawn:
    """The same number from start to end."""
    return np.full(pen.n, 0.6931), ()


def stuck_at_chance(pen: Pen) -> Drawn:
    """An accuracy that never leaves chance."""
    return pen.mistakes(np.full(pen.n, 0.1), 500), ()


def swings_all_along(pen: Pen) -> Drawn:
    """A loss that swings from the start and gets nowhere."""
    swing = 0.5 * np.sin(2 * np.pi * pen.time * pen.between(30, 80))
    return np.exp(swing) * pen.factor(0.1), ()


FAULTY: tuple[Kind, ...] = (
    Kind(collapse_to_chance, "higher"),
    Kind(collapse_of_loss),
    Kind(gradual_collapse, "higher"),
    Kind(exponential_divergence),
    Kind(divergence_by_jump),
    Kind(linear_divergence),
    Kind(nan_tail),
    Kind(inf_tail),
    Kind(blow_up_to_nan),
    Kind(freeze),
    Kind(freeze_at_chance),
    Kind(oscillation_onset),
    Kind(noise_onset),
    Kind(overfitting),
    Kind(overfitting_at_once),
    Kind(unrecovered_spike),
    Kind(slow_recovery),
    Kind(stays_bad_for_a_while),
    Kind(reward_collapse, "higher"),
    Kind(entropy_collapse, "none"),
    Kind(gradient_explosion, "none"),
    Kind(gradient_vanishing, "none"),
    Kind(learning_stops),
    Kind(level_drift),
    Kind(constant),
    Kind(stuck_at_chance, "higher"),
    Kind(swings_all_along),
)
