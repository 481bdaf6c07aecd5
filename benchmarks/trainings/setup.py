"""What a run is: everything that decides its curve, as data, for both frameworks."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from benchmarks.samples.tasks import Task
from benchmarks.trainings.data import Spec

Rows = tuple[np.ndarray, np.ndarray]
Rate = Callable[[float], float]
Alter = Callable[[Task, np.random.Generator], Task]
Damage = Callable[[float, np.ndarray, np.ndarray, np.random.Generator], Rows]
# What a usual log holds.
USUAL = frozenset({"accuracy", "lr", "validation"})


def constant(_share: float) -> float:
    """The same learning rate all along."""
    return 1.0


@dataclass(frozen=True)
class Setup:
    """One run.

    Attributes:
        spec: the task.
        fault: name of the recipe; no label.
        framework: keras or torch.
        format: tfevents, tensorboardx or csv.
        seed: of data, weights, order and faults.
        rate: factor of the learning rate for the share 0..1 of the run that is done.
        per_update: log single updates instead of means over epochs.
        alter: made of the data before training.
        noise: share of the training targets that are drawn anew afterwards.
        damage: made of each training batch, for the share of the run that is done.
        always_damaged: measure on training rows to which `damage` was done, because the run sees no others.
        overflows: from this share of the run on, most gradients overflow in half precision.
        check: made of the validation set at each evaluation, for the share that is done.
        order: shuffled, fixed or sorted by target.
        init: default, large, huge-head, tiny, dying, shifted-logits or zero.
        loss: default, log-of-zero or summed.
        log: what is logged.
        warm_start: epochs of an earlier training that nobody logged.
        patience: epochs without a better validation loss after which to stop; 0: never.
        facts: integrity faults that the maker brings about: truncated-run, restart-overlap.
    """

    spec: Spec
    fault: str
    framework: str
    format: str
    seed: int
    hidden: tuple[int, ...] = (32,)
    activation: str = "relu"
    norm: bool = False
    norm_momentum: float = 0.1
    dropout: float = 0.0
    optimizer: str = "adam"
    momentum: float = 0.0
    lr: float = 3e-3
    rate: Rate = constant
    batch: int = 32
    epochs: int = 30
    per_update: bool = False
    smoothing: float = 0.0
    weight_decay: float = 0.0
    clip: float = float("inf")
    alter: Alter | None = None
    noise: float = 0.0
    damage: Damage | None = None
    always_damaged: bool = False
    overflows: float = 2.0
    check: Damage | None = None
    order: str = "shuffled"
    init: str = "default"
    loss: str = "default"
    frozen: bool = False
    mixed: bool = False
    masked: bool = False
    wrong_metric: bool = False
    warm_start: int = 0
    patience: int = 0
    log: frozenset[str] = USUAL
    facts: frozenset[str] = field(default_factory=frozenset)

    @property
    def name(self) -> str:
        """The name of the run, unique in its task."""
        return f"{self.fault}-{self.framework}-{self.seed}"

    @property
    def is_regression(self) -> bool:
        """No accuracy, loss is a squared error."""
        return self.spec.kind == "regression"

    def seen(self, task: Task) -> Rows:
        """The training rows as the run sees them."""
        if self.damage and self.always_damaged:
            x, y = self.damage(0.5, task.x, task.y, np.random.default_rng(self.seed))
            return x.astype(task.x.dtype), y
        return task.x, task.y

    def task(self) -> Task:
        """The data of this run."""
        rng = np.random.default_rng(self.seed)
        task = self.spec.make(self.seed % 1000)
        task = self.alter(task, rng) if self.alter else task
        if not self.noise:
            return task
        y, wrong = task.y.copy(), rng.random(len(task.y)) < self.noise
        y[wrong] = rng.permutation(y[wrong])
        return replace(task, y=y)
