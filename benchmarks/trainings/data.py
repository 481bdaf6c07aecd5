"""The tasks of the trainings: what is learned, by which kind of network, and how it is usually trained."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sklearn import datasets

from benchmarks.samples import tasks
from benchmarks.samples.tasks import Task


@dataclass(frozen=True)
class Spec:
    """A task. `kind` is classes or regression; `model` dense, conv, recurrent or letters.

    `hidden`, `lr` (of Adam), `batch` and `epochs` are what a careful user would take; `sgd` is how much
    faster than a dense classifier it is taught by plain gradient descent.
    """

    name: str
    make: Callable[[int], Task]
    kind: str = "classes"
    model: str = "dense"
    hidden: tuple[int, ...] = (32,)
    lr: float = 3e-3
    batch: int = 32
    epochs: int = 30
    sgd: float = 1.0


def blobs(seed: int) -> Task:
    """Six overlapping clouds in eight dimensions; the place of the clouds does not depend on the seed."""
    centres = np.random.default_rng(5).normal(0, 2.2, (6, 8))
    x, y = datasets.make_blobs(1000, centers=centres, cluster_std=2.0, random_state=seed)
    return tasks.classes(x, y, seed, scaled=True)


def hypercube(seed: int) -> Task:
    """Eight classes in twenty dimensions, ten of them informative."""
    x, y = datasets.make_classification(
        1200, 20, n_informative=10, n_classes=8, n_clusters_per_class=1, class_sep=1.6, random_state=seed
    )
    return tasks.classes(x, y, seed, scaled=True)


def shells(seed: int) -> Task:
    """Four nested shells of a Gaussian in three dimensions."""
    x, y = datasets.make_gaussian_quantiles(n_samples=1000, n_features=3, n_classes=4, random_state=seed)
    return tasks.classes(x, y, seed, scaled=True)


def rare(seed: int) -> Task:
    """Two classes, one of them with a share of 0.1."""
    x, y = datasets.make_classification(
        1200, 16, n_informative=8, weights=[0.9], class_sep=1.3, flip_y=0.01, random_state=seed
    )
    return tasks.classes(x, y, seed, scaled=True)


def spirals(seed: int) -> Task:
    """Three interleaved arms."""
    rng = np.random.default_rng(seed)
    y = np.arange(1050) % 3
    radius = rng.uniform(0.1, 1, len(y))
    angle = 4.5 * radius + y * 2 * np.pi / 3 + rng.normal(0, 0.15, len(y))
    return tasks.classes(np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1), y, seed, scaled=True)


def strokes(seed: int) -> Task:
    """8x8 images of a noisy bar in one of four directions."""
    rng = np.random.default_rng(seed)
    y = np.arange(800) % 4
    row, column = np.mgrid[0:8, 0:8] - 3.5
    angle = y * np.pi / 4 + rng.normal(0, 0.12, len(y))
    offset = rng.uniform(-2, 2, len(y))
    distance = np.abs(
        row * np.cos(angle)[:, None, None] + column * np.sin(angle)[:, None, None] - offset[:, None, None]
    )
    return tasks.classes(
        ((distance < 0.8) + rng.normal(0, 0.35, distance.shape)).reshape(len(y), 64), y, seed, scaled=True
    )


def waves(seed: int) -> Task:
    """Sequences `(n, 20, 1)` of noisy waves: sine, square, sawtooth, or noise alone."""
    rng = np.random.default_rng(seed)
    y = np.arange(600) % 4
    phase = rng.uniform(0, 1, len(y))[:, None] + np.arange(20) * rng.uniform(0.1, 0.25, len(y))[:, None]
    shapes = np.stack(
        [
            np.sin(2 * np.pi * phase),
            np.sign(np.sin(2 * np.pi * phase)),
            2 * (phase % 1) - 1,
            np.zeros_like(phase),
        ]
    )
    x = (
        shapes[y, np.arange(len(y))]
        + rng.normal(0, 0.2, phase.shape)
        + (y == 3)[:, None] * rng.normal(0, 0.8, phase.shape)
    )
    task = tasks.classes(x, y, seed, scaled=True)
    return Task(task.x[..., None], task.y, task.x_val[..., None], task.y_val, task.n_out)


def letters(seed: int) -> Task:
    """The next character of a made-up text."""
    return tasks.sentences(seed, 6000)


def friedman3(seed: int) -> Task:
    """Friedman's third regression problem."""
    return tasks.regression(*datasets.make_friedman3(900, noise=0.1, random_state=seed), seed)


def codes(seed: int) -> Task:
    """Digits to be written back through a narrow layer."""
    task = tasks.digits(seed)
    return Task(task.x, task.x, task.x_val, task.x_val, task.x.shape[1])


SPECS = (
    Spec("digits", tasks.digits, hidden=(48,), epochs=30),
    Spec("wine", tasks.wine, hidden=(16,), batch=16, epochs=40),
    Spec("cancer", tasks.breast_cancer, hidden=(16,), epochs=40),
    Spec("moons", lambda seed: tasks.moons(seed, 0.25), hidden=(32, 16), lr=5e-3, epochs=35),
    Spec("blobs", blobs, hidden=(32,), epochs=30),
    Spec("hypercube", hypercube, hidden=(48,), lr=2e-3, epochs=30),
    Spec("shells", shells, hidden=(32, 32), lr=4e-3, epochs=35),
    Spec("rare", rare, hidden=(24,), epochs=30),
    Spec("spirals", spirals, hidden=(32, 32), lr=6e-3, epochs=40),
    Spec("strokes", strokes, model="conv", hidden=(8, 8), lr=4e-3, epochs=25),
    Spec("waves", waves, sgd=5.0, model="recurrent", hidden=(16,), lr=6e-3, epochs=30),
    Spec("letters", letters, sgd=20.0, model="letters", hidden=(24,), lr=1e-2, batch=16, epochs=20),
    Spec("diabetes", tasks.diabetes, kind="regression", hidden=(16,), lr=2e-3, epochs=40),
    Spec("friedman1", tasks.friedman, kind="regression", hidden=(32,), epochs=40),
    Spec("friedman3", friedman3, kind="regression", hidden=(24, 24), epochs=40),
    Spec("codes", codes, sgd=20.0, kind="regression", hidden=(32, 12, 32), epochs=30),
)
