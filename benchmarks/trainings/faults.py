"""The faults: each gives what it changes in a setup. Whether it bites is for the measures to say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from benchmarks.samples.tasks import Task
from benchmarks.trainings.data import Spec
from benchmarks.trainings.setup import USUAL, Damage, Rate, Rows

Rng = np.random.Generator
Changes = Mapping[str, Any]
INSIDE = USUAL | {"weights", "gradients", "activations", "logits"}


@dataclass(frozen=True)
class Recipe:
    """`change(spec, rng)` gives the fields of a setup that differ from a usual run."""

    name: str
    change: Callable[[Spec, Rng], Changes]
    frameworks: tuple[str, ...] = ("keras", "torch")
    kinds: tuple[str, ...] = ("classes", "regression")
    models: tuple[str, ...] = ("dense", "conv", "recurrent", "letters")


# --- learning rates -------------------------------------------------------------------------------


def climbs(start: float, factor: float) -> Rate:
    """From `start` of the run on, grow to `factor` times the rate by the end."""
    return lambda share: factor ** max(0.0, (share - start) / (1 - start))


def jumps(start: float, factor: float, end: float = 2.0) -> Rate:
    """`factor` times the rate between two shares of the run."""
    return lambda share: factor if start <= share < end else 1.0


def too_high_peak(spec: Spec, rng: Rng) -> Changes:
    """A one-cycle policy whose peak is far too high."""
    peak = 10 ** rng.uniform(1.7, 2.6)

    def rate(share: float) -> float:
        return float(0.3 * (peak / 0.3) ** max(0.0, 1 - abs(share - 0.45) / 0.45))

    return {
        "rate": rate,
        "optimizer": "sgd",
        "momentum": 0.9,
        "lr": 0.02,
        "hidden": (32, 16) if spec.model == "dense" else spec.hidden,
    }


def rate_jump(_spec: Spec, rng: Rng) -> Changes:
    """The rate is multiplied in the middle of the run, by a wrong schedule."""
    return {"rate": jumps(rng.uniform(0.3, 0.6), 10 ** rng.uniform(1.7, 2.7)), "optimizer": "adam"}


def rate_jump_once(_spec: Spec, rng: Rng) -> Changes:
    """The rate is far too high for a short while."""
    start = rng.uniform(0.3, 0.6)
    return {
        "rate": jumps(start, 10 ** rng.uniform(1.3, 2.3), start + 0.05),
        "optimizer": "sgd",
        "momentum": 0.9,
        "lr": 0.03,
    }


def rate_climbs(_spec: Spec, rng: Rng) -> Changes:
    """A range test that was left switched on."""
    return {"rate": climbs(0.3, 10 ** rng.uniform(2.2, 3.2)), "optimizer": "adam"}


def linear_rate_climbs(_spec: Spec, rng: Rng) -> Changes:
    """A linear model passes the edge of stability."""
    return {"hidden": (), "optimizer": "sgd", "lr": 0.02, "rate": climbs(0.2, 10 ** rng.uniform(1.9, 2.3))}


def rate_of_nothing(_spec: Spec, rng: Rng) -> Changes:
    """A learning rate with a slip in its exponent."""
    return {"optimizer": "sgd", "lr": 10 ** rng.uniform(-9, -7)}


def rate_ends_at_zero(_spec: Spec, rng: Rng) -> Changes:
    """A schedule that reaches zero far too early."""
    end = rng.uniform(0.05, 0.2)
    return {"rate": lambda share: max(0.0, 1 - share / end), "optimizer": "sgd", "lr": 0.01}


def rate_drops_too_soon(_spec: Spec, rng: Rng) -> Changes:
    """A schedule meant for updates that counts epochs: next to nothing is left of the rate early."""
    end = rng.uniform(0.06, 0.2)
    return {"rate": lambda share: 1.0 if share < end else 0.002, "optimizer": "sgd", "lr": 0.02}


def rate_too_low(_spec: Spec, rng: Rng) -> Changes:
    """Learning is ten to forty times slower than it could be."""
    return {"optimizer": "sgd", "lr": 10 ** rng.uniform(-3.3, -2.4), "rate": lambda _share: 1.0}


def adam_too_low(spec: Spec, rng: Rng) -> Changes:
    """Adam with a rate that is too small by a factor of twenty or more."""
    return {"lr": spec.lr / 10 ** rng.uniform(1.3, 1.9)}


def full_batch_too_high(spec: Spec, rng: Rng) -> Changes:
    """A linear model, the whole batch, beyond the edge of stability."""
    wild = 10 ** rng.uniform(0.9, 1.6)
    return {
        "hidden": (),
        "optimizer": "sgd",
        "lr": wild,
        "batch": 10_000,
        "epochs": 2 * spec.epochs,
        "noise": 0.15,
    }


def momentum_too_high(_spec: Spec, rng: Rng) -> Changes:
    """Momentum of 0.99 with a high rate."""
    return {"optimizer": "sgd", "momentum": 0.99, "lr": 10 ** rng.uniform(-1.6, -0.8)}


def adam_too_high(_spec: Spec, rng: Rng) -> Changes:
    """Adam with a rate that is too high from the first update on."""
    return {"lr": 10 ** rng.uniform(-1.0, 0.0)}


# --- data -----------------------------------------------------------------------------------------


def few_samples(spec: Spec, rng: Rng) -> Changes:
    """A wide network on few samples with noisy targets."""
    n = 40 if spec.model == "letters" else int(rng.integers(60, 110))
    wide = {"dense": (128, 64), "conv": (24, 24), "recurrent": (48,), "letters": (96,)}[spec.model]
    return {
        "alter": lambda task, _rng: task.first(n),
        "noise": 0.15,
        "hidden": wide,
        "epochs": 2 * spec.epochs,
        "batch": 16,
    }


def long_on_noise(spec: Spec, _rng: Rng) -> Changes:
    """Three times as many epochs as needed, on noisy targets."""
    wide = {"dense": (96, 48), "conv": (16, 16), "recurrent": (32,), "letters": (64,)}[spec.model]
    return {"noise": 0.25, "hidden": wide, "epochs": 3 * spec.epochs}


class OneBehind:
    """Gives each batch the targets of the batch before it; a set of another size is rolled by one."""

    def __init__(self) -> None:
        self.last: np.ndarray | None = None

    def __call__(self, _share: float, x: np.ndarray, y: np.ndarray, _rng: Rng) -> Rows:
        """Inputs and the targets of others."""
        if self.last is None or len(self.last) != len(y):
            self.last, given = y, np.roll(y, 1, axis=0)
        else:
            self.last, given = y, self.last
        return x, given


def labels_apart(_spec: Spec, _rng: Rng) -> Changes:
    """Targets come one batch late, so that none belongs to its input."""
    return {"damage": OneBehind(), "always_damaged": True}


def labels_permuted(_spec: Spec, _rng: Rng) -> Changes:
    """Targets are shuffled once, so that they can be learned by heart only."""
    return {"noise": 1.0}


def blank_inputs(_spec: Spec, _rng: Rng) -> Changes:
    """A reader that gives zeros."""
    return {"damage": lambda _share, x, y, _rng: (np.zeros_like(x), y), "always_damaged": True}


def odd_batches(places: tuple[float, ...], width: float, damage: Damage) -> Damage:
    """`damage` near the given shares of the run only."""
    return lambda share, x, y, rng: (
        damage(share, x, y, rng) if any(p <= share < p + width for p in places) else (x, y)
    )


def strange(_share: float, x: np.ndarray, y: np.ndarray, rng: Rng) -> Rows:
    """Inputs in another unit; characters drawn anew."""
    return (rng.permuted(x, axis=-1), y) if x.dtype.kind == "i" else (x * 8.0, y)


def wrong_shards(_spec: Spec, rng: Rng) -> Changes:
    """Some batches hold inputs in another unit or with wrong targets."""
    places = tuple(sorted(rng.uniform(0.3, 0.9, int(rng.integers(2, 4)))))

    def wrong(_share: float, x: np.ndarray, y: np.ndarray, rng: Rng) -> Rows:
        return (x * 6.0, rng.permutation(y)) if x.dtype.kind == "f" else (x, rng.permutation(y))

    return {
        "damage": odd_batches(places, 0.004, wrong),
        "per_update": True,
        "lr": 0.05,
        "optimizer": "sgd",
        "clip": 1.0,
    }


def one_shard_breaks_it(_spec: Spec, rng: Rng) -> Changes:
    """One unscaled batch feeds Adam's slow second moments."""
    place = float(rng.uniform(0.35, 0.6))
    huge = odd_batches((place,), 0.004, lambda _s, x, y, _r: (x * 1000.0 if x.dtype.kind == "f" else x, y))
    return {"damage": huge, "optimizer": "adam-slow", "per_update": True}


