"""Simulated sweeps of hyper-parameters with a cause of failures that is known, or with none."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import product

from loganalyzer.model.archive import Fault, PastRun
from loganalyzer.model.run import Hyperparameter

Settings = dict[str, Hyperparameter]
Draw = Callable[[random.Random], Settings]
FAULTS = ("collapse-to-chance", "divergence", "oscillation", "plateau")


@dataclass(frozen=True)
class Sweep:
    """Runs, the pathology that has a cause, the hyper-parameters it hangs on, and whether a run meets it."""

    runs: list[PastRun]
    pathology: str = ""
    names: frozenset[str] = frozenset()
    meets: Callable[[Settings], bool] = field(default=lambda settings: False)


def _searched(rng: random.Random) -> Settings:
    """A random search: rates on a logarithmic scale, choices, switches."""
    return {
        "lr": 10 ** rng.uniform(-4, 0),
        "weight_decay": rng.choice([0.0, 1e-4, 1e-3, 1e-2]),
        "batch_size": float(2 ** rng.randrange(4, 9)),
        "warmup_steps": rng.choice([0.0, 0.0, 100.0, 1000.0]),
        "dropout": round(rng.uniform(0, 0.5), 3),
        "optimizer": rng.choice(["adam", "adamw", "sgd"]),
        "batch_norm": rng.random() < 0.5,
    }


def _nuisance(rng: random.Random, number: int) -> Hyperparameter:
    kinds = (
        rng.random,
        lambda: rng.choice("abcd"),
        lambda: float(rng.randrange(8)),
        lambda: rng.random() < 0.3,
    )
    return kinds[number % len(kinds)]()


def settings_of(rng: random.Random, size: int, more: int, design: str) -> list[Settings]:
    """The settings of each run: searched at random, a grid with seeds, or of two projects that log unlike."""
    if design == "grid":
        levels = {
            "lr": [1e-3, 1e-2, 1e-1, 1.0],
            "warmup_steps": [0.0, 500.0],
            "optimizer": ["adam", "sgd", "lion"],
        }
        grid = [dict(zip(levels, values, strict=True)) for values in product(*levels.values())]
        return [grid[i % len(grid)] | {"seed": float(i // len(grid))} for i in range(size)]
    rows = []
    for at in range(size):
        row = _searched(rng) | {f"extra_{k}": _nuisance(rng, k) for k in range(more)}
        row["copy_of_lr"] = row["lr"]
        row |= {"seed": float(rng.randrange(10**6)), "out_dir": f"/data/{at:05d}", "epochs": 10.0}
        if design == "two projects" and at % 3 == 0:
            row = {name: value for name, value in row.items() if not name.startswith("extra_")}
        rows.append(row)
    return rows


def _causes(kind: str, rng: random.Random) -> tuple[frozenset[str], Callable[[Settings], bool]]:
    if kind == "threshold":
        limit = 10 ** rng.uniform(-2.2, -0.9)
        return frozenset({"lr"}), lambda s: float(s["lr"]) >= limit
    if kind == "choice":
        return frozenset({"optimizer"}), lambda s: s["optimizer"] == "sgd"
    limit = 10 ** rng.uniform(-2.4, -1.6)
    return frozenset({"lr", "warmup_steps"}), lambda s: float(s["lr"]) >= limit and s["warmup_steps"] == 0


def sweep(kind: str, size: int, design: str, rng: random.Random) -> Sweep:
    """A sweep in which one pathology has a cause of this kind, and up to three others come by chance."""
    rows = settings_of(rng, size, rng.choice([0, 4, 12, 24]), design)
    chances = {name: rng.uniform(0.03, 0.4) for name in rng.sample(FAULTS, rng.randint(1, len(FAULTS)))}
    if kind == "none":
        return Sweep([_run(at, row, chances, rng) for at, row in enumerate(rows)])
    pathology = next(iter(chances))
    names, meets = _causes(kind, rng)
    low, high = rng.uniform(0.0, 0.08), rng.uniform(0.7, 0.97)
    runs = [
        _run(at, row, chances | {pathology: high if meets(row) else low}, rng) for at, row in enumerate(rows)
    ]
    return Sweep(runs, pathology, names, meets)


def of_settings(size: int, rng: random.Random) -> Sweep:
    """No cause, but each setting, repeated with five seeds, fails at a rate of its own."""
    rows = []
    for _ in range(size // 5):
        one, rate = _searched(rng), rng.choice([0.02, 0.9])
        rows += [(one | {"seed": float(seed)}, rate) for seed in range(5)]
    return Sweep([_run(at, row, {FAULTS[0]: rate}, rng) for at, (row, rate) in enumerate(rows)])


def _run(at: int, settings: Settings, chances: dict[str, float], rng: random.Random) -> PastRun:
    found = [name for name, chance in chances.items() if rng.random() < chance]
    faults = tuple(Fault(name, "critical", 0.9) for name in sorted(found))
    return PastRun(
        name=f"sweep/run_{at:05d}",
        verdict="sick" if faults else "healthy",
        headline=faults[0].pathology if faults else "",
        faults=faults,
        hparams=settings,
    )
