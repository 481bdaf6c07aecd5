"""Runs that stall, creep, end too soon or start wrong, and schedules that do not fit their run."""

import copy
from pathlib import Path

import torch
from keras import optimizers
from torch import nn
from torch.optim import SGD, Adam, lr_scheduler
from torch.utils.tensorboard import SummaryWriter
from torch.utils.tensorboard.summary import hparams

from samples import keras_trainer, tasks
from samples.keras_trainer import fit, tensorboard
from samples.torch_trainer import SLASH, UNDERSCORE, Trainer, fit_epochs, fit_steps, mlp, shuffled


def digits_decay_far_too_fast(folder: Path, seed: int) -> None:
    """Halve the learning rate after each epoch instead of each tenth.

    Both losses fall for three epochs and freeze with the rate, far above what the task allows.
    """
    task = tasks.digits(seed)
    model = keras_trainer.mlp(task, (32,))
    fit(
        model,
        task,
        tensorboard(folder),
        40,
        optimizer=optimizers.SGD(0.06),
        schedule=lambda epoch: 0.06 * 0.5**epoch,
    )


def digits_two_units(folder: Path, seed: int) -> None:
    """Squeeze ten classes through a layer of two units.

    Both losses settle within a quarter of the run, with two of three images right on either split.
    """
    task = tasks.digits(seed)
    model = mlp(task, (2,), nn.Tanh)
    trainer = Trainer(model, Adam(model.parameters(), 0.06))
    fit_epochs(trainer, task, folder, 50, seed=seed, tags=SLASH)


def digits_rate_too_small(folder: Path, seed: int) -> None:
    """Train with a hundredth of a sensible learning rate.

    Both losses fall in a straight line to the last epoch and have covered a tenth of the way.
    """
    task = tasks.digits(seed)
    model = mlp(task, (32,))
    fit_epochs(Trainer(model, SGD(model.parameters(), 0.002)), task, folder, 40, seed=seed, tags=UNDERSCORE)


def digits_budget_too_short(folder: Path, seed: int) -> None:
    """Stop after eight epochs.

    Both losses still lose a quarter of their level from one epoch to the next.
    """
    task = tasks.digits(seed)
    model = mlp(task, (32,))
    fit_epochs(Trainer(model, SGD(model.parameters(), 0.03)), task, folder, 8, seed=seed, tags=SLASH)


def digits_last_layer_too_large(folder: Path, seed: int) -> None:
    """Initialise the last layer twenty times too large, and log the number of classes with the run.

    The first loss is several times ln 10; from there on training goes well.
    """
    task = tasks.digits(seed)
    model = mlp(task, (32,))
    with torch.no_grad():
        model[-1].weight.mul_(20.0)
    with SummaryWriter(str(folder)) as writer:
        for summary in hparams({"num_classes": task.n_out, "lr": 0.05}, {})[:2]:
            writer.file_writer.add_summary(summary)
        trainer = Trainer(model, SGD(model.parameters(), 0.05))
        fit_steps(
            trainer, task, folder, shuffled(task, 64, seed), range(400), tags=SLASH, every=2, writer=writer
        )


def digits_warm_up_again(folder: Path, seed: int) -> None:
    """Die at update 520, load model and optimizer of update 400, and build the schedule anew.

    The losses are sound; the rate falls to a hundredth at update 400 and climbs for a second time.
    """
    task = tasks.digits(seed)

    def trainer() -> Trainer:
        model = mlp(task, (32,))
        optimizer = SGD(model.parameters(), 0.1)
        return Trainer(model, optimizer, lr_scheduler.LinearLR(optimizer, 0.01, 1.0, total_iters=60))

    first, second = trainer(), trainer()
    batches = shuffled(task, 64, seed)
    with SummaryWriter(str(folder)) as writer:
        fit_steps(first, task, folder, batches, range(400), tags=UNDERSCORE, every=4, writer=writer)
        saved = copy.deepcopy(first.model.state_dict())
        fit_steps(first, task, folder, batches, range(400, 520), tags=UNDERSCORE, every=4, writer=writer)
    second.model.load_state_dict(saved)
    fit_steps(second, task, folder, shuffled(task, 64, seed + 1), range(400, 800), tags=UNDERSCORE, every=4)
