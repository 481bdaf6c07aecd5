"""Healthy curves: the many ways to improve without an event, and changes that somebody meant."""

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
