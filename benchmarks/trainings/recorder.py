"""Measures of a network that its log does not hold, the same for both frameworks."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from sklearn.metrics import f1_score

from benchmarks.samples.tasks import Task
from benchmarks.trainings.measures import Logged, Measures
from benchmarks.trainings.setup import Setup

# How far out an activation is called saturated: tanh, and the same point of the logistic curve.
SATURATED = {"tanh": (-0.95, 0.95), "sigmoid": (0.025, 0.975)}


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """Over the last axis."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def losses(setup: Setup, logits: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The loss of each sample `(n,)`: squared error, or cross-entropy with the run's label smoothing."""
    if setup.is_regression:
        return np.mean((logits - y) ** 2, axis=1)
    scores = log_softmax(logits.astype(np.float64))
    chosen = np.take_along_axis(scores, y[..., None], axis=-1)[..., 0]
    loss = -(1 - setup.smoothing) * chosen - setup.smoothing * scores.mean(axis=-1)
    return loss.reshape(len(y), -1).mean(axis=1)


def guess(setup: Setup, y: np.ndarray) -> tuple[float, float]:
    """Loss of the best constant answer, and the share of the most frequent class."""
    if setup.is_regression:
        return float(np.mean(y.var(axis=0))), float("nan")
    share = np.bincount(y.ravel()) / y.size
    share = share[share > 0]
    smooth = (1 - setup.smoothing) * share + setup.smoothing / len(share)
    return float(-np.sum(smooth * np.log(smooth))), float(share.max())


def floor(setup: Setup, n_out: int) -> float:
    """The loss that noise in the targets and label smoothing leave to a perfect answer, roughly."""
    if setup.is_regression:
        return 1 - (1 - setup.noise) ** 2
    wrong = (setup.noise + setup.smoothing - setup.noise * setup.smoothing) / n_out
    right = 1 - (n_out - 1) * wrong
    return float(-right * np.log(right) - (n_out - 1) * wrong * np.log(max(wrong, 1e-12)))


class Recorder:
    """Collects what was measured and what was logged."""

    def __init__(self, setup: Setup, task: Task) -> None:
        self.setup, self.task = setup, task
        self.x, self.y = setup.seen(task)
        self.rows: dict[str, list[np.ndarray]] = defaultdict(list)
        self.points: dict[str, list[tuple[float, float]]] = defaultdict(list)

    def log(self, name: str, step: float, value: float) -> None:
        """A point that was written."""
        self.points[name].append((step, value))

    def measure(
        self,
        step: float,
        train: np.ndarray,
        check: tuple[np.ndarray, np.ndarray],
        activations: Sequence[np.ndarray],
        norms: Mapping[str, Sequence[float]],
    ) -> None:
        """Measure at `step`: logits of the training rows, logits and targets of the validation rows.

        `activations` are `(n, units)`, one array a hidden layer; `norms` hold a number a layer.
        """
        loss = losses(self.setup, train, self.y)
        values: dict[str, object] = {"step": step, "loss": loss.mean(), "batch_high": self._highest(loss)}
        values["val_loss"] = losses(self.setup, check[0], check[1]).mean()
        if not self.setup.is_regression:
            values |= self._answers(train, check)
        values["dead"] = [np.mean(np.all(layer <= 0, axis=0)) for layer in activations]
        low, high = SATURATED.get(self.setup.activation, (-np.inf, np.inf))
        values["saturated"] = [np.mean((layer <= low) | (layer >= high)) for layer in activations]
        values |= {name: list(numbers) for name, numbers in norms.items()}
        for name, value in values.items():
            self.rows[name].append(np.asarray(value, dtype=np.float64))

    def _answers(self, train: np.ndarray, check: tuple[np.ndarray, np.ndarray]) -> dict[str, float]:
        answer, truth = check[0].argmax(-1).ravel(), check[1].ravel()
        said = train.argmax(-1)
        return {
            "accuracy": float(np.mean(said == self.y)),
            "val_accuracy": float(np.mean(answer == truth)),
            "val_f1": float(f1_score(truth, answer, average="macro", zero_division=0)),
            "same_answer": float(np.bincount(said.ravel()).max() / said.size),
            "logit_size": float(np.mean(np.abs(train))),
            "logit_spread": float(np.mean(np.ptp(train, axis=-1))),
        }

    def _highest(self, loss: np.ndarray) -> float:
        """How high the loss of a logged point can be at these weights, by the luck of the draw alone."""
        n = len(loss)
        if not self.setup.per_update:
            return float(loss.mean() + 4 * loss.std() / np.sqrt(n))
        rng = np.random.default_rng(len(self.rows["loss"]))
        size = min(self.setup.batch, n)
        return float(max(loss[rng.integers(0, n, size)].mean() for _ in range(300)))

    def result(self, shown: frozenset[str], per_epoch: int, *, val_clean: float = float("nan")) -> Measures:
        """All that is known."""
        y = self.task.y
        chance, majority = guess(self.setup, y)
        constants = {
            "chance_loss": chance,
            "majority": majority,
            "n_classes": float(self.task.n_out),
            "n_train": float(y.size),
            "n_val": float(self.task.y_val.size),
            "floor": floor(self.setup, self.task.n_out),
            "per_epoch": float(per_epoch),
            "full_batch": float(self.setup.batch >= len(y)),
            "dropout": self.setup.dropout,
            "clip": self.setup.clip,
            "val_clean": val_clean,
        }
        logged = {name: Logged(*np.array(points, dtype=np.float64).T) for name, points in self.points.items()}
        curves = {name: np.stack(rows) for name, rows in self.rows.items()}
        return Measures(self.setup.spec.kind, self.setup.facts, shown, constants, curves, logged)