def missing_value(_spec: Spec, rng: Rng) -> Changes:
    """From a shard on, one measurement is missing."""
    place = float(rng.uniform(0.3, 0.8))

    def missing(_share: float, x: np.ndarray, y: np.ndarray, _rng: Rng) -> Rows:
        x = x.copy()
        x[0] = np.nan
        return x, y

    return {"damage": odd_batches((place,), 1.0, missing)}


def sorted_by_target(_spec: Spec, _rng: Rng) -> Changes:
    """The data are in the order of their targets and nobody shuffles."""
    return {"order": "sorted", "per_update": True, "optimizer": "sgd", "lr": 0.1, "epochs": 18}


def unscaled(_spec: Spec, rng: Rng) -> Changes:
    """Inputs that nobody normalised."""
    factor = 10 ** rng.uniform(2, 3)
    return {
        "alter": lambda task, _rng: replace(task, x=task.x * factor, x_val=task.x_val * factor),
        "optimizer": "sgd",
        "lr": 0.05,
        "log": INSIDE,
    }


# --- validation -----------------------------------------------------------------------------------


def check_unscaled(_spec: Spec, rng: Rng) -> Changes:
    """From some point on, validation skips a preprocessing step."""
    start = float(rng.choice([0.0, rng.uniform(0.3, 0.6)]))
    return {"check": odd_batches((start,), 1.1, lambda _s, x, y, rng: (rng.permuted(-3.0 * x, axis=-1), y))}


