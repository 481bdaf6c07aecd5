"""Simulated runs with their labels: kinds of runs drawn here, and the single curves of `signal.synthetic`.

A kind is one mechanism; whole kinds are held out. Labels say what the curves show.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmarks.classifier.simulated import held_out, lost, sound, stuck
from benchmarks.classifier.simulated.draw import Curves
from loganalyzer.model.run import Run, Series
from loganalyzer.signal import synthetic
from loganalyzer.signal.kinds.shapes import Pen

LENGTHS = (20, 40, 80, 150, 300, 600, 1200)

# what the single curves show; those on which practitioners would not agree are left out
CURVES: dict[str, tuple[str, ...]] = {
    "collapse_to_chance": ("collapse-to-chance",),
    "collapse_of_loss": ("collapse-to-chance", "divergence"),
    "gradual_collapse": ("collapse-to-chance",),
    "exponential_divergence": ("divergence",),
    "divergence_by_jump": ("divergence",),
    "linear_divergence": ("divergence",),
    "freeze_at_chance": ("collapse-to-chance", "divergence", "constant-loss"),
    "oscillation_onset": ("oscillation",),
    "swings_all_along": ("oscillation",),
    "overfitting": ("overfitting",),
    "overfitting_at_once": ("overfitting",),
    "unrecovered_spike": ("divergence",),
    "learning_stops": ("plateau",),
    "level_drift": ("divergence",),
    "constant": ("constant-loss",),
    "stuck_at_chance": ("stuck-at-chance",),
    "epoch_sawtooth": ("sawtooth",),
    "gradient_explosion": ("exploding-gradient",),
    "gradient_vanishing": ("vanishing-gradient",),
    "slow_recovery": ("healthy",),
}
# NaN now and then is a matter of its own; a slow decay may be slow convergence or patience, one ripple
# an epoch a sawtooth or shuffling with a memory
DOUBTFUL = frozenset(
    {
        "exponential_slow",
        "linear_decline",
        "logarithmic",
        "epoch_pattern",
        "six_decades",
        "gaps",
        "adversarial",
        "gradient_norm",
    }
)

_KINDS: tuple[tuple[tuple[str, ...], tuple[Callable[[Pen], Curves], ...]], ...] = (
    (("healthy",), sound.SOUND),
    (("collapse-to-chance",), lost.COLLAPSE),
    (("divergence",), lost.DIVERGENCE),
    (("oscillation",), lost.OSCILLATION),
    (("divergence",), lost.JUMPS),
    (("stuck-at-chance",), stuck.STUCK),
    (("constant-loss",), stuck.CONSTANT),
    (("underfitting",), stuck.UNDERFITTING),
    (("slow-convergence",), stuck.SLOW),
    (("plateau",), stuck.PLATEAU),
    (("overfitting",), held_out.OVERFITTING),
    (("unstable-validation",), held_out.UNSTABLE),
    (("validation-collapse",), held_out.VALIDATION_COLLAPSE),
    (("sawtooth",), held_out.SAWTOOTH),
    (("exploding-gradient",), held_out.EXPLODING),
    (("vanishing-gradient",), held_out.VANISHING),
)
_ALSO: dict[str, tuple[str, ...]] = {
    "guesses": ("stuck-at-chance", "constant-loss"),
    "gradients_fade": ("vanishing-gradient", "stuck-at-chance"),
    "flat_error": ("underfitting", "plateau"),
    "flat_after_two_falls": ("plateau", "underfitting"),
    "gradients_sink_in_steps": ("vanishing-gradient", "underfitting", "plateau"),
    "gradients_fall_by_a_power": ("vanishing-gradient", "plateau", "stuck-at-chance"),
    "gradients_rise_at_once": ("exploding-gradient", "stuck-at-chance"),
    "gradients_climb_in_steps": ("exploding-gradient", "divergence", "collapse-to-chance"),
    "gradients_die": ("vanishing-gradient", "underfitting"),
    "gradients_leap": ("exploding-gradient", "divergence"),
    "gradients_run_off": ("exploding-gradient", "divergence", "collapse-to-chance"),
    "explodes": ("divergence", "collapse-to-chance"),
    "settles_badly": ("underfitting", "plateau"),
    "too_small": ("underfitting", "plateau"),
    "too_regular": ("underfitting", "plateau"),
    "stops_halfway": ("plateau", "underfitting"),
    "rate_too_small_too_soon": ("plateau", "underfitting"),
}


@dataclass(frozen=True)
class Simulated:
    """A drawn run, the kind it belongs to, and its labels, the first being the headline."""

    run: Run
    kind: str
    labels: tuple[str, ...]


def draw_all(rounds: int, seed: int) -> list[Simulated]:
    """So many runs of each kind, of lengths in turn; the same arguments give the same runs."""
    drawn = []
    for labels, kinds in _KINDS:
        for kind in kinds:
            name = kind.__name__
            for number in range(rounds):
                rng = np.random.default_rng((seed, number, zlib.crc32(name.encode())))
                n = LENGTHS[(number * 3 + zlib.crc32(name.encode())) % len(LENGTHS)]
                drawn.append(
                    Simulated(_run(f"{name}/{number}", kind(Pen(n, rng))), name, _ALSO.get(name, labels))
                )
    for name in synthetic.NAMES:
        labels = _labels_of_curve(name)
        for number in range(rounds) if labels else ():
            n = LENGTHS[(number * 3 + zlib.crc32(name.encode())) % len(LENGTHS)]
            drawn.append(Simulated(_run(f"{name}/{number}", _around(name, n, seed + number)), name, labels))
    return drawn


def _labels_of_curve(name: str) -> tuple[str, ...]:
    family = synthetic.curve(name, 20, 0).family
    if name in DOUBTFUL:
        return ()
    return CURVES.get(name, () if family == "pathology" else ("healthy",))


def _around(name: str, n: int, seed: int) -> Curves:
    """A run whose only curve is the synthetic one, with a sound loss beside it where that cannot lead."""
    drawn = synthetic.curve(name, n, seed)
    if "overfitting" in name:
        return {"loss": synthetic.curve("exponential_noisy", n, seed).value.copy(), "val_loss": drawn.value}
    if "gradient" in name:
        return {"loss": synthetic.curve("power_law_noisy", n, seed).value.copy(), "grad_norm": drawn.value}
    if name == "grokking":
        return {
            "loss": synthetic.curve("exponential_fast", n, seed).value.copy(),
            "val_accuracy": drawn.value,
        }
    if "reward" in name:
        return {"reward": drawn.value}
    return {"accuracy" if drawn.better == "higher" else "loss": drawn.value}


def _run(name: str, curves: Curves) -> Run:
    series = (
        Series(tag, np.arange(value.size), np.array(value, np.float64)) for tag, value in curves.items()
    )
    return Run(name, name, series=tuple(sorted(series, key=lambda one: one.tag)))
