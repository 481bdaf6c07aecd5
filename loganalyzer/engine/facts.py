"""What is known of a run besides its curves."""

from __future__ import annotations

from collections.abc import Mapping
from math import nan
from types import MappingProxyType

import numpy as np

from loganalyzer.features import Facts
from loganalyzer.model.role import Role
from loganalyzer.model.run import Run, Series

CLASS_NAMES = frozenset(
    {"num_classes", "n_classes", "nb_classes", "num_class", "n_class", "nclass", "nclasses", "classes"}
    | {"num_labels", "n_labels", "nc"}
)
VOCABULARY_NAMES = frozenset({"vocab_size", "n_vocab", "vocabulary_size", "padded_vocab_size"})
MIN_EPOCHS = 3
EPOCH_NAMES = frozenset({"epochs", "num_epochs", "n_epochs", "max_epochs", "num_train_epochs"})

NO_ROLES: Mapping[str, Role] = MappingProxyType({})
# what only a policy, or only one of two players, is measured by
OF_POLICIES = frozenset({"reward", "policy_loss", "value_loss", "explained_variance"})
OF_PLAYERS = frozenset({"generator_loss", "discriminator_loss"})


def facts_of(run: Run, classes: int | None, roles: Mapping[str, Role] = NO_ROLES) -> Facts:
    """Gather the facts that rules may use; `classes` from the user wins over hyper-parameters."""
    kinds = [problem.kind for problem in run.problems]
    steps = [series.step_at(-1) for series in run.series if series.axis == "epoch" and len(series)]
    quantities = {role.quantity for role in roles.values()}
    return Facts(
        classes=float(classes) if classes else _hyperparameter(run, CLASS_NAMES),
        restarts=float(kinds.count("restarted")),
        superseded=float(sum(series.superseded for series in run.series)),
        duplicated=_duplicated(run),
        cut_files=float(kinds.count("truncated")),
        unfinished=float(_unfinished(run)),
        planned_steps=_hyperparameter(run, EPOCH_NAMES),
        last_step=float(max(steps)) if steps else nan,
        reinforcement=float(bool(quantities & OF_POLICIES)),
        adversarial=float(bool(quantities & OF_PLAYERS)),
        vocabulary=_hyperparameter(run, VOCABULARY_NAMES),
    )


def _duplicated(run: Run) -> float:
    """The share of the run's points that were found a second time and counted once."""
    again = sum(problem.lost for problem in run.problems if problem.kind == "duplicate")
    return again / max(sum(len(series) for series in run.series), 1)


def _unfinished(run: Run) -> int:
    """How many points of the best-filled batch curve were written after the last epoch was summed up."""
    clocked = [series for series in run.series if series.wall_time is not None and len(series) >= MIN_EPOCHS]
    if not clocked:
        return 0
    most = max(clocked, key=lambda series: (len(series), series.tag))
    epochs = [series for series in clocked if _counts_epochs(series) and 2 * len(series) <= len(most)]
    if not epochs:
        return 0
    summed_up = max(float(series.wall_time[-1]) for series in epochs if series.wall_time is not None)
    return int(np.count_nonzero(most.wall_time > summed_up)) if most.wall_time is not None else 0


def _counts_epochs(series: Series) -> bool:
    """Whether the steps are 0, 1, 2 ... or 1, 2, 3 ..."""
    return series.step_at(0) in (0, 1) and series.step_at(-1) - series.step_at(0) == len(series) - 1


def _hyperparameter(run: Run, names: frozenset[str]) -> float:
    for name, value in sorted(run.hparams.items()):
        last = name.lower().replace(".", "/").rpartition("/")[2]
        if last in names and isinstance(value, int | float) and value > 0:
            return float(value)
    return nan