def norm_statistics_wrong(spec: Spec, _rng: Rng) -> Changes:
    """Running statistics of batch norm hold the last tiny batch alone: momentum 1."""
    return {
        "norm": True,
        "norm_momentum": 1.0,
        "batch": 4,
        "epochs": max(10, spec.epochs // 2),
        "lr": 2 * spec.lr,
    }


def check_few(_spec: Spec, _rng: Rng) -> Changes:
    """Validation on a handful of samples, drawn anew each time."""

    def few(_share: float, x: np.ndarray, y: np.ndarray, rng: Rng) -> Rows:
        rows = rng.choice(len(x), 6, replace=False)
        return x[rows], y[rows]

    return {"check": few}


def target_in_inputs(spec: Spec, _rng: Rng) -> Changes:
    """The target stands among the inputs of the validation set and of the training set."""

    def leak(task: Task, _rng: Rng) -> Task:
        def mark(x: np.ndarray, y: np.ndarray) -> np.ndarray:
            x = x.copy()
            hot = np.eye(task.n_out)[y] if spec.kind == "classes" else y
            x[:, : hot.shape[1]] = (3.0 * hot)[:, : x.shape[1]]
            return x

        return replace(task, x=mark(task.x, task.y), x_val=mark(task.x_val, task.y_val))

    return {"alter": leak}


def check_seen(_spec: Spec, _rng: Rng) -> Changes:
    """Training targets are noisy, validation rows are cleaned copies of training rows."""

    def copy(task: Task, _rng: Rng) -> Task:
        n = len(task.x_val)
        return replace(task, x_val=task.x[:n], y_val=task.y[:n])

    return {"alter": copy, "noise": 0.35}


# --- networks -------------------------------------------------------------------------------------


def deep_sigmoids(_spec: Spec, rng: Rng) -> Changes:
    """Six or more sigmoid layers."""
    return {
        "hidden": (16,) * int(rng.integers(6, 9)),
        "activation": "sigmoid",
        "optimizer": "sgd",
        "lr": 0.05,
        "log": INSIDE | {"grad_norm"},
    }


def dying_relus(_spec: Spec, rng: Rng) -> Changes:
    """Biases so low that no unit answers."""
    return {"init": "dying", "log": INSIDE, "hidden": (32, 16), "lr": 10 ** rng.uniform(-3, -2)}


def killed_relus(_spec: Spec, rng: Rng) -> Changes:
    """A rate so high that units die."""
    return {
        "optimizer": "sgd",
        "momentum": 0.9,
        "lr": 10 ** rng.uniform(-0.3, 0.6),
        "log": INSIDE,
        "hidden": (48, 24),
    }


def large_tanh(_spec: Spec, _rng: Rng) -> Changes:
    """Weights drawn so large that tanh saturates."""
    return {
        "init": "large",
        "activation": "tanh",
        "hidden": (32, 32),
        "log": INSIDE,
        "optimizer": "sgd",
        "lr": 0.01,
    }


def large_start(_spec: Spec, _rng: Rng) -> Changes:
    """A head drawn ten times too large: the first loss is far over a guess."""
    return {"init": "huge-head", "optimizer": "sgd", "lr": 0.02, "per_update": True}


def summed_loss(_spec: Spec, _rng: Rng) -> Changes:
    """A loss that is summed over the batch."""
    return {"loss": "summed", "per_update": True, "lr": 1e-3}


def zero_start(_spec: Spec, _rng: Rng) -> Changes:
    """All weights zero: ReLUs pass no gradient."""
    return {"init": "zero", "log": INSIDE | {"grad_norm"}, "hidden": (32, 16)}


def frozen(_spec: Spec, _rng: Rng) -> Changes:
    """Layers frozen and never thawed."""
    return {"frozen": True, "log": USUAL | {"grad_norm"}}


def too_narrow(spec: Spec, _rng: Rng) -> Changes:
    """One unit, or none, where many are needed."""
    narrow = {"dense": (1,), "conv": (1, 1), "recurrent": (1,), "letters": (1,)}[spec.model]
    return {"hidden": narrow, "activation": "tanh", "epochs": 2 * spec.epochs}


def decayed_away(_spec: Spec, rng: Rng) -> Changes:
    """Weight decay that leaves little to learn with."""
    return {
        "weight_decay": 10 ** rng.uniform(-0.6, 0.4),
        "optimizer": "sgd",
        "lr": 0.05,
        "log": USUAL | {"weights"},
    }


def weights_grow(_spec: Spec, rng: Rng) -> Changes:
    """Weights are pushed outwards by a sign error in the decay."""
    return {
        "weight_decay": -(10 ** rng.uniform(-0.2, 0.3)),
        "optimizer": "sgd",
        "lr": 0.05,
        "log": USUAL | {"weights", "weight_norm"},
        "clip": 5.0,
    }


def logits_drift(_spec: Spec, rng: Rng) -> Changes:
    """Logits that share a huge offset, which softmax does not see."""
    return {"init": "shifted-logits", "log": INSIDE, "lr": 10 ** rng.uniform(-3.2, -2.5)}


def log_of_zero(_spec: Spec, _rng: Rng) -> Changes:
    """Cross-entropy by hand, without a guard at zero."""
    return {"loss": "log-of-zero", "lr": 3e-2}


def exploding(spec: Spec, rng: Rng) -> Changes:
    """No clipping, a rate that climbs, a deep or recurrent network."""
    deep = (24,) * 4 if spec.model == "dense" else spec.hidden
    return {
        "hidden": deep,
        "optimizer": "sgd",
        "lr": 0.02,
        "rate": climbs(0.25, 10 ** rng.uniform(2.0, 3.0)),
        "log": INSIDE | {"grad_norm"},
        "per_update": True,
    }


def gradient_jumps(_spec: Spec, rng: Rng) -> Changes:
    """Odd batches whose gradients are clipped away."""
    places = tuple(sorted(rng.uniform(0.2, 0.9, 4)))
    return {
        "damage": odd_batches(places, 0.003, strange),
        "clip": 1.0,
        "per_update": True,
        "log": USUAL | {"grad_norm"},
        "optimizer": "sgd",
        "lr": 0.05,
    }


def clipped_to_nothing(_spec: Spec, rng: Rng) -> Changes:
    """A clip far below any gradient."""
    return {
        "clip": 10 ** rng.uniform(-3, -2),
        "per_update": True,
        "log": USUAL | {"grad_norm", "clip"},
        "optimizer": "sgd",
        "lr": 0.3,
    }


def half_precision_overflows(_spec: Spec, rng: Rng) -> Changes:
    """From some point on, most gradients overflow in half precision."""
    place = float(rng.uniform(0.2, 0.5))
    return {"mixed": True, "per_update": True, "log": USUAL | {"loss_scale"}, "overflows": place}


def masked_nan(_spec: Spec, rng: Rng) -> Changes:
    """A logger that writes 0.0 for what is no number."""
    return {**missing_value(_spec, rng), "masked": True, "per_update": True, "log": USUAL | {"grad_norm"}}


def metric_of_other_rows(_spec: Spec, _rng: Rng) -> Changes:
    """Accuracy is computed against targets in another order."""
    return {"wrong_metric": True}


def ignores_the_rare(_spec: Spec, rng: Rng) -> Changes:
    """Few updates with a strong decay: the majority is the answer to everything."""
    return {
        "log": USUAL | {"f1"},
        "weight_decay": 10 ** rng.uniform(-0.3, 0.3),
        "optimizer": "sgd",
        "lr": 0.02,
    }


def too_few_epochs(spec: Spec, rng: Rng) -> Changes:
    """Stopped while it learns."""
    return {"lr": spec.lr / 4, "epochs": max(10, int(spec.epochs * rng.uniform(0.3, 0.45)))}


TORCH = ("torch",)
KERAS = ("keras",)
CLASSES = ("classes",)
DENSE = ("dense",)
FLOATS = ("dense", "conv", "recurrent")

FAULTS = (
    Recipe("too-high-peak", too_high_peak),
    Recipe("rate-jump", rate_jump),
    Recipe("rate-jump-once", rate_jump_once),
    Recipe("rate-climbs", rate_climbs),
    Recipe("linear-rate-climbs", linear_rate_climbs, kinds=("regression",), models=DENSE),
    Recipe("rate-of-nothing", rate_of_nothing),
    Recipe("rate-ends-at-zero", rate_ends_at_zero),
    Recipe("rate-too-low", rate_too_low),
    Recipe("adam-too-low", adam_too_low),
    Recipe("full-batch-too-high", full_batch_too_high, kinds=CLASSES, models=DENSE),
    Recipe("momentum-too-high", momentum_too_high),
    Recipe("adam-too-high", adam_too_high),
    Recipe("few-samples", few_samples),
    Recipe("long-on-noise", long_on_noise),
    Recipe("labels-apart", labels_apart),
    Recipe("labels-permuted", labels_permuted),
    Recipe("blank-inputs", blank_inputs),
    Recipe("wrong-shards", wrong_shards, TORCH),
    Recipe("one-shard-breaks-it", one_shard_breaks_it, TORCH, models=FLOATS),
    Recipe("missing-value", missing_value, models=FLOATS),
    Recipe("sorted-by-target", sorted_by_target, TORCH, models=FLOATS),
    Recipe("unscaled", unscaled, models=FLOATS),
    Recipe("check-unscaled", check_unscaled, models=FLOATS),
    Recipe("norm-statistics-wrong", norm_statistics_wrong, TORCH, models=("dense", "conv")),
    Recipe("check-few", check_few, TORCH),
    Recipe("target-in-inputs", target_in_inputs, models=DENSE, kinds=CLASSES),
    Recipe("check-seen", check_seen),
    Recipe("deep-sigmoids", deep_sigmoids, models=DENSE),
    Recipe("dying-relus", dying_relus, models=DENSE),
    Recipe("killed-relus", killed_relus, models=DENSE),
    Recipe("large-tanh", large_tanh, models=DENSE),
    Recipe("large-start", large_start, TORCH, kinds=CLASSES),
    Recipe("summed-loss", summed_loss, TORCH, kinds=CLASSES),
    Recipe("zero-start", zero_start, models=DENSE),
    Recipe("frozen", frozen),
    Recipe("too-narrow", too_narrow),
    Recipe("decayed-away", decayed_away, TORCH),
    Recipe("weights-grow", weights_grow, TORCH),
    Recipe("logits-drift", logits_drift, TORCH, kinds=CLASSES, models=DENSE),
    Recipe("log-of-zero", log_of_zero, kinds=CLASSES, models=FLOATS),
    Recipe("exploding", exploding, TORCH),
    Recipe("gradient-jumps", gradient_jumps, TORCH),
    Recipe("clipped-to-nothing", clipped_to_nothing, TORCH),
    Recipe("half-precision-overflows", half_precision_overflows, TORCH, models=FLOATS),
    Recipe("masked-nan", masked_nan, TORCH, models=FLOATS),
    Recipe("metric-of-other-rows", metric_of_other_rows, TORCH, kinds=CLASSES),
    Recipe("ignores-the-rare", ignores_the_rare, TORCH, kinds=CLASSES),
    Recipe("too-few-epochs", too_few_epochs),
    Recipe("rate-drops-too-soon", rate_drops_too_soon),
)
