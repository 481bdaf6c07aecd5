"""Small data sets, split and scaled: scikit-learn's own, and a text made by a tiny grammar."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sklearn import datasets
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Task:
    """Inputs `(n, d)` float32 and targets: classes `(n,)` int64, or `(n, 1)` float32 for a regression."""

    x: Array
    y: NDArray[np.generic]
    x_val: Array
    y_val: NDArray[np.generic]
    n_out: int

    def first(self, n: int) -> "Task":
        """The same task with only `n` training samples left."""
        return replace(self, x=self.x[:n], y=self.y[:n])

    def with_label_noise(self, share: float, seed: int) -> "Task":
        """The same task with a `share` of the training labels drawn anew."""
        rng = np.random.default_rng(seed)
        y = self.y.copy()
        wrong = rng.random(len(y)) < share
        y[wrong] = rng.integers(0, self.n_out, wrong.sum())
        return replace(self, y=y)


def digits(seed: int) -> Task:
    """8x8 digits, 10 classes, pixels in 0..1."""
    x, y = datasets.load_digits(return_X_y=True)
    return classes(x / 16.0, y, seed)


def wine(seed: int) -> Task:
    """13 measurements, 3 classes, 178 samples."""
    return classes(*datasets.load_wine(return_X_y=True), seed, scaled=True)


def breast_cancer(seed: int) -> Task:
    """30 measurements, 2 classes, the larger one with a share of 0.627."""
    return classes(*datasets.load_breast_cancer(return_X_y=True), seed, scaled=True)


def moons(seed: int, noise: float = 0.2, n: int = 1000) -> Task:
    """Two interleaving half circles."""
    return classes(*datasets.make_moons(n, noise=noise, random_state=seed), seed, scaled=True)


def diabetes(seed: int) -> Task:
    """10 measurements, a noisy regression target of unit variance."""
    return regression(*datasets.load_diabetes(return_X_y=True), seed)


def friedman(seed: int, noise: float = 1.0, n: int = 1000) -> Task:
    """Friedman's first regression problem, target of unit variance."""
    return regression(*datasets.make_friedman1(n, noise=noise, random_state=seed), seed)


def sentences(seed: int, n_chars: int, window: int = 24) -> Task:
    """Windows `(n, window)` of character codes of a made-up text; targets are shifted by one."""
    text = "".join(_words(np.random.default_rng(seed), n_chars))[: n_chars + 1]
    letters = sorted(set(text))
    code = np.array([letters.index(letter) for letter in text], dtype=np.int64)
    starts = np.arange(0, n_chars - window, window)
    x = np.stack([code[i : i + window] for i in starts])
    y = np.stack([code[i + 1 : i + window + 1] for i in starts])
    return Task(*_split(x, y, seed), n_out=len(letters))


def _words(rng: np.random.Generator, n_chars: int) -> Iterator[str]:
    subjects = ("the loss", "a gradient", "the network", "one batch", "my learning rate", "this layer")
    verbs = ("rises", "falls", "moves", "explodes", "vanishes", "settles", "jumps", "waits")
    tails = ("at once", "over night", "after an epoch", "without a reason", "as we hoped", "again")
    for _ in range(n_chars // 10):
        yield f"{rng.choice(subjects)} {rng.choice(verbs)} {rng.choice(tails)}. "


def classes(x: NDArray[np.float64], y: NDArray[np.int64], seed: int, *, scaled: bool = False) -> Task:
    x_train, y_train, x_val, y_val = _split(x, y.astype(np.int64), seed)
    if scaled:
        scaler = StandardScaler().fit(x_train)
        x_train, x_val = scaler.transform(x_train), scaler.transform(x_val)
    return Task(x_train.astype(np.float32), y_train, x_val.astype(np.float32), y_val, int(y.max()) + 1)


def regression(x: NDArray[np.float64], y: NDArray[np.float64], seed: int) -> Task:
    x_train, y_train, x_val, y_val = _split(x, y[:, None], seed)
    x_scaler, y_scaler = StandardScaler().fit(x_train), StandardScaler().fit(y_train)
    parts = (
        x_scaler.transform(x_train),
        y_scaler.transform(y_train),
        x_scaler.transform(x_val),
        y_scaler.transform(y_val),
    )
    return Task(*(part.astype(np.float32) for part in parts), n_out=1)


def _split(x: NDArray[np.generic], y: NDArray[np.generic], seed: int) -> tuple[NDArray[np.generic], ...]:
    x_train, x_val, y_train, y_val = train_test_split(x, y, test_size=0.25, random_state=seed)
    return x_train, y_train, x_val, y_val
