"""Keras runs that are sound, some of them with curves that invite a false alarm."""

from pathlib import Path

import keras
import numpy as np
from keras.optimizers import SGD, Adam

from samples import tasks
from samples.keras_trainer import csv, fit, mlp, tensorboard


def digits_dropout(folder: Path, seed: int) -> None:
    """A plain run with dropout and two sets of weight histograms.

    Both losses fall; dropout keeps training above validation.
    """
    task = tasks.digits(seed)
    model = mlp(task, (32,), dropout=0.3)
    fit(model, task, tensorboard(folder, histogram_freq=20), 40, optimizer=Adam(1e-3))


def cancer_plain(folder: Path, seed: int) -> None:
    """A plain run of a linear model.

    Both losses fall and level off.
    """
    task = tasks.breast_cancer(seed)
    fit(mlp(task, ()), task, csv(folder), 40, optimizer=SGD(0.02, momentum=0.9))


def digits_rate_drop_epochs(folder: Path, seed: int) -> None:
    """Divide the learning rate by ten at epoch 30.

    Both losses fall; training steps down with the logged rate.
    """
    task = tasks.digits(seed)
    fit(
        mlp(task, (24,), dropout=0.3),
        task,
        tensorboard(folder),
        50,
        optimizer=SGD(0.2),
        schedule=lambda epoch: 0.2 if epoch < 30 else 0.02,
        batch=16,
    )


def moons_converges_to_zero_epochs(folder: Path, seed: int) -> None:
    """Learn two clearly separated half circles.

    Both losses go to zero together; a floor, not a plateau.
    """
    task = tasks.moons(seed, noise=0.04, n=600)
    fit(mlp(task, (32, 16)), task, csv(folder), 60, optimizer=Adam(5e-3))


def digits_late_start_epochs(folder: Path, seed: int) -> None:
    """Train a deep sigmoid network.

    The loss is flat at ln 10 for the first epochs, then it falls.
    """
    task = tasks.digits(seed)
    model = mlp(task, (32, 32, 32), activation="sigmoid")
    fit(model, task, tensorboard(folder), 60, optimizer=SGD(0.3, momentum=0.5))


def digits_running_mean(folder: Path, seed: int) -> None:
    """Log within epochs too.

    `batch_loss` is a running mean and steps at each new epoch; all losses fall.
    """
    task = tasks.digits(seed)
    fit(mlp(task, (32,)), task, tensorboard(folder, update_freq=5), 20, optimizer=SGD(0.05), batch=34)


def diabetes_regression(folder: Path, seed: int) -> None:
    """A regression with much noise in its target.

    Both losses fall and level off at a high floor, the noise.
    """
    task = tasks.diabetes(seed)
    fit(mlp(task, (8,)), task, tensorboard(folder), 40, optimizer=SGD(0.005, momentum=0.5), batch=16)


def friedman_resumed_cleanly(folder: Path, seed: int) -> None:
    """Stop after epoch 24 and go on from there with `append=True`.

    One curve, no epoch twice; both losses fall.
    """
    task = tasks.friedman(seed)
    model = mlp(task, (32,))
    fit(model, task, csv(folder), 25, optimizer=Adam(2e-3))
    fit(model, task, csv(folder, append=True), 50, first_epoch=25)


def digits_cosine_restarts_epochs(folder: Path, seed: int) -> None:
    """Start a cosine schedule anew every 15 epochs.

    Each restart of the logged rate lifts the loss for a while; each cycle ends lower.
    """
    task = tasks.digits(seed).with_label_noise(0.1, seed)

    def rate(epoch: int) -> float:
        return 0.001 + 0.399 * 0.5 * (1 + np.cos(np.pi * (epoch % 15) / 15))

    fit(mlp(task, (24,), dropout=0.1), task, csv(folder), 60, optimizer=SGD(0.4), schedule=rate, batch=16)


def moons_early_stopped(folder: Path, seed: int) -> None:
    """Stop by patience once the validation loss has stopped falling.

    Both losses fall and level off; the run ends at epoch 37 of 60.
    """
    task = tasks.moons(seed, noise=0.25)
    stop = keras.callbacks.EarlyStopping(patience=5, min_delta=1e-3)
    fit(mlp(task, (16,)), task, tensorboard(folder), 60, optimizer=Adam(1e-2), callbacks=[stop])
