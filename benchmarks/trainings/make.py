"""Make all runs: which recipe goes with which task, in which framework, with which seed."""

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.trainings import measures
from benchmarks.trainings.data import SPECS, Spec
from benchmarks.trainings.faults import FAULTS, Recipe
from benchmarks.trainings.setup import USUAL, Setup
from benchmarks.trainings.sound import SOUND

# Of five possible runs two are made; all tasks have the plain ones, which say what a task can reach.
ALWAYS = ("plain", "plain-updates", "plain-inside")
# How much faster than a dense network each kind is taught by plain gradient descent.
PLAIN_SGD = {"dense": 1.0, "conv": 1.0, "recurrent": 5.0, "letters": 20.0}
NEEDS_EVENTS = {"weights", "gradients", "activations", "logits"}


def setups(seed: int) -> Iterator[Setup]:
    """All supervised runs of one seed, the same ones for the same seed."""
    for t, spec in enumerate(SPECS):
        for r, recipe in enumerate((*SOUND, *FAULTS)):
            fits = spec.kind in recipe.kinds and spec.model in recipe.models
            if fits and (recipe.name in ALWAYS or (t + 2 * r) % 5 < 2):
                yield setup(spec, recipe, seed, t + r)


def setup(spec: Spec, recipe: Recipe, seed: int, turn: int) -> Setup:
    """One run; `turn` decides framework and format."""
    digest = hashlib.sha256(f"{spec.name}/{recipe.name}/{seed}".encode()).digest()
    run_seed = int.from_bytes(digest[:3], "big")
    rng = np.random.default_rng(run_seed)
    framework = recipe.frameworks[turn % len(recipe.frameworks)]
    fields: dict[str, Any] = {
        "hidden": spec.hidden,
        "lr": spec.lr,
        "batch": spec.batch,
        "epochs": spec.epochs,
    }
    fields |= dict(recipe.change(spec, rng))
    if spec.model != "dense" and len(fields["hidden"]) != len(spec.hidden):
        fields["hidden"] = spec.hidden
    if fields.get("optimizer") == "sgd":
        fields["lr"] *= PLAIN_SGD[spec.model]
    can_table = not NEEDS_EVENTS & fields.get("log", USUAL) and not fields.get("facts")
    formats = ("tfevents", "csv", "tensorboardx", "tfevents") if framework == "torch" else ("tfevents", "csv")
    chosen = formats[int(rng.integers(len(formats)))]
    if chosen == "csv" and not can_table:
        chosen = "tfevents"
    return Setup(spec, recipe.name, framework, chosen, run_seed, **fields)


def make(out: Path, seed: int, tasks: list[str], faults: list[str]) -> None:
    """Train what was asked for, below `OUT/TASK/RUN`."""
    from benchmarks.trainings import keras_runs, torch_runs

    trainers = {"keras": keras_runs.train, "torch": torch_runs.train}
    for one in setups(seed):
        if (tasks and one.spec.name not in tasks) or (faults and one.fault not in faults):
            continue
        folder = out / one.spec.name / one.name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        measures.save(trainers[one.framework](one, folder), folder)
        print(folder, flush=True)
