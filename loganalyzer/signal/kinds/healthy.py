"""Healthy curves without an event: the many ways to improve, and noises of every sort."""

from __future__ import annotations

import numpy as np

from loganalyzer.signal.kinds.shapes import Drawn, Kind, Pen, decay, power, sigmoid


def exponential(pen: Pen) -> Drawn:
    """A noiseless decay to a floor."""
    return decay(pen.time, pen.between(2, 5), pen.between(0.2, 1), pen.between(0.05, 0.3)), ()


def exponential_noisy(pen: Pen) -> Drawn:
    """A decay to a floor under noise in proportion to the loss."""
    floor, tau = pen.between(0.2, 1), pen.between(0.05, 0.3)
    return decay(pen.time, pen.between(2, 5), floor, tau) * pen.factor(pen.between(0.02, 0.1)), ()


def exponential_fast(pen: Pen) -> Drawn:
    """A decay that is over within the first few percent of the run."""
    floor, tau = pen.between(0.2, 1), pen.between(0.005, 0.03)
    return decay(pen.time, 3.0, floor, tau) * pen.factor(0.05), ()


def exponential_slow(pen: Pen) -> Drawn:
    """A decay still far from its floor when the run ends."""
    return decay(pen.time, 2.5, 0.3, pen.between(0.5, 1.0)) * pen.factor(0.05), ()


def two_rates(pen: Pen) -> Drawn:
    """A fast and a slow decay on top of each other."""
    trend = decay(pen.time, 2.0, 0.0, pen.between(0.01, 0.05)) + decay(pen.time, 1.0, 0.2, 0.4)
    return trend * pen.factor(0.04), ()


def power_law(pen: Pen) -> Drawn:
    """A noiseless power law."""
    return power(pen.time, 8.0, pen.between(0, 2), 10 ** pen.between(-3, -1.5), pen.between(0.3, 1)), ()


def power_law_noisy(pen: Pen) -> Drawn:
    """A power law under noise, as of a language model."""
    trend = power(pen.time, 10.0, pen.between(1, 3), 10 ** pen.between(-3, -1.5), pen.between(0.3, 1))
    return trend * pen.factor(pen.between(0.01, 0.05)), ()


def logarithmic(pen: Pen) -> Drawn:
    """A loss that falls with the logarithm of the step."""
    trend = 3.0 - 0.35 * np.log1p(pen.time * pen.between(50, 1000))
    return trend + pen.white(0.05), ()


def linear_decline(pen: Pen) -> Drawn:
    """A straight fall under noise."""
    return 3.0 - pen.between(0.5, 2) * pen.time + pen.white(pen.between(0.02, 0.2)), ()


def six_decades(pen: Pen) -> Drawn:
    """A fall by six decades, straight in log space."""
    return 10 ** (-pen.between(4, 7) * pen.time) * pen.factor(0.2), ()


def tiny_floor(pen: Pen) -> Drawn:
    """A quick fall to a floor of almost nothing."""
    floor = 10 ** pen.between(-7, -4)
    return decay(pen.time, 1.0, floor, pen.between(0.02, 0.06)) * pen.factor(0.1), ()


def converged(pen: Pen) -> Drawn:
    """Noise around a level, as of a fine-tuned model that had little to learn."""
    return pen.between(0.2, 2) + pen.white(pen.between(0.01, 0.1)), ()


def heavy_noise(pen: Pen) -> Drawn:
    """A decay that can hardly be seen for noise."""
    return decay(pen.time, 2.0, 0.8, 0.2) * pen.factor(pen.between(0.2, 0.4)), ()


def correlated_mild(pen: Pen) -> Drawn:
    """A decay under noise with a short memory."""
    return decay(pen.time, 2.5, 0.5, 0.15) * np.exp(pen.correlated(0.06, 0.6)), ()


def correlated_strong(pen: Pen) -> Drawn:
    """A decay under noise with a long memory, as of smoothed logs."""
    return decay(pen.time, 2.5, 0.5, 0.15) * np.exp(pen.correlated(0.06, 0.9)), ()


def heavy_tails(pen: Pen) -> Drawn:
    """A decay under noise with heavy tails."""
    return decay(pen.time, 2.5, 0.5, 0.15) * np.exp(0.04 * pen.rng.standard_t(3, pen.n)), ()


def noise_shrinks(pen: Pen) -> Drawn:
    """A decay whose noise dies away."""
    return decay(pen.time, 2.5, 0.5, 0.2) + pen.white(0.15) * np.exp(-2.0 * pen.time), ()


def noise_grows(pen: Pen) -> Drawn:
    """A decay whose relative noise grows steadily."""
    return decay(pen.time, 2.5, 0.5, 0.2) * np.exp(pen.white(0.02) * np.exp(1.5 * pen.time)), ()


