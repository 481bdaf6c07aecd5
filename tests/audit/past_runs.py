"""Past runs made for tests."""

import random

from loganalyzer.model.archive import Fault, PastRun


def past(name, *faults, severity="critical", decidable=None, **known):
    """A run that failed of these pathologies; a critical one makes it sick."""
    found = tuple(Fault(fault, severity, 0.9, decidable=decidable) for fault in faults)
    verdict = "healthy" if not found else "sick" if severity == "critical" else "suspect"
    known.setdefault("verdict", verdict)
    return PastRun(name, headline=faults[0] if faults else "", faults=found, **known)


def sweep(size, chance_of, seed=0, fault="divergence"):
    """A random search of `size` runs that fail at the chance that `chance_of` says for their settings."""
    rng = random.Random(seed)
    runs = []
    for at in range(size):
        settings = {
            "lr": 10 ** rng.uniform(-4, 0),
            "warmup": rng.choice([0.0, 100.0]),
            "optimizer": rng.choice(["adam", "lion", "sgd"]),
            "dropout": rng.random(),
            "norm": rng.random() < 0.5,
            "seed": float(at),
        }
        failing = rng.random() < chance_of(settings)
        runs.append(past(f"sweep/{at:04d}", *([fault] if failing else []), hparams=settings))
    return runs
