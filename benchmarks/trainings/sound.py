"""Sound runs, most of them with curves that invite an alarm. Whether they are is for the measures to say."""

import math
from dataclasses import replace

import numpy as np

from benchmarks.samples.tasks import Task
from benchmarks.trainings.data import Spec
from benchmarks.trainings.faults import CLASSES, DENSE, INSIDE, TORCH, Changes, Recipe, Rng
from benchmarks.trainings.setup import USUAL


def plain(_spec: Spec, _rng: Rng) -> Changes:
    """As a careful user would train."""
    return {}


def plain_updates(_spec: Spec, _rng: Rng) -> Changes:
    """As a careful user would train; each update is logged."""
    return {"per_update": True, "log": USUAL | {"grad_norm"}}


def plain_inside(_spec: Spec, _rng: Rng) -> Changes:
    """As a careful user would train, with histograms of all that moves."""
    return {"log": INSIDE | {"grad_norm"}}


def tanh_inside(_spec: Spec, _rng: Rng) -> Changes:
    """A tanh network with histograms."""
    return {"log": INSIDE, "activation": "tanh"}


def rate_drops(_spec: Spec, rng: Rng) -> Changes:
    """The rate is divided by ten twice; the noise falls with it."""
    first, second = rng.uniform(0.4, 0.55), rng.uniform(0.7, 0.85)
    return {
        "rate": lambda share: 1.0 if share < first else 0.1 if share < second else 0.01,
        "optimizer": "sgd",
        "lr": 0.1,
        "per_update": True,
        "noise": 0.05,
    }


def warm_restarts(_spec: Spec, rng: Rng) -> Changes:
    """A cosine schedule that starts anew four times."""
    n = int(rng.integers(3, 6))
    return {
        "rate": lambda share: 0.01 + 0.5 * (1 + math.cos(math.pi * ((share * n) % 1))),
        "optimizer": "sgd",
        "lr": 0.1,
    }


def warm_up(spec: Spec, _rng: Rng) -> Changes:
    """Warm-up and cosine decay to nothing."""
    return {
        "rate": lambda share: min(share / 0.08 + 0.01, 0.5 * (1 + math.cos(math.pi * share))),
        "lr": 1.5 * spec.lr,
        "per_update": True,
    }


