"""Training with Keras, logged by its TensorBoard callback or its CSVLogger."""

from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from benchmarks.samples import keras_trainer
from benchmarks.samples.tasks import Task
from benchmarks.trainings.measures import Measures
from benchmarks.trainings.recorder import Recorder
from benchmarks.trainings.setup import Setup

LOSSES = {"loss": "loss", "val_loss": "val_loss", "accuracy": "accuracy", "val_accuracy": "val_accuracy"}


class Rows(keras.utils.PyDataset):
    """Mini-batches in a new order each epoch, with the fault of the setup done to them."""

    def __init__(self, setup: Setup, task: Task) -> None:
        super().__init__()
        self.setup, self.task = setup, task
        self.rng, self.epoch = np.random.default_rng(setup.seed + 1), 0
        self.batch = min(setup.batch, len(task.x))
        self.order = self.rng.permutation(len(task.x))

    def __len__(self) -> int:
        """Whole mini-batches in one epoch."""
        return len(self.task.x) // self.batch

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """One mini-batch."""
        rows = self.order[index * self.batch : (index + 1) * self.batch]
        x, y = self.task.x[rows], self.task.y[rows]
        if self.setup.damage:
            share = (self.epoch + index / len(self)) / self.setup.epochs
            x, y = self.setup.damage(share, x, y, self.rng)
        return x.astype(self.task.x.dtype), y

    def on_epoch_end(self) -> None:
        """Draw the order of the next epoch."""
        self.epoch += 1
        self.order = self.rng.permutation(len(self.task.x))


class Check(keras.utils.PyDataset):
    """The validation set as one batch, as the run sees it in this epoch."""

    def __init__(self, setup: Setup, task: Task) -> None:
        super().__init__()
        self.setup, self.task, self.epoch = setup, task, 0

    def __len__(self) -> int:
        """One batch."""
        return 1

    def __getitem__(self, _index: int) -> tuple[np.ndarray, np.ndarray]:
        """All rows; the same ones when asked twice in an epoch."""
        x, y = self.task.x_val, self.task.y_val
        if self.setup.check:
            rng = np.random.default_rng(self.setup.seed + self.epoch)
            x, y = self.setup.check(self.epoch / self.setup.epochs, x, y, rng)
        return x.astype(self.task.x.dtype), y


class Watch(keras.callbacks.Callback):
    """Measures at the end of each epoch what the log does not hold."""

    def __init__(self, setup: Setup, task: Task, recorder: Recorder, check: Check) -> None:
        super().__init__()
        self.setup, self.task, self.recorder, self.check = setup, task, recorder, check
        self.gradient: Callable[[], list[tf.Tensor]] | None = None

    def on_train_begin(self, logs: object = None) -> None:
        """Before any update."""
        layers = [layer for layer in self.model.layers if getattr(layer, "activation", None) is not None]
        hidden = [layer.output for layer in layers[:-1] if not isinstance(layer, keras.layers.GRU)]
        probe = keras.Model(self.model.inputs, [*hidden, self.model.outputs[0]])
        self.probe = tf.function(lambda x: _listed(probe(x, training=False)), reduce_retracing=True)
        self.measure(-1)

    def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
        """Tell the validation set how far the run is."""
        self.check.epoch = epoch

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Measure and keep what the writer gets."""
        for name in LOSSES:
            if logs and name in logs:
                self.recorder.log(name, epoch, float(logs[name]))
        self.recorder.log("lr", epoch, float(self.model.optimizer.learning_rate))
        self.measure(epoch)

    def measure(self, step: int) -> None:
        """Hand all to the recorder."""
        *inside, last = [o.numpy() for o in self.probe(tf.constant(self.recorder.x))]
        x_val, y_val = self.check[0]
        seen = self.probe(tf.constant(x_val))[-1].numpy()
        activations = [a.reshape(-1, a.shape[-1]) for a in inside]
        weights = [w for w in self.model.weights if len(w.shape) > 1]
        norms = {"gradient": self.gradients(), "weight": [float(np.linalg.norm(w.numpy())) for w in weights]}
        self.recorder.measure(step, self.logits(last), (self.logits(seen), y_val), activations, norms)

    def logits(self, output: np.ndarray) -> np.ndarray:
        """Keras' probabilities, clipped as its loss clips them, back to scores."""
        return output if self.setup.is_regression else np.log(np.clip(output, 1e-7, 1.0))

    def gradients(self) -> list[float]:
        """The norm of the loss's gradient over all training rows, for each weight matrix."""
        weights = [w for w in self.model.trainable_variables if len(w.shape) > 1]
        if not weights:
            return [0.0] * sum(len(w.shape) > 1 for w in self.model.weights)
        if self.gradient is None:
            x, y = tf.constant(self.recorder.x), tf.constant(self.recorder.y)

            @tf.function
            def gradient() -> list[tf.Tensor]:
                with tf.GradientTape() as tape:
                    loss = tf.reduce_mean(self.model.loss(y, self.model(x, training=False)))
                found = tape.gradient(loss, [w.value for w in weights])
                return [tf.norm(g) for g in found]

            self.gradient = gradient
        return [float(g) for g in self.gradient()]


