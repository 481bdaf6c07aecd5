"""Make sample_logs/formats/wandb: tiny NumPy networks really trained and logged offline by wandb.

Needs `pip install "wandb>=0.26" numpy`; nothing is sent anywhere. Run it from the root of the repository.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import tempfile
import time
from pathlib import Path

import numpy as np
import wandb
from truths import write_truth

OUT = Path("sample_logs/formats/wandb")


class Moons:
    """A network of one hidden layer on two interleaved half circles; 200 points to learn, 100 to validate."""

    def __init__(self, seed: int, hidden: int = 16) -> None:
        self.rng = np.random.default_rng(seed)
        angle, self.label = self.rng.uniform(0, np.pi, 300), np.arange(300) % 2
        x = np.where(self.label, 1 - np.cos(angle), np.cos(angle))
        y = np.where(self.label, 0.5 - np.sin(angle), np.sin(angle))
        self.data = np.stack([x, y], axis=1) + self.rng.normal(0, 0.15, (300, 2))
        self.weights = [
            self.rng.normal(0, 0.5, (2, hidden)),
            np.zeros(hidden),
            self.rng.normal(0, 0.5, hidden),
        ]

    def loss(self, rows: np.ndarray) -> tuple[float, float, list[np.ndarray]]:
        first, bias, second = self.weights
        hidden = np.tanh(self.data[rows] @ first + bias)
        logit = hidden @ second
        sign = 2 * self.label[rows] - 1
        # The textbook's formula, on purpose: it is NaN where the logit saturates.
        share, label = 1 / (1 + np.exp(-logit)), self.label[rows]
        loss = -float(np.mean(label * np.log(share) + (1 - label) * np.log(1 - share)))
        slope = -sign / (1 + np.exp(sign * logit)) / len(rows)
        inner = np.outer(slope, second) * (1 - hidden**2)
        accuracy = float(np.mean(logit * sign > 0))
        return loss, accuracy, [self.data[rows].T @ inner, inner.sum(0), hidden.T @ slope]

    def update(self, rate: float, batch: int = 32) -> tuple[float, float]:
        loss, accuracy, slopes = self.loss(self.rng.choice(200, batch, replace=False))
        self.weights = [weight - rate * slope for weight, slope in zip(self.weights, slopes, strict=True)]
        return loss, accuracy


def start(run_id: str, config: dict[str, object]) -> wandb.Run:
    quiet = {"console": "off", "disable_git": True, "save_code": False, "host": "host", "silent": True}
    no_machine = {"x_disable_stats": True, "x_disable_meta": True, "x_disable_machine_info": True}
    settings = wandb.Settings(**quiet, **no_machine)
    return wandb.init(
        project="moons", id=run_id, name=run_id, mode="offline", config=config, settings=settings
    )


def healthy() -> None:
    """One record an epoch, flat keys."""
    run, net = (
        start("moons01", {"lr": 0.5, "epochs": 40, "optimizer": {"name": "sgd", "betas": None}}),
        Moons(1),
    )
    for epoch in range(40):
        train = np.mean([net.update(0.5) for _ in range(12)], axis=0)
        loss, accuracy, _ = net.loss(np.arange(200, 300))
        row = {"train/loss": train[0], "train/accuracy": train[1], "val/loss": loss, "val/accuracy": accuracy}
        run.log({"epoch": epoch, **row})
    run.finish()


def killed() -> None:
    """One record every tenth update, nested keys; the process dies without a word."""
    run, net = start("moons02", {"lr": 0.1, "steps": 1000}), Moons(2)
    for step in range(0, 300, 10):
        loss, accuracy = np.mean([net.update(0.1) for _ in range(10)], axis=0)
        run.log({"train": {"loss": loss, "accuracy": accuracy}}, step=step)
    # What was logged is written every 15 seconds.
    time.sleep(17)
    os.kill(os.getpid(), signal.SIGKILL)


def overflow() -> None:
    """A rate that grows without end until a logit saturates; a histogram beside the numbers."""
    np.seterr(all="ignore")
    run, net = start("moons03", {"lr": 0.1, "growth": 1.5}), Moons(3)
    for step in range(30):
        rate = 0.1 * 1.5 ** max(0, step - 8)
        loss, accuracy = net.update(rate)
        hidden = wandb.Histogram(np.nan_to_num(net.weights[2], posinf=0, neginf=0), num_bins=4)
        run.log({"loss": loss, "accuracy": accuracy, "lr": rate, "weights": hidden, "note": "sgd"})
    run.finish(exit_code=1)


RUNS = (
    (healthy, "healthy", 1, "Sound curves; one record an epoch with flat keys, ended in order."),
    (
        killed,
        "truncated-run",
        2,
        "Sound curves, nested keys; the process was killed after update 300 of 1000, between flushes.",
    ),
    (
        overflow,
        "non-finite-loss",
        3,
        "The rate grows without end, so that the logits saturate and the loss is 0 log 0 = NaN.",
    ),
)


def main() -> None:
    """Train all, each in a process and a folder of its own, and keep the run files."""
    os.environ |= {"WANDB_MODE": "offline", "WANDB_ERROR_REPORTING": "false"}
    shutil.rmtree(OUT, ignore_errors=True)
    for train, label, seed, note in RUNS:
        with tempfile.TemporaryDirectory() as work:
            os.environ["WANDB_DIR"] = work
            process = multiprocessing.get_context("fork").Process(target=train)
            process.start()
            process.join()
            time.sleep(2)
            (found,) = Path(work).glob("wandb/offline-run-*/run-*.wandb")
            folder = OUT / f"moons-{train.__name__}" / found.parent.name
            folder.mkdir(parents=True)
            shutil.copy(found, folder)
            name = f"moons-{train.__name__}"
            write_truth(folder.parent, label=label, format_="wandb", seed=seed, name=name, note=note)


if __name__ == "__main__":
    main()
