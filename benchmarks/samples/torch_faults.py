"""PyTorch runs that go wrong."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from torch.optim import SGD, Adam, lr_scheduler

from samples import tasks
from samples.torch_trainer import (
    REGRESSION,
    SLASH,
    UNDERSCORE,
    Batch,
    Tags,
    Trainer,
    damaged,
    fit_epochs,
    fit_steps,
    mlp,
    shuffled,
)


def digits_warmup_too_far(folder: Path, seed: int) -> None:
    """Warm the rate of Adam up to 0.2 and hold it.

    Accuracy climbs to 1, falls to 1/10 after update 400 and stays; the loss settles at ln 10.
    """
    task = tasks.digits(seed)
    model = mlp(task, (48, 32))
    optimizer = Adam(model.parameters(), 1.0)
    scheduler = lr_scheduler.LambdaLR(optimizer, lambda step: min(1e-3 * 1.012**step, 0.2))
    trainer = Trainer(model, optimizer, scheduler)
    fit_steps(trainer, task, folder, shuffled(task, 64, seed), range(800), tags=SLASH, every=4)


def digits_labels_permuted(folder: Path, seed: int) -> None:
    """Pair the images of each batch with its labels in another order.

    Accuracy stays at 1/10 and the loss at ln 10 from start to end.
    """
    task, rng = tasks.digits(seed), np.random.default_rng(seed)
    model = mlp(task, (32,))
    wrong = ((x, y[torch.from_numpy(rng.permutation(len(y)))]) for x, y in shuffled(task, 128, seed))
    trainer = Trainer(model, SGD(model.parameters(), 0.05))
    fit_steps(trainer, task, folder, wrong, range(600), every=3)


def friedman_wrong_parameters(folder: Path, seed: int) -> None:
    """Give the optimizer the parameters of a model that was built before and thrown away.

    Both losses are constant from start to end.
    """
    task = tasks.friedman(seed, n=1366)
    trainer = Trainer(mlp(task, (32,)), Adam(mlp(task, (32,)).parameters(), 1e-3), loss=functional.mse_loss)
    fit_epochs(trainer, task, folder, 40, seed=seed, tags=REGRESSION, histograms_every=20)


def digits_schedule_ends_early(folder: Path, seed: int) -> None:
    """Count the length of a linear decay in the wrong unit: the rate is zero after 60 of 600 updates.

    The losses fall and freeze at 0.7, far from their floor, when the logged rate reaches zero.
    """
    task = tasks.digits(seed)
    model = mlp(task, (32,))
    optimizer = SGD(model.parameters(), 0.25)
    scheduler = lr_scheduler.LinearLR(optimizer, 1.0, 0.0, total_iters=60)
    trainer = Trainer(model, optimizer, scheduler)
    fit_steps(trainer, task, folder, shuffled(task, 256, seed), range(600), tags=UNDERSCORE, every=2)


def friedman_rate_keeps_growing(folder: Path, seed: int) -> None:
    """Leave a learning-rate range test switched on, with Adam.

    The loss falls for half of the run and ends two hundred times above its best; gradients grow with it.
    """
    task = tasks.friedman(seed)
    model = mlp(task, (32,), nn.Tanh)
    optimizer = Adam(model.parameters(), 1e-3)
    scheduler = lr_scheduler.LambdaLR(optimizer, lambda step: 1.012**step)
    trainer = Trainer(model, optimizer, scheduler, functional.mse_loss)
    tags = Tags("train/loss", None, "val/loss", None, "train/lr", "train/grad_norm")
    fit_steps(trainer, task, folder, shuffled(task, 64, seed), range(600), tags=tags, every=2)


def digits_blank_image(folder: Path, seed: int) -> None:
    """Standardise each image by its own deviation; a blank image at update 365 makes it 0 / 0.

    The losses fall and are NaN from there on; accuracy becomes the share of class 0.
    """

    def blank(batch: Batch) -> Batch:
        x, y = batch
        x[0] = 0.0
        return x, y

    def standardise(x: torch.Tensor) -> torch.Tensor:
        return (x - x.mean(1, keepdim=True)) / x.std(1, keepdim=True)

    task = tasks.digits(seed)
    task = replace(task, x_val=standardise(torch.from_numpy(task.x_val)).numpy())
    model = mlp(task, (32,))
    raw = damaged(shuffled(task, 32, seed), (365,), blank)
    trainer = Trainer(model, SGD(model.parameters(), 0.02))
    fit_steps(trainer, task, folder, ((standardise(x), y) for x, y in raw), range(500), every=2)


def cancer_rate_too_large_full_batch(folder: Path, seed: int) -> None:
    """Keep a learning rate far beyond the edge of stability, one update an epoch on all data at once.

    The losses go up and down by large factors all along and gain little.
    """
    task = tasks.breast_cancer(seed).with_label_noise(0.15, seed)
    model = mlp(task, (16,), nn.Tanh)
    trainer = Trainer(model, SGD(model.parameters(), 12.0))
    fit_epochs(trainer, task, folder, 80, seed=seed, batch=len(task.x), tags=SLASH)


def digits_inverted_batches_steps(folder: Path, seed: int) -> None:
    """Read four batches of images in black on white.

    Each time loss and gradient norm jump for one update and are back at once.
    """
    task = tasks.digits(seed)
    model = mlp(task, (48,))
    batches = damaged(shuffled(task, 64, seed), (240, 416, 560, 730), lambda item: (1 - item[0], item[1]))
    trainer = Trainer(model, SGD(model.parameters(), 0.1))
    fit_steps(trainer, task, folder, batches, range(900), tags=SLASH, every=2)


def friedman_one_batch_breaks_it_steps(folder: Path, seed: int) -> None:
    """Feed Adam one unscaled batch at update 400: its second moments stay huge for the rest of the run.

    The loss jumps within a few updates, and steps are too small ever since to win the old level back.
    """
    task = tasks.friedman(seed)
    model = mlp(task, (16,))
    batches = damaged(shuffled(task, 64, seed), (400,), lambda item: (item[0] * 1000, item[1]))
    trainer = Trainer(model, Adam(model.parameters(), 0.01, (0.9, 0.9999)), loss=functional.mse_loss)
    fit_steps(trainer, task, folder, batches, range(1000), tags=REGRESSION, every=2)


def moons_few_samples(folder: Path, seed: int) -> None:
    """Train a wide network on 80 noisy points.

    Validation loss turns at epoch 10 and rises by half while training loss keeps falling.
    """
    task = tasks.moons(seed, noise=0.45).first(80)
    model = mlp(task, (128, 128))
    fit_epochs(
        Trainer(model, Adam(model.parameters(), 2e-3)), task, folder, 60, seed=seed, batch=16, tags=SLASH
    )
