"""Training with Keras, logged by its own callbacks."""

from collections.abc import Callable, Sequence
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from .tasks import Task

tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)
tf.config.experimental.enable_op_determinism()

CROSS_ENTROPY = "sparse_categorical_crossentropy"


def tensorboard(
    folder: Path, histogram_freq: int = 0, update_freq: str | int = "epoch"
) -> keras.callbacks.Callback:
    """Event files in `train/` and `validation/`."""
    return keras.callbacks.TensorBoard(
        str(folder), histogram_freq=histogram_freq, update_freq=update_freq, write_graph=False
    )


def csv(folder: Path, *, append: bool = False) -> keras.callbacks.Callback:
    """One `history.csv`, a row an epoch."""
    return keras.callbacks.CSVLogger(str(folder / "history.csv"), append=append)


def mlp(task: Task, hidden: Sequence[int], activation: str = "relu", dropout: float = 0.0) -> keras.Model:
    """Dense layers, ending in a softmax, or in one linear unit for a regression."""
    layers: list[keras.Layer] = [keras.Input((task.x.shape[1],))]
    for width in hidden:
        layers.append(keras.layers.Dense(width, activation=activation))
        if dropout:
            layers.append(keras.layers.Dropout(dropout))
    layers.append(keras.layers.Dense(task.n_out, activation="softmax" if task.n_out > 1 else None))
    return keras.Sequential(layers)


def fit(
    model: keras.Model,
    task: Task,
    writer: keras.callbacks.Callback,
    epochs: int,
    *,
    optimizer: keras.optimizers.Optimizer | None = None,
    loss: str | Callable[..., tf.Tensor] | None = None,
    schedule: Callable[[int], float] | None = None,
    batches: keras.utils.PyDataset | None = None,
    batch: int = 32,
    first_epoch: int = 0,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> None:
    """Train to `epochs`; `schedule` maps an epoch to its learning rate, `batches` replaces the training data.

    A model that was compiled before keeps its optimizer when none is given.
    """
    if optimizer is not None:
        is_classes = task.n_out > 1
        metric = "accuracy" if is_classes else "mae"
        model.compile(optimizer, loss or (CROSS_ENTROPY if is_classes else "mse"), metrics=[metric])
    rate = [keras.callbacks.LearningRateScheduler(lambda epoch, _: schedule(epoch))] if schedule else []
    data = {"x": batches} if batches is not None else {"x": task.x, "y": task.y, "batch_size": batch}
    model.fit(
        **data,
        epochs=epochs,
        initial_epoch=first_epoch,
        validation_data=(task.x_val, task.y_val),
        # The writer comes last, so that it sees the learning rate that the schedule has set.
        callbacks=[*rate, *callbacks, writer],
        verbose=0,
    )


Damage = Callable[[int, int, np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


class Batches(keras.utils.PyDataset):
    """Mini-batches in a new order each epoch, each passed through `damage(epoch, index, x, y)`."""

    def __init__(self, task: Task, seed: int, damage: Damage, batch: int = 32) -> None:
        super().__init__()
        self.task, self.damage, self.batch = task, damage, batch
        self.rng, self.epoch = np.random.default_rng(seed), -1
        self.order = np.arange(len(task.x))

    def __len__(self) -> int:
        """Whole mini-batches in one epoch."""
        return len(self.task.x) // self.batch

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """One mini-batch of the current epoch."""
        rows = self.order[index * self.batch : (index + 1) * self.batch]
        return self.damage(self.epoch, index, self.task.x[rows], self.task.y[rows])

    def on_epoch_begin(self) -> None:
        """Draw the order of the coming epoch."""
        self.epoch += 1
        self.order = self.rng.permutation(len(self.task.x))
