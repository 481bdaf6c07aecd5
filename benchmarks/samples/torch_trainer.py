"""Training with PyTorch, logged by its SummaryWriter."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.tensorboard import SummaryWriter

from .tasks import Task

torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)

Batch = tuple[Tensor, Tensor]
Loss = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class Tags:
    """The names that a user gave to the curves; None: not logged."""

    loss: str = "Loss/train"
    accuracy: str | None = "Accuracy/train"
    val_loss: str = "Loss/val"
    val_accuracy: str | None = "Accuracy/val"
    lr: str | None = "lr"
    grad_norm: str | None = None


SLASH = Tags("train/loss", "train/acc", "val/loss", "val/acc", "train/lr", "train/grad_norm")
UNDERSCORE = Tags("train_loss", "train_acc", "val_loss", "val_acc", "learning_rate")
REGRESSION = Tags(accuracy=None, val_accuracy=None)


def mlp(task: Task, hidden: Sequence[int], activation: type[nn.Module] = nn.ReLU) -> nn.Sequential:
    """Linear layers with `activation` between them."""
    widths = [task.x.shape[1], *hidden]
    layers: list[nn.Module] = []
    for n_in, n_out in pairwise(widths):
        layers += [nn.Linear(n_in, n_out), activation()]
    return nn.Sequential(*layers, nn.Linear(widths[-1], task.n_out))


def shuffled(task: Task, batch: int, seed: int) -> Iterator[Batch]:
    """Mini-batches without end, in a new order each epoch; the last, smaller one is dropped."""
    rng = np.random.default_rng(seed)
    while True:
        yield from one_epoch(task, batch, rng.permutation(len(task.x)))


def one_epoch(task: Task, batch: int, order: np.ndarray) -> Iterator[Batch]:
    """Mini-batches in the given order `(n,)`."""
    for start in range(0, len(order) - batch + 1, batch):
        rows = order[start : start + batch]
        yield torch.from_numpy(task.x[rows]), torch.from_numpy(task.y[rows])


def damaged(batches: Iterator[Batch], at: Sequence[int], damage: Callable[[Batch], Batch]) -> Iterator[Batch]:
    """The same batches, with `damage` done to those whose numbers are in `at`."""
    for number, item in enumerate(batches):
        yield damage(item) if number in at else item


@dataclass
class Trainer:
    """A model with what is needed to move it."""

    model: nn.Module
    optimizer: torch.optim.Optimizer
    scheduler: torch.optim.lr_scheduler.LRScheduler | None = None
    loss: Loss = functional.cross_entropy
    clip: float = float("inf")

    def step(self, x: Tensor, y: Tensor) -> tuple[float, float, float]:
        """One update; gives loss, accuracy and gradient norm before it."""
        self.model.train()
        self.optimizer.zero_grad()
        output = self.model(x)
        loss = self.loss(output, y)
        loss.backward()
        norm = nn.utils.clip_grad_norm_(self.model.parameters(), self.clip)
        self.optimizer.step()
        return loss.item(), _accuracy(output, y), norm.item()

    @torch.no_grad()
    def evaluate(self, x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
        """Loss and accuracy over all of `x`."""
        self.model.eval()
        target = torch.from_numpy(y)
        output = self.model(torch.from_numpy(x))
        return self.loss(output, target).item(), _accuracy(output, target)

    @property
    def lr(self) -> float:
        """The learning rate of the next update."""
        return float(self.optimizer.param_groups[0]["lr"])

    def advance(self) -> None:
        """Move the learning-rate schedule on by one."""
        if self.scheduler is not None:
            self.scheduler.step()


def fit_steps(
    trainer: Trainer,
    task: Task,
    folder: Path,
    batches: Iterator[Batch],
    steps: range,
    *,
    tags: Tags = Tags(),
    every: int = 1,
    eval_every: int = 25,
    writer: SummaryWriter | None = None,
) -> None:
    """Log every `every`-th update under its number, and the validation set each `eval_every` updates."""
    with SummaryWriter(str(folder)) if writer is None else nullcontext(writer) as log:
        for step in steps:
            lr, (loss, accuracy, norm) = trainer.lr, trainer.step(*next(batches))
            trainer.advance()
            if step % every == 0:
                _log(log, step, {tags.loss: loss, tags.accuracy: accuracy, tags.grad_norm: norm, tags.lr: lr})
            if step % eval_every == eval_every - 1:
                val_loss, val_accuracy = trainer.evaluate(task.x_val, task.y_val)
                _log(log, step, {tags.val_loss: val_loss, tags.val_accuracy: val_accuracy})


def fit_epochs(
    trainer: Trainer,
    task: Task,
    folder: Path,
    epochs: int,
    *,
    seed: int,
    batch: int = 32,
    tags: Tags = Tags(),
    histograms_every: int = 0,
) -> None:
    """Log means over each epoch; the schedule moves once an epoch."""
    batches, per_epoch = shuffled(task, batch, seed), len(task.x) // batch
    with SummaryWriter(str(folder)) as log:
        for epoch in range(1, epochs + 1):
            means = np.mean([trainer.step(*next(batches)) for _ in range(per_epoch)], axis=0)
            val_loss, val_accuracy = trainer.evaluate(task.x_val, task.y_val)
            values = {
                tags.loss: means[0],
                tags.accuracy: means[1],
                tags.grad_norm: means[2],
                tags.lr: trainer.lr,
            }
            _log(log, epoch, values | {tags.val_loss: val_loss, tags.val_accuracy: val_accuracy})
            if histograms_every and epoch % histograms_every == 0:
                for name, parameter in trainer.model.named_parameters():
                    log.add_histogram(name, parameter, epoch, bins=20)
            trainer.advance()


def _accuracy(output: Tensor, y: Tensor) -> float:
    return float((output.argmax(dim=-1) == y).float().mean()) if y.dtype == torch.int64 else float("nan")


def _log(log: SummaryWriter, step: int, values: dict[str | None, float]) -> None:
    for tag, value in values.items():
        if tag is not None:
            log.add_scalar(tag, value, step)