def spikes_rare(pen: Pen) -> Drawn:
    """A decay with a few single bad batches."""
    value = decay(pen.time, 2.5, 0.4, 0.15) * pen.factor(0.04)
    at = pen.rng.choice(pen.n, min(pen.n, 4), replace=False)
    value[at] *= pen.rng.uniform(2, 8, at.size)
    return value, ()


def spikes_many(pen: Pen) -> Drawn:
    """A decay where one batch in a hundred is bad."""
    value = decay(pen.time, 2.5, 0.4, 0.15) * pen.factor(0.05)
    at = pen.rng.random(pen.n) < 0.01
    value[at] *= pen.rng.uniform(1.5, 5, int(at.sum()))
    return value, ()


def epoch_sawtooth(pen: Pen) -> Drawn:
    """A decay with a ramp that repeats every epoch."""
    epoch = max(8, pen.n // int(pen.between(12, 30)))
    ramp = (np.arange(pen.n) % epoch) / epoch - 0.5
    return decay(pen.time, 2.5, 0.5, 0.2) * np.exp(pen.between(0.1, 0.3) * ramp) * pen.factor(0.03), ()


def epoch_pattern(pen: Pen) -> Drawn:
    """A decay over the same batches in the same order every epoch."""
    epoch = max(8, pen.n // int(pen.between(12, 30)))
    hardness = np.resize(pen.rng.standard_normal(epoch), pen.n)
    return decay(pen.time, 2.5, 0.5, 0.2) * np.exp(0.08 * hardness) * pen.factor(0.03), ()


def accuracy_rise(pen: Pen) -> Drawn:
    """An accuracy that saturates, measured on a thousand examples."""
    return pen.mistakes(decay(pen.time, 0.1, pen.between(0.7, 0.97), pen.between(0.05, 0.2)), 1000), ()


def accuracy_coarse(pen: Pen) -> Drawn:
    """An accuracy that saturates, measured on a batch of 32."""
    return pen.mistakes(decay(pen.time, 0.5, pen.between(0.8, 0.95), pen.between(0.05, 0.2)), 32), ()


def accuracy_perfect(pen: Pen) -> Drawn:
    """A training accuracy in percent that reaches a hundred and stays."""
    return 100.0 * np.minimum(pen.mistakes(decay(pen.time, 0.3, 1.0, 0.12), 256), 1.0), ()


def reward_rise(pen: Pen) -> Drawn:
    """A reward that rises along a wide sigmoid under heavy noise."""
    trend = 200.0 * sigmoid(pen.time, pen.between(0.3, 0.5), 0.15)
    return trend + pen.correlated(pen.between(10, 25), 0.5), ()


def cosine_schedule(pen: Pen) -> Drawn:
    """A loss that falls a little faster as the learning rate is annealed to zero."""
    annealed = 0.15 * (1.0 - np.cos(np.pi * pen.time))
    return (decay(pen.time, 2.5, 0.8, 0.1) - annealed) * pen.factor(0.03), ()


def likelihood(pen: Pen) -> Drawn:
    """A negative log likelihood that passes through zero."""
    return decay(pen.time, 3.0, -2.0, pen.between(0.1, 0.3)) + pen.white(0.1), ()


def gradient_norm(pen: Pen) -> Drawn:
    """A gradient norm: a mild decline under wide, skewed noise."""
    return power(pen.time, 3.0, 0.4, 0.02, 0.5) * pen.factor(pen.between(0.15, 0.35)), ()


def adversarial(pen: Pen) -> Drawn:
    """A generator loss that hovers with a memory."""
    return 0.69 + pen.correlated(pen.between(0.03, 0.1), 0.5), ()


def gaps(pen: Pen) -> Drawn:
    """A decay with one value in ten missing, but not the last."""
    value = decay(pen.time, 2.5, 0.5, 0.15) * pen.factor(0.05)
    value[:-1][pen.rng.random(max(pen.n - 1, 0)) < 0.1] = np.nan
    return value, ()


HEALTHY: tuple[Kind, ...] = (
    Kind(exponential),
    Kind(exponential_noisy),
    Kind(exponential_fast),
    Kind(exponential_slow),
    Kind(two_rates),
    Kind(power_law),
    Kind(power_law_noisy),
    Kind(logarithmic),
    Kind(linear_decline),
    Kind(six_decades),
    Kind(tiny_floor),
    Kind(converged),
    Kind(heavy_noise),
    Kind(correlated_mild),
    Kind(correlated_strong),
    Kind(heavy_tails),
    Kind(noise_shrinks),
    Kind(noise_grows),
    Kind(spikes_rare),
    Kind(spikes_many),
    Kind(epoch_sawtooth),
    Kind(epoch_pattern),
    Kind(accuracy_rise, "higher"),
    Kind(accuracy_coarse, "higher"),
    Kind(accuracy_perfect, "higher"),
    Kind(reward_rise, "higher"),
    Kind(cosine_schedule),
    Kind(likelihood),
    Kind(gradient_norm, "none"),
    Kind(adversarial, "none"),
    Kind(gaps),
)
