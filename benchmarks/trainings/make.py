"""Make all runs: which recipe goes with which task, in which framework, with which seed."""

import hashlib
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
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
NEEDS_EVENTS = {"weights", "gradients", "activations", "logits"}


Train = Callable[[Path], measures.Measures]


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
    # Keras compiles each run anew, which takes longer than the training: it makes one run of three.
    framework = recipe.frameworks[0 if turn % 3 == 0 else -1]
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
        fields["lr"] *= spec.sgd
    can_table = not NEEDS_EVENTS & fields.get("log", USUAL) and not fields.get("facts")
    formats = ("tfevents", "csv", "tensorboardx", "tfevents") if framework == "torch" else ("tfevents", "csv")
    chosen = formats[int(rng.integers(len(formats)))]
    if chosen == "csv" and not can_table:
        chosen = "tfevents"
    return Setup(spec, recipe.name, framework, chosen, run_seed, **fields)


def make(out: Path, seed: int, tasks: list[str], faults: list[str], *, missing: bool) -> None:
    """Train what was asked for below `OUT/TASK/RUN`; `missing`: only what is not there yet."""
    from benchmarks.trainings import keras_runs, play, torch_runs

    trainers = {"keras": keras_runs.train, "torch": torch_runs.train}
    todo = [
        (one.spec.name, one.fault, one.name, partial(trainers[one.framework], one)) for one in setups(seed)
    ]
    todo += [(one.task, one.fault, one.name, partial(one.train, one.seed)) for one in play.runs(seed)]
    for task, fault, name, train in _in_turn(todo):
        folder = out / task / name
        is_there = missing and (folder / measures.FILE).exists()
        if is_there or (tasks and task not in tasks) or (faults and fault not in faults):
            continue
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        measures.save(train(folder), folder)
        print(folder, flush=True)


def _in_turn(todo: list[tuple[str, str, str, Train]]) -> list[tuple[str, str, str, Train]]:
    """The plain runs, then one of each task in turn, so that an unfinished making is balanced."""
    mixed = sorted(todo, key=lambda one: (one[1] not in ALWAYS, hashlib.sha256(one[2].encode()).digest()))
    seen: Counter[str] = Counter()
    turns = []
    for one in mixed:
        turns.append((seen[one[0]], one))
        seen[one[0]] += 1
    return [one for _, one in sorted(turns, key=lambda turn: turn[0])]
