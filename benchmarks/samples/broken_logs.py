"""Runs whose training is sound and whose log is not: killed writers, full disks, resumed runs."""

import copy
import os
import resource
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import keras
import tensorflow as tf
from keras.optimizers import Adam
from torch.optim import SGD
from torch.utils.tensorboard import SummaryWriter

from samples import keras_trainer, tasks, torch_trainer
from samples.keras_trainer import csv, fit, tensorboard
from samples.torch_trainer import SLASH, UNDERSCORE, Batch, Trainer, fit_steps, shuffled


class CheckpointAt(keras.callbacks.Callback):
    """Save the model once, after the given epoch."""

    def __init__(self, path: Path, epoch: int) -> None:
        super().__init__()
        self.path, self.epoch = path, epoch

    def on_epoch_end(self, epoch: int, logs: object = None) -> None:
        """Save model and optimizer."""
        if epoch == self.epoch:
            self.model.save(self.path)


def _disk_of(n_bytes: int) -> None:
    """Let the operating system refuse to make any file larger than `n_bytes`, as a full disk does."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, hard))


def _train_until_disk_full(train: Callable[[], None]) -> None:
    """Run `train` and leave at its first refused write, without closing a file."""
    try:
        train()
    except (OSError, tf.errors.OpError):
        os._exit(1)


def digits_disk_full(folder: Path, seed: int) -> None:
    """Let the disk run full in the middle of a record of the validation file.

    Sound losses up to epoch 27 of 60, then nothing.
    """
    _disk_of(9000)
    task = tasks.digits(seed)
    model = keras_trainer.mlp(task, (32,), dropout=0.2)
    _train_until_disk_full(lambda: fit(model, task, tensorboard(folder), 60, optimizer=Adam(1e-3)))


def digits_killed(folder: Path, seed: int) -> None:
    """Kill the process at update 437 of 1000, with records waiting in the writer.

    Sound losses; the file ends in mid-record.
    """
    task = tasks.digits(seed)
    model = torch_trainer.mlp(task, (32,))

    def until_killed(batches: Iterator[Batch]) -> Iterator[Batch]:
        for number, item in enumerate(batches):
            if number == 437:
                os.kill(os.getpid(), signal.SIGKILL)
            yield item

    batches = until_killed(shuffled(task, 64, seed))
    fit_steps(Trainer(model, SGD(model.parameters(), 0.05)), task, folder, batches, range(1000), tags=SLASH)


def cancer_disk_full(folder: Path, seed: int) -> None:
    """Let the disk run full in the middle of a row.

    Sound losses up to epoch 24 of 60; the last row has no end.
    """
    _disk_of(2000)
    task = tasks.breast_cancer(seed)
    model = keras_trainer.mlp(task, (8,))
    _train_until_disk_full(lambda: fit(model, task, csv(folder), 60, optimizer=Adam(1e-3)))


def _resumed_keras(
    task: tasks.Task, model: keras.Model, writers: list[keras.callbacks.Callback], last: int
) -> None:
    """Train to epoch 27, then start again from the checkpoint of epoch 20."""
    with tempfile.TemporaryDirectory() as scratch:
        checkpoint = Path(scratch) / "epoch-20.keras"
        callbacks = [CheckpointAt(checkpoint, 20)]
        fit(model, task, writers[0], 28, optimizer=Adam(2e-3), callbacks=callbacks)
        fit(keras.models.load_model(checkpoint), task, writers[1], last, first_epoch=21)


def digits_resumed_epochs(folder: Path, seed: int) -> None:
    """Train to epoch 27, then resume from the checkpoint of epoch 20 in the same log folder.

    Sound losses; epochs 21 to 27 stand in two event files.
    """
    task = tasks.digits(seed)
    model = keras_trainer.mlp(task, (24,), dropout=0.2)
    _resumed_keras(task, model, [tensorboard(folder), tensorboard(folder)], 45)


def friedman_resumed_append(folder: Path, seed: int) -> None:
    """Train to epoch 27, then resume from the checkpoint of epoch 20 with `append=True`.

    Sound losses; epochs 21 to 27 stand in the file twice.
    """
    task = tasks.friedman(seed)
    model = keras_trainer.mlp(task, (32,))
    _resumed_keras(task, model, [csv(folder), csv(folder, append=True)], 50)


def digits_resumed_steps(folder: Path, seed: int) -> None:
    """Die at update 520 and go on from the checkpoint of update 400 in a second event file.

    Sound losses; updates 400 to 519 are logged twice.
    """
    task = tasks.digits(seed)

    def trainer() -> Trainer:
        model = torch_trainer.mlp(task, (32,))
        return Trainer(model, SGD(model.parameters(), 0.05, momentum=0.5))

    first, second = trainer(), trainer()
    batches = shuffled(task, 64, seed)
    with SummaryWriter(str(folder)) as writer:
        fit_steps(first, task, folder, batches, range(400), tags=UNDERSCORE, every=2, writer=writer)
        saved = copy.deepcopy((first.model.state_dict(), first.optimizer.state_dict()))
        fit_steps(first, task, folder, batches, range(400, 520), tags=UNDERSCORE, every=2, writer=writer)
    second.model.load_state_dict(saved[0])
    second.optimizer.load_state_dict(saved[1])
    fit_steps(second, task, folder, shuffled(task, 64, seed + 1), range(400, 900), tags=UNDERSCORE, every=2)
