"""PyTorch runs whose data or evaluation are at fault."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from torch import nn
from torch.optim import SGD, Adam

from samples import tasks
from samples.torch_trainer import (
    SLASH,
    UNDERSCORE,
    Batch,
    Tags,
    Trainer,
    fit_epochs,
    fit_steps,
    mlp,
    one_epoch,
)


def digits_sorted_by_class(folder: Path, seed: int) -> None:
    """Read the training images in the order of their classes, the same each epoch.

    The loss runs through the same steps in every epoch, with a ratio of three and more between them.
    """
    task = tasks.digits(seed)
    order = np.argsort(task.y, kind="stable")

    def batches() -> Iterator[Batch]:
        while True:
            yield from one_epoch(task, 64, order)

    model = mlp(task, (32,))
    trainer = Trainer(model, SGD(model.parameters(), 0.01))
    tags = Tags("train_loss", None, "val_loss", "val_acc", None)
    fit_steps(trainer, task, folder, batches(), range(630), eval_every=21, tags=tags)


def digits_norm_of_the_last_batch(folder: Path, seed: int) -> None:
    """Let batch norm remember the last batch of eight only, and validate with its statistics.

    Training is smooth; validation loss rises by a third and more every few epochs.
    """
    task = tasks.digits(seed).first(800)
    model = nn.Sequential(
        nn.Linear(64, 32), nn.BatchNorm1d(32, momentum=1.0), nn.ReLU(), nn.Linear(32, task.n_out)
    )
    fit_epochs(
        Trainer(model, SGD(model.parameters(), 0.02)), task, folder, 50, seed=seed, batch=8, tags=SLASH
    )


def digits_validation_unscaled(folder: Path, seed: int) -> None:
    """Forget to scale the validation images from epoch 21 on.

    Training goes on as before; validation loss jumps to many times its level and stays.
    """
    task = tasks.digits(seed)

    class Forgetful(Trainer):
        done = 0

        def evaluate(self, x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
            self.done += 1
            return super().evaluate(x * 16.0 if self.done > 20 else x, y)

    model = mlp(task, (32,))
    fit_epochs(Forgetful(model, Adam(model.parameters(), 1e-3)), task, folder, 40, seed=seed, tags=SLASH)


def digits_validation_of_one_class(folder: Path, seed: int) -> None:
    """Take the validation images from a folder that holds the digit 0 only.

    Every validation is perfect, from the first on, while training still makes mistakes.
    """
    task = tasks.digits(seed)
    zeros = task.y_val == 0
    task = replace(task, x_val=task.x_val[zeros], y_val=task.y_val[zeros])
    model = mlp(task, (32,))
    fit_epochs(Trainer(model, Adam(model.parameters(), 2e-3)), task, folder, 30, seed=seed, tags=UNDERSCORE)
