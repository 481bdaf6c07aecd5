"""What is known of a run besides its curves."""

from __future__ import annotations

from math import nan

from loganalyzer.features import Facts
from loganalyzer.model.run import Run

CLASS_NAMES = frozenset({"num_classes", "n_classes", "nb_classes", "classes", "num_labels", "nc"})
EPOCH_NAMES = frozenset({"epochs", "num_epochs", "n_epochs", "max_epochs", "num_train_epochs"})


def facts_of(run: Run, classes: int | None) -> Facts:
    """Gather the facts that rules may use; `classes` from the user wins over hyper-parameters."""
    kinds = [problem.kind for problem in run.problems]
    steps = [series.step_at(-1) for series in run.series if series.axis == "epoch" and len(series)]
    return Facts(
        classes=float(classes) if classes else _hyperparameter(run, CLASS_NAMES),
        restarts=float(kinds.count("restarted")),
        superseded=float(sum(series.superseded for series in run.series)),
        cut_files=float(kinds.count("truncated")),
        planned_steps=_hyperparameter(run, EPOCH_NAMES),
        last_step=float(max(steps)) if steps else nan,
    )


def _hyperparameter(run: Run, names: frozenset[str]) -> float:
    for name, value in sorted(run.hparams.items()):
        if name.lower().rsplit("/", 1)[-1] in names and isinstance(value, int | float) and value > 0:
            return float(value)
    return nan
