"""Keras runs that go wrong."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import tensorflow as tf
from keras.optimizers import SGD, Adam

from samples import tasks
from samples.keras_trainer import Batches, csv, fit, mlp, tensorboard


def one_cycle(peak: float, at: int, epochs: int, floor: float) -> Callable[[int], float]:
    """A learning rate that climbs from `floor` to `peak` at epoch `at` and comes down again."""

    def rate(epoch: int) -> float:
        share = epoch / at if epoch <= at else (epochs - epoch) / (epochs - at)
        return floor * (peak / floor) ** max(share, 0.0)

    return rate


def digits_one_cycle_too_high(folder: Path, seed: int) -> None:
    """Let the peak of a one-cycle policy kill the ReLUs.

    Accuracy climbs over 0.9, falls to 1/10 at epoch 12 and stays; the loss settles at ln 10.
    """
    task = tasks.digits(seed)
    model = mlp(task, (48, 32))
    rate = one_cycle(peak=3.0, at=20, epochs=45, floor=0.02)
    fit(model, task, tensorboard(folder), 45, optimizer=SGD(0.02, momentum=0.9), schedule=rate)


def cancer_one_cycle_too_high(folder: Path, seed: int) -> None:
    """Let the peak of a one-cycle policy kill the ReLUs, with two unequal classes.

    Accuracy falls from 0.99 to 0.63, the share of the larger class; the loss settles at that share's entropy.
    """
    task = tasks.breast_cancer(seed)
    model = mlp(task, (12, 8))
    rate = one_cycle(peak=8.0, at=22, epochs=50, floor=0.004)
    fit(model, task, csv(folder), 50, optimizer=SGD(0.005, clipnorm=1.0), schedule=rate)


def digits_labels_shuffled_apart(folder: Path, seed: int) -> None:
    """Shuffle inputs and labels with two generators, so that no label belongs to its image.

    Accuracy stays at 1/10 from start to end while the loss comes down to ln 10 and no further.
    """
    task, rng = tasks.digits(seed), np.random.default_rng(seed)
    batches = Batches(task, seed, lambda _epoch, _index, x, _y: (x, rng.choice(task.y, len(x))))
    fit(mlp(task, (32,)), task, tensorboard(folder), 40, optimizer=Adam(1e-3), batches=batches)


def cancer_labels_shuffled_apart(folder: Path, seed: int) -> None:
    """Shuffle inputs and labels with two generators, with two unequal classes.

    Accuracy hovers around 0.63, the share of the larger class, and the loss around that share's entropy.
    """
    task, rng = tasks.breast_cancer(seed), np.random.default_rng(seed)
    batches = Batches(task, seed, lambda _epoch, _index, x, _y: (x, rng.choice(task.y, len(x))), batch=16)
    fit(mlp(task, (16,)), task, csv(folder), 45, optimizer=SGD(0.02), batches=batches)


def diabetes_frozen(folder: Path, seed: int) -> None:
    """Freeze all layers and forget to thaw them.

    Both losses are constant from start to end.
    """
    task = tasks.diabetes(seed)
    model = mlp(task, (16,))
    model.trainable = False
    fit(model, task, tensorboard(folder), 40, optimizer=Adam(1e-3))


def friedman_rate_of_nothing(folder: Path, seed: int) -> None:
    """Type 1e-9 for the learning rate.

    Both losses move by less than a thousandth.
    """
    task = tasks.friedman(seed)
    fit(mlp(task, (32, 16)), task, csv(folder), 40, optimizer=SGD(1e-9), schedule=lambda _: 1e-9)


def diabetes_rate_keeps_growing(folder: Path, seed: int) -> None:
    """Leave a learning-rate range test switched on: a linear model passes its edge of stability.

    The loss falls for half of the run and then grows without bound, still finite at the end.
    """
    task = tasks.diabetes(seed)
    writer = tensorboard(folder)
    fit(mlp(task, ()), task, writer, 40, optimizer=SGD(1e-3), schedule=lambda epoch: 2e-3 * 1.145**epoch)


def digits_rate_keeps_growing(folder: Path, seed: int) -> None:
    """Leave a learning-rate range test switched on, with Adam.

    The loss falls until epoch 16 and then climbs to ten thousand times its best; accuracy is lost with it.
    """
    task = tasks.digits(seed)
    model = mlp(task, (48,), activation="tanh")
    fit(model, task, csv(folder), 45, optimizer=Adam(1e-3), schedule=lambda epoch: 1e-3 * 1.25**epoch)


def digits_log_of_zero(folder: Path, seed: int) -> None:
    """Write cross-entropy by hand: once a probability rounds to 1, 0 * log(1 - p) is NaN.

    The losses fall; validation is NaN once at epoch 8, all is NaN from epoch 10 on, accuracy is at chance.
    """

    def cross_entropy(y: tf.Tensor, p: tf.Tensor) -> tf.Tensor:
        hot = tf.one_hot(tf.cast(tf.reshape(y, [-1]), tf.int32), 10)
        return -tf.reduce_sum(hot * tf.math.log(p) + (1.0 - hot) * tf.math.log(1.0 - p), axis=-1)

    task = tasks.digits(seed)
    fit(mlp(task, (64,)), task, tensorboard(folder), 40, optimizer=Adam(3e-2), loss=cross_entropy)


def wine_missing_value(folder: Path, seed: int) -> None:
    """Add a shard of data from epoch 22 on, in which one measurement is missing.

    Both losses fall steadily and are NaN from there on.
    """

    def damage(epoch: int, index: int, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        x = x.copy()
        x[0, 3] = np.nan if epoch >= 22 and index == 2 else x[0, 3]
        return x, y

    task = tasks.wine(seed)
    fit(mlp(task, (16,)), task, csv(folder), 40, optimizer=SGD(0.02), batches=Batches(task, seed, damage, 16))


def wine_rate_too_large(folder: Path, seed: int) -> None:
    """Update a linear model with the whole batch at a learning rate far beyond the edge of stability.

    The training loss swings between 0.3 and 3 all along and gains nothing.
    """
    task = tasks.wine(seed).with_label_noise(0.15, seed)
    fit(mlp(task, ()), task, tensorboard(folder), 60, optimizer=SGD(20.0), batch=len(task.x))


def cancer_rate_too_large_epochs(folder: Path, seed: int) -> None:
    """Update a linear model with the whole batch at a learning rate far beyond the edge of stability.

    The training loss swings between 0.5 and 10 all along and gains nothing.
    """
    task = tasks.breast_cancer(seed).with_label_noise(0.15, seed)
    fit(mlp(task, ()), task, csv(folder), 60, optimizer=SGD(8.0), batch=len(task.x), schedule=lambda _: 8.0)


def digits_inverted_batches_epochs(folder: Path, seed: int) -> None:
    """Read a shard of images in black on white, with another scale of grey, in three epochs.

    Each time the loss jumps for one epoch and is back on its old course in the next.
    """

    def damage(epoch: int, index: int, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return ((1 - x) * 3, y) if epoch in (14, 27, 38) and index in (20, 21, 22) else (x, y)

    task = tasks.digits(seed)
    model = mlp(task, (48,))
    fit(model, task, tensorboard(folder), 50, optimizer=SGD(0.03), batches=Batches(task, seed, damage))


def cancer_swapped_labels(folder: Path, seed: int) -> None:
    """Read a shard in which the two labels are swapped, in two epochs.

    Each time the loss jumps for one epoch and is back on its old course in the next.
    """

    def damage(epoch: int, index: int, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return (x, 1 - y) if epoch in (18, 33) and 9 <= index < 12 else (x, y)

    task = tasks.breast_cancer(seed)
    model = mlp(task, (16,))
    fit(model, task, csv(folder), 50, optimizer=Adam(1e-3), batches=Batches(task, seed, damage, 16))


def digits_one_batch_breaks_it_epochs(folder: Path, seed: int) -> None:
    """Feed one inverted, unscaled batch in epoch 20: its update kills many hidden units for good.

    The loss jumps and stays far above the level it had reached.
    """

    def damage(epoch: int, index: int, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return ((1 - x) * 150, y) if epoch == 20 and index == 30 else (x, y)

    task = tasks.digits(seed)
    model = mlp(task, (12, 12))
    fit(model, task, tensorboard(folder), 50, optimizer=SGD(0.05), batches=Batches(task, seed, damage))


def wine_mislabelled_shard(folder: Path, seed: int) -> None:
    """Read another copy of the data from epoch 25 on, in which labels were mixed up.

    The training loss jumps and settles ten times higher; the validation loss follows it.
    """
    task = tasks.wine(seed)
    wrong = np.random.default_rng(seed).random(len(task.y)) < 0.35
    mixed = dict(zip(map(bytes, task.x[wrong]), (task.y[wrong] + 1) % 3, strict=True))

    def damage(epoch: int, _index: int, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        if epoch < 25:
            return x, y
        return x, np.array([mixed.get(bytes(row), label) for row, label in zip(x, y, strict=True)])

    batches = Batches(task, seed, damage, 16)
    fit(mlp(task, (8,)), task, csv(folder), 55, optimizer=Adam(5e-3), batches=batches)


def digits_few_samples(folder: Path, seed: int) -> None:
    """Train a wide network on 150 images, a quarter of them with labels drawn anew.

    Validation loss turns at epoch 12 and rises by half while training loss goes to zero.
    """
    task = tasks.digits(seed).first(150).with_label_noise(0.25, seed)
    fit(mlp(task, (128, 64)), task, tensorboard(folder), 60, optimizer=Adam(3e-3), batch=16)


def cancer_label_noise(folder: Path, seed: int) -> None:
    """Train a wide network on 120 patients, a quarter of them with labels drawn anew.

    Validation loss turns around epoch 10 and rises by half while training loss goes to zero.
    """
    task = tasks.breast_cancer(seed).first(120).with_label_noise(0.25, seed)
    fit(mlp(task, (128, 64)), task, csv(folder), 50, optimizer=Adam(1e-3), batch=16)
