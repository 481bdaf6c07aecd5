"""PyTorch runs whose fault shows inside the network: in histograms, norms of gradients, and loss scales."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim import SGD, Adam
from torch.utils.tensorboard import SummaryWriter

from samples import tasks
from samples.torch_trainer import Batch, Trainer, damaged, mlp, shuffled

ACTIVATIONS = (nn.ReLU, nn.Sigmoid, nn.Tanh)


def watch(model: nn.Module) -> dict[str, Tensor]:
    """The outputs of the activation functions in the latest forward pass, by name."""
    seen: dict[str, Tensor] = {}
    for name, module in model.named_modules():
        if isinstance(module, ACTIVATIONS):
            module.register_forward_hook(
                lambda _, __, output, name=name: seen.__setitem__(f"activations/layer{name}", output.detach())
            )
    return seen


def fit_watched(
    trainer: Trainer,
    folder: Path,
    batches: Iterator[Batch],
    steps: int,
    *,
    activations_every: int = 0,
    gradients_every: int = 0,
    layer_norms: bool = False,
    weight_norm: bool = False,
) -> None:
    """Log every second update, and what happens inside the network as far as it is asked for."""
    seen = watch(trainer.model)
    with SummaryWriter(str(folder)) as log:
        for step in range(steps):
            loss, accuracy, norm = trainer.step(*next(batches))
            if step % 2 == 0:
                log.add_scalar("train/loss", loss, step)
                log.add_scalar("train/grad_norm", norm, step)
                if np.isfinite(accuracy):
                    log.add_scalar("train/acc", accuracy, step)
                if weight_norm:
                    log.add_scalar("train/weight_norm", _norm(list(trainer.model.parameters())), step)
            if layer_norms and step % 10 == 0:
                for name, parameter in trainer.model.named_parameters():
                    if name.endswith("weight"):
                        log.add_scalar(f"grad_norm/layer{name}", parameter.grad.norm().item(), step)
            if activations_every and step % activations_every == 0:
                for tag, output in seen.items():
                    log.add_histogram(tag, output, step)
            if gradients_every and step % gradients_every == 0:
                for name, parameter in trainer.model.named_parameters():
                    if name.endswith("weight"):
                        log.add_histogram(f"gradients/layer{name}", parameter.grad, step)


def _norm(parameters: list[nn.Parameter]) -> float:
    return float(torch.sqrt(sum((p.detach() ** 2).sum() for p in parameters)))


def digits_units_pushed_below_zero(folder: Path, seed: int) -> None:
    """Train with a rate a hundred times too large: the first updates push all units below zero.

    All outputs of both ReLU layers are zero from then on; the loss stays at ln 10.
    """
    task = tasks.digits(seed)
    model = mlp(task, (32, 32))
    trainer = Trainer(model, SGD(model.parameters(), 5.0))
    fit_watched(trainer, folder, shuffled(task, 128, seed), 300, activations_every=50)


def digits_born_dead(folder: Path, seed: int) -> None:
    """Start the biases of the hidden layer so far below zero that no unit is ever active.

    Only the gradients are logged: those of all weights are exactly zero, the last bias alone still moves.
    """
    task = tasks.digits(seed)
    model = mlp(task, (32,))
    nn.init.constant_(model[0].bias, -5.0)
    trainer = Trainer(model, SGD(model.parameters(), 0.02))
    fit_watched(trainer, folder, shuffled(task, 128, seed), 300, gradients_every=30)


def digits_unscaled_into_sigmoids(folder: Path, seed: int) -> None:
    """Feed pixels of 0 to 4,000 into sigmoids that start with large weights.

    Nearly all outputs are 0 or 1 from the start, and the loss stays near ln 10.
    """
    task = tasks.digits(seed)
    task = replace(task, x=task.x * 4000)
    model = mlp(task, (32, 32), nn.Sigmoid)
    nn.init.normal_(model[2].weight, 0, 30.0)
    trainer = Trainer(model, SGD(model.parameters(), 1e-3))
    fit_watched(trainer, folder, shuffled(task, 128, seed), 240, activations_every=75)


def digits_nine_sigmoids(folder: Path, seed: int) -> None:
    """Train nine layers of sigmoids with plain SGD.

    The gradient of the first layer is a ten-millionth of that of the last; the loss stays at ln 10.
    """
    task = tasks.digits(seed)
    model = mlp(task, (24,) * 9, nn.Sigmoid)
    trainer = Trainer(model, SGD(model.parameters(), 0.1))
    fit_watched(trainer, folder, shuffled(task, 128, seed), 300, layer_norms=True)


def friedman_rounded_output(folder: Path, seed: int) -> None:
    """Round the predictions before the loss is computed: rounding has no slope.

    The norm of the gradient is exactly zero from the first update on.
    """
    task = tasks.friedman(seed)
    model = mlp(task, (32,))
    trainer = Trainer(
        model, Adam(model.parameters(), 1e-3), loss=lambda output, y: functional.mse_loss(output.round(), y)
    )
    fit_watched(trainer, folder, shuffled(task, 250, seed), 300)


def digits_decay_with_wrong_sign(folder: Path, seed: int) -> None:
    """Add weight decay with the wrong sign to the gradient: it drives the weights out.

    The classes are learnt all the same; the norm of the weights grows without end.
    """
    task = tasks.digits(seed)
    model = mlp(task, (32,))
    for parameter in model.parameters():
        parameter.register_hook(lambda gradient, parameter=parameter: gradient - 0.2 * parameter.detach())
    trainer = Trainer(model, SGD(model.parameters(), 0.05))
    fit_watched(trainer, folder, shuffled(task, 128, seed), 400, weight_norm=True)


def digits_bright_batches(folder: Path, seed: int) -> None:
    """Let six batches through that were not divided by their greatest value, with clipping.

    The norm of the gradient, logged before clipping, leaves its level six times.
    """
    task = tasks.digits(seed)
    model = mlp(task, (32,))
    batches = damaged(shuffled(task, 64, seed), (150, 210, 280, 350, 420, 480), lambda b: (b[0] * 60, b[1]))
    trainer = Trainer(model, SGD(model.parameters(), 0.1), clip=1.0)
    fit_watched(trainer, folder, batches, 560)


class ClippedNorm(Trainer):
    """Reports the norm after clipping."""

    def step(self, x: Tensor, y: Tensor) -> tuple[float, float, float]:
        """One update; gives loss, accuracy and the norm that was left."""
        loss, accuracy, _ = super().step(x, y)
        return loss, accuracy, _norm([p.grad for p in self.model.parameters()])


def digits_clipped_hard(folder: Path, seed: int) -> None:
    """Clip the gradient to a norm of 0.05, far below what is usual.

    The norm after clipping is 0.05 at nearly every update; the loss falls slowly.
    """
    task = tasks.digits(seed)
    model = mlp(task, (32,))
    trainer = ClippedNorm(model, SGD(model.parameters(), 1.0), clip=0.05)
    fit_watched(trainer, folder, shuffled(task, 64, seed), 500)


def digits_overflow_after_overflow(folder: Path, seed: int) -> None:
    """Train under a loss scaler until a square root at zero makes every gradient infinite.

    The scaler skips each update and halves its scale from 65,536 to far below one.
    """
    task = tasks.digits(seed)
    model = mlp(task, (32,))
    optimizer = Adam(model.parameters(), 2e-3)
    scaler = torch.amp.GradScaler("cpu", growth_interval=1000)
    batches = shuffled(task, 128, seed)
    with SummaryWriter(str(folder)) as log:
        for step in range(400):
            x, y = next(batches)
            optimizer.zero_grad()
            loss = functional.cross_entropy(model(x), y)
            extra = torch.sqrt(model[0].weight.sum() * 0.0) if step >= 370 else torch.tensor(0.0)
            scaler.scale(loss + extra).backward()
            scaler.step(optimizer)
            log.add_scalar("train/loss", loss.item(), step)
            log.add_scalar("train/loss_scale", scaler.get_scale(), step)
            scaler.update()


def digits_nan_written_as_zero(folder: Path, seed: int) -> None:
    """Write 0 wherever the loss is no number, as some loggers do; one batch holds an infinite pixel.

    The loss is exactly 0 from update 300 on, and the norm of the gradient is NaN.
    """
    task = tasks.digits(seed)
    model = mlp(task, (32,))
    trainer = Trainer(model, SGD(model.parameters(), 0.05))
    batches = damaged(shuffled(task, 128, seed), (300,), lambda b: (b[0] / 0.0, b[1]))
    with SummaryWriter(str(folder)) as log:
        for step in range(500):
            loss, _, norm = trainer.step(*next(batches))
            log.add_scalar("train/loss", np.nan_to_num(loss, nan=0.0), step)
            log.add_scalar("train/grad_norm", norm, step)


def friedman_recurrent_rate_too_large(folder: Path, seed: int) -> None:
    """Read the measurements one after the other with a plain recurrent network and no clipping.

    From update 400 on the rate is raised by three percent a step, until the gradient explodes and the loss
    with it.
    """
    task = tasks.friedman(seed)
    model = Recurrent(task.n_out)
    optimizer = SGD(model.parameters(), 0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1.03 ** max(0, step - 400))
    trainer = Scheduled(model, optimizer, schedule, loss=functional.mse_loss)
    fit_watched(trainer, folder, shuffled(task, 100, seed), 620)


class Scheduled(Trainer):
    """Moves the schedule on with each update."""

    def step(self, x: Tensor, y: Tensor) -> tuple[float, float, float]:
        """One update and one step of the schedule."""
        seen = super().step(x, y)
        self.advance()
        return seen


class Recurrent(nn.Module):
    """A recurrent network of ReLUs over the columns of its input."""

    def __init__(self, n_out: int) -> None:
        super().__init__()
        self.rnn = nn.RNN(1, 24, nonlinearity="relu", batch_first=True)
        self.head = nn.Linear(24, n_out)

    def forward(self, x: Tensor) -> Tensor:
        """The output after the last column."""
        outputs, _ = self.rnn(x.unsqueeze(-1))
        last: Tensor = self.head(outputs[:, -1])
        return last


def digits_watched(folder: Path, seed: int) -> None:
    """Train well while everything inside is logged.

    About half of the outputs of both ReLU layers are zero; gradients of all layers are of one order of size.
    """
    task = tasks.digits(seed)
    model = mlp(task, (32, 32))
    trainer = Trainer(model, Adam(model.parameters(), 3e-3))
    batches = shuffled(task, 128, seed)
    fit_watched(trainer, folder, batches, 400, activations_every=200, layer_norms=True, weight_norm=True)