def tiny_batches(spec: Spec, _rng: Rng) -> Changes:
    """Batches of four: a very noisy loss around a falling mean."""
    return {
        "batch": 4,
        "per_update": True,
        "optimizer": "sgd",
        "lr": 0.01,
        "epochs": max(6, spec.epochs // 4),
    }


def small_epochs(spec: Spec, _rng: Rng) -> Changes:
    """Batches of eight, logged by the epoch."""
    return {"batch": 8, "epochs": spec.epochs // 2 + 5, "optimizer": "sgd", "lr": 0.02}


def dropout(_spec: Spec, rng: Rng) -> Changes:
    """Dropout holds the training loss over the validation loss."""
    return {
        "dropout": float(rng.uniform(0.3, 0.5)),
        "hidden": (64,) if _spec.model == "dense" else _spec.hidden,
    }


def fine_tune(_spec: Spec, _rng: Rng) -> Changes:
    """Starts from trained weights, near its floor."""
    return {"warm_start": 25, "optimizer": "adam", "lr": 3e-4}


def long_run(spec: Spec, _rng: Rng) -> Changes:
    """Trained until little happens."""
    return {
        "epochs": int(1.8 * spec.epochs),
        "rate": lambda share: 0.5 * (1 + math.cos(math.pi * share)) + 1e-3,
    }


def separable(_spec: Spec, _rng: Rng) -> Changes:
    """Clean targets, strong rate: the loss goes to nothing."""

    def keep(task: Task, _rng: Rng) -> Task:
        # The class is drawn apart, so that the task can be solved without a rest.
        shift = 4.0 * np.eye(task.n_out, task.x.shape[1])
        return replace(
            task,
            x=(task.x + shift[task.y]).astype(np.float32),
            x_val=(task.x_val + shift[task.y_val]).astype(np.float32),
        )

    return {"alter": keep, "lr": 1e-2, "epochs": int(1.5 * _spec.epochs)}


def smoothed(_spec: Spec, _rng: Rng) -> Changes:
    """Label smoothing: the loss ends at a floor far over zero."""
    return {"smoothing": 0.15}


def slow_start(_spec: Spec, _rng: Rng) -> Changes:
    """Deep sigmoids with a good rate: flat at first, then it falls."""
    return {"hidden": (32, 32), "activation": "sigmoid", "lr": 4e-3, "epochs": int(1.7 * _spec.epochs)}


def fixed_order(_spec: Spec, _rng: Rng) -> Changes:
    """Batches in the same order each epoch."""
    return {"order": "fixed", "per_update": True, "optimizer": "sgd", "lr": 0.1}


def early_stopped(_spec: Spec, _rng: Rng) -> Changes:
    """Stopped after some epochs without a better validation loss."""
    return {"epochs": 3 * _spec.epochs, "patience": 6}


def batch_norm(_spec: Spec, _rng: Rng) -> Changes:
    """Batch norm in working order."""
    return {"norm": True}


def clipped(_spec: Spec, _rng: Rng) -> Changes:
    """Gradients above 1 are clipped now and then."""
    return {"clip": 2.0, "log": USUAL | {"grad_norm"}, "per_update": True}


def mixed_precision(_spec: Spec, _rng: Rng) -> Changes:
    """Half precision with a loss scale that finds its level."""
    return {"mixed": True, "log": USUAL | {"loss_scale"}, "per_update": True}


def noisy_targets(_spec: Spec, _rng: Rng) -> Changes:
    """A tenth of the targets is wrong: the floor is high."""
    return {"noise": 0.1, "optimizer": "sgd", "lr": 0.05}


def rare_learned(_spec: Spec, _rng: Rng) -> Changes:
    """Learns, at a high share of the majority, with its F1 logged."""
    return {"log": USUAL | {"f1"}}


def cut(_spec: Spec, _rng: Rng) -> Changes:
    """The writer is killed in mid-record."""
    return {"facts": frozenset({"truncated-run"}), "per_update": True}


def resumed(_spec: Spec, _rng: Rng) -> Changes:
    """Goes on from an older checkpoint in the same folder."""
    return {"facts": frozenset({"restart-overlap"}), "per_update": True}


SOUND = (
    Recipe("plain", plain),
    Recipe("plain-updates", plain_updates, TORCH),
    Recipe("plain-inside", plain_inside),
    Recipe("tanh-inside", tanh_inside, models=DENSE),
    Recipe("rate-drops", rate_drops, TORCH),
    Recipe("warm-restarts", warm_restarts),
    Recipe("warm-up", warm_up, TORCH),
    Recipe("tiny-batches", tiny_batches, TORCH),
    Recipe("small-epochs", small_epochs),
    Recipe("dropout", dropout),
    Recipe("fine-tune", fine_tune),
    Recipe("long-run", long_run),
    Recipe("separable", separable, kinds=CLASSES, models=DENSE),
    Recipe("smoothed", smoothed, TORCH, kinds=CLASSES),
    Recipe("slow-start", slow_start, models=DENSE),
    Recipe("fixed-order", fixed_order, TORCH),
    Recipe("early-stopped", early_stopped, TORCH),
    Recipe("batch-norm", batch_norm, TORCH, models=("dense", "conv")),
    Recipe("clipped", clipped, TORCH),
    Recipe("mixed-precision", mixed_precision, TORCH),
    Recipe("noisy-targets", noisy_targets),
    Recipe("rare-learned", rare_learned, TORCH, kinds=CLASSES),
    Recipe("cut", cut, TORCH),
    Recipe("resumed", resumed, TORCH),
)
