"""PyTorch runs that are sound, some of them with curves that invite a false alarm."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from torch import Tensor, nn
from torch.nn import functional
from torch.optim import SGD, Adam, AdamW, lr_scheduler

from samples import tasks
from samples.torch_trainer import (
    REGRESSION,
    SLASH,
    UNDERSCORE,
    Batch,
    Tags,
    Trainer,
    fit_epochs,
    fit_steps,
    mlp,
    one_epoch,
    shuffled,
)


class NextLetter(nn.Module):
    """A small recurrent network that tells the next character."""

    def __init__(self, n_letters: int, width: int = 48) -> None:
        super().__init__()
        self.embed, self.cell = nn.Embedding(n_letters, 16), nn.GRU(16, width, batch_first=True)
        self.head = nn.Linear(width, n_letters)

    def forward(self, x: Tensor) -> Tensor:
        """Codes `(b, t)` to scores `(b, t, n_letters)`."""
        return self.head(self.cell(self.embed(x))[0])


def digits_plain(folder: Path, seed: int) -> None:
    """A plain run, logged once an epoch, with two sets of weight histograms.

    Both losses fall; dropout keeps training above validation.
    """
    task = tasks.digits(seed)
    model = nn.Sequential(nn.Linear(64, 24), nn.ReLU(), nn.Dropout(0.2), nn.Linear(24, 10))
    trainer = Trainer(model, Adam(model.parameters(), 2e-3))
    fit_epochs(trainer, task, folder, 40, seed=seed, histograms_every=20)


def sentences_language_model(folder: Path, seed: int) -> None:
    """A language model over characters, with warm-up, cosine decay and clipped gradients.

    Both losses fall from ln 26 and level off at the entropy of the text.
    """
    task = tasks.sentences(seed, 20000)
    model = NextLetter(task.n_out)
    optimizer = AdamW(model.parameters(), 1.0)

    def rate(step: int) -> float:
        return 4e-3 * min(step / 40, 0.5 * (1 + np.cos(np.pi * min(step / 600, 1.0)))) + 1e-5

    trainer = Trainer(model, optimizer, lr_scheduler.LambdaLR(optimizer, rate), _per_letter, clip=1.0)
    tags = Tags("train/loss", None, "val/loss", None, "train/lr", "train/grad_norm")
    fit_steps(trainer, task, folder, shuffled(task, 16, seed), range(600), tags=tags, every=2)


def _per_letter(output: Tensor, y: Tensor) -> Tensor:
    return functional.cross_entropy(output.flatten(0, 1), y.flatten())


def digits_rate_drop_steps(folder: Path, seed: int) -> None:
    """Divide the learning rate by ten at updates 500 and 800.

    A noisy loss around a falling mean that steps down with the logged rate.
    """
    task = tasks.digits(seed).with_label_noise(0.1, seed)
    model = mlp(task, (24,))
    optimizer = SGD(model.parameters(), 0.5)
    trainer = Trainer(model, optimizer, lr_scheduler.MultiStepLR(optimizer, [500, 800], gamma=0.1))
    fit_steps(trainer, task, folder, shuffled(task, 32, seed), range(1000), tags=SLASH, every=2)


def digits_tiny_batches(folder: Path, seed: int) -> None:
    """Learn from batches of four images.

    A very noisy loss around a falling mean.
    """
    task = tasks.digits(seed)
    model = mlp(task, (24,))
    trainer = Trainer(model, SGD(model.parameters(), 0.05))
    fit_steps(
        trainer, task, folder, shuffled(task, 4, seed), range(1500), tags=UNDERSCORE, every=2, eval_every=50
    )


def digits_cosine_restarts_steps(folder: Path, seed: int) -> None:
    """Start a cosine schedule anew every 200 updates.

    Each restart of the logged rate lifts the validation loss for a while; each cycle ends lower or level.
    """
    task = tasks.digits(seed).with_label_noise(0.1, seed)
    model = mlp(task, (24,))
    optimizer = SGD(model.parameters(), 0.5)
    trainer = Trainer(model, optimizer, lr_scheduler.CosineAnnealingWarmRestarts(optimizer, 200))
    fit_steps(trainer, task, folder, shuffled(task, 32, seed), range(1000), tags=SLASH, every=2)


def digits_late_start_steps(folder: Path, seed: int) -> None:
    """Train a deep sigmoid network.

    The loss is flat at ln 10 for the first hundred updates, then it falls.
    """
    task = tasks.digits(seed)
    model = mlp(task, (32, 32), nn.Sigmoid)
    trainer = Trainer(model, SGD(model.parameters(), 0.5, momentum=0.5))
    fit_steps(trainer, task, folder, shuffled(task, 64, seed), range(1200), every=3, eval_every=40)


def friedman_regression(folder: Path, seed: int) -> None:
    """A regression with two sets of weight histograms.

    Both losses fall and level off.
    """
    task = tasks.friedman(seed)
    model = mlp(task, (16,))
    trainer = Trainer(model, Adam(model.parameters(), 3e-3), loss=functional.mse_loss)
    fit_epochs(trainer, task, folder, 50, seed=seed, tags=REGRESSION, histograms_every=25)


def digits_fixed_order(folder: Path, seed: int) -> None:
    """Read the batches in the same order each epoch.

    The loss repeats mildly with the epoch and falls.
    """
    task = tasks.digits(seed)
    order = np.random.default_rng(seed).permutation(len(task.x))

    def batches() -> Iterator[Batch]:
        while True:
            yield from one_epoch(task, 64, order)

    model = mlp(task, (32,))
    trainer = Trainer(model, SGD(model.parameters(), 0.1))
    fit_steps(trainer, task, folder, batches(), range(630), eval_every=21)


def moons_converges_to_zero_steps(folder: Path, seed: int) -> None:
    """Learn two clearly separated half circles.

    Both losses go to zero together; a floor, not a plateau.
    """
    task = tasks.moons(seed, noise=0.04, n=600)
    model = mlp(task, (32, 16))
    trainer = Trainer(model, Adam(model.parameters(), 1e-2))
    fit_steps(trainer, task, folder, shuffled(task, 32, seed), range(700), tags=UNDERSCORE, every=2)