def _listed(out: object) -> list[tf.Tensor]:
    return list(out) if isinstance(out, list | tuple) else [out]


def build(setup: Setup, task: Task) -> keras.Model:
    """The network of a setup, before its faults of initialisation."""
    k, model = keras.layers, setup.spec.model
    end = k.Dense(task.n_out, activation=None if setup.is_regression else "softmax")
    rest = [k.Dropout(setup.dropout)] if setup.dropout else []
    if model == "dense":
        body: list[keras.Layer] = []
        for width in setup.hidden:
            body += [
                k.Dense(width, activation=setup.activation),
                *([k.Dropout(setup.dropout)] if setup.dropout else []),
            ]
    elif model == "conv":
        body = [k.Reshape((8, 8, 1))]
        for width in setup.hidden:
            body += [k.Conv2D(width, 3, padding="same", activation=setup.activation), k.MaxPooling2D()]
        body += [k.Flatten(), *rest]
    elif model == "letters":
        body = [k.Embedding(task.n_out, 16), k.GRU(setup.hidden[0], return_sequences=True), *rest]
    else:
        body = [k.GRU(setup.hidden[0]), *rest]
    dtype = "int64" if model == "letters" else "float32"
    return keras.Sequential([keras.Input(task.x.shape[1:], dtype=dtype), *body, end])


def spoil(model: keras.Model, init: str) -> None:
    """Faults of initialisation."""
    if init == "zero":
        model.set_weights([np.zeros_like(w) for w in model.get_weights()])
    body = [
        layer for layer in model.layers[:-1] if isinstance(layer, keras.layers.Dense | keras.layers.Conv2D)
    ]
    for layer in body:
        kernel, bias = layer.get_weights()
        if init == "large":
            layer.set_weights([kernel * 12.0, bias])
        if init == "dying":
            layer.set_weights([kernel, bias - 12.0])


def loss_of(setup: Setup) -> object:
    """The loss that is trained and logged."""
    if setup.is_regression:
        return keras.losses.get("mse")
    if setup.loss != "log-of-zero":
        return keras.losses.get(keras_trainer.CROSS_ENTROPY)

    def cross_entropy(y: tf.Tensor, p: tf.Tensor) -> tf.Tensor:
        hot = tf.one_hot(tf.cast(tf.reshape(y, [-1]), tf.int32), p.shape[-1])
        return -tf.reduce_sum(hot * tf.math.log(p) + (1.0 - hot) * tf.math.log(1.0 - p), axis=-1)

    return cross_entropy


def optimizer_of(setup: Setup) -> keras.optimizers.Optimizer:
    """The optimizer; Keras clips each one itself."""
    clip = {"global_clipnorm": setup.clip} if np.isfinite(setup.clip) else {}
    if setup.optimizer == "sgd":
        return keras.optimizers.SGD(setup.lr, momentum=setup.momentum, **clip)
    return keras.optimizers.Adam(setup.lr, beta_2=0.9999 if setup.optimizer == "adam-slow" else 0.999, **clip)


def train(setup: Setup, folder: Path) -> Measures:
    """Train one run, log it below `folder`, and give its measures."""
    keras.backend.clear_session()
    keras.utils.set_random_seed(setup.seed % 2**31)
    task = setup.task()
    model = build(setup, task)
    spoil(model, setup.init)
    metrics = ["mae"] if setup.is_regression else ["accuracy"]
    if setup.warm_start:
        model.compile(keras.optimizers.Adam(setup.spec.lr), loss_of(setup), metrics=metrics)
        model.fit(task.x, task.y, batch_size=setup.batch, epochs=setup.warm_start, verbose=0)
    model.trainable = not setup.frozen
    model.compile(optimizer_of(setup), loss_of(setup), metrics=metrics)
    recorder, check = Recorder(setup, task), Check(setup, task)
    rows = Rows(setup, task)
    inside = 5 if "weights" in setup.log else 0
    writer = keras_trainer.csv(folder) if setup.format == "csv" else keras_trainer.tensorboard(folder, inside)
    rate = keras.callbacks.LearningRateScheduler(lambda epoch, _: setup.lr * setup.rate(epoch / setup.epochs))
    watch = Watch(setup, task, recorder, check)
    model.fit(rows, epochs=setup.epochs, validation_data=check, callbacks=[rate, watch, writer], verbose=0)
    shown = {"loss", "lr", "validation", setup.activation} | (
        {"weights"} if inside and setup.format != "csv" else set()
    )
    shown |= set() if setup.is_regression else {"accuracy"}
    return recorder.result(frozenset(shown), len(rows))
