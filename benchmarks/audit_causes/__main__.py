"""Prints how often causes are found in simulated sweeps.

    python -m benchmarks.audit_causes [--sweeps N] [--seed N]

A planted cause counts as reported where a cause names its hyper-parameters, all of them and no other, and
parts the runs as it does up to one in ten. Whatever else is reported is false.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter

from benchmarks.audit_causes.sweeps import Sweep, of_settings, sweep
from loganalyzer.audit.lessons.causes.find import find_causes
from loganalyzer.model.lessons import Cause, Condition
from loganalyzer.model.run import Hyperparameter

SIZES = (48, 96, 212, 500, 1000)
DESIGNS = ("random", "two projects", "grid")
ALIASES = {"copy_of_lr": "lr"}
AGREE = 0.9


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sweeps", type=int, default=30, help="for each kind, size and design")
    parser.add_argument("--seed", type=int, default=11)
    given = parser.parse_args()
    print(f"{'planted':12}{'runs':>6}  {'design':14}{'reported':>9}{'in part':>9}{'false':>7}{'s each':>8}")
    for kind in ("threshold", "choice", "both of two", "none"):
        total = Counter()
        for size in SIZES:
            for design in DESIGNS:
                total += _line(kind, size, design, given.sweeps, given.seed)
        _print(kind, "all", "", total)
    total = Counter()
    for number in range(given.sweeps):
        total += _judged(of_settings(300, random.Random(f"settings {given.seed} {number}")), number)
    _print("settings", "300", "5 seeds each", total)


def _line(kind: str, size: int, design: str, sweeps: int, seed: int) -> Counter:
    counts: Counter = Counter()
    for number in range(sweeps):
        made = sweep(kind, size, design, random.Random(f"{kind} {size} {design} {seed} {number}"))
        counts += _judged(made, number)
    _print(kind, str(size), design, counts)
    return counts


def _judged(made: Sweep, seed: int) -> Counter:
    began = time.perf_counter()
    causes = find_causes(made.runs, seed).causes
    spent = time.perf_counter() - began
    planted = [cause for cause in causes if cause.pathology == made.pathology]
    part = [cause for cause in planted if _names(cause) <= made.names]
    whole = [cause for cause in part if _names(cause) == made.names and _agrees(cause, made)]
    return Counter(sweeps=1, seconds=spent, whole=bool(whole), part=bool(part), false=len(part) < len(causes))


def _names(cause: Cause) -> frozenset[str]:
    return frozenset(ALIASES.get(condition.name, condition.name) for condition in cause.conditions)


def _agrees(cause: Cause, made: Sweep) -> bool:
    same = [
        all(_holds(c, run.hparams) for c in cause.conditions) == made.meets(run.hparams) for run in made.runs
    ]
    return sum(same) >= AGREE * len(same)


def _holds(condition: Condition, settings: dict[str, Hyperparameter]) -> bool:
    value = settings.get(condition.name)
    if value is None or condition.relation in ("is set", "is not set"):
        return (value is not None) == (condition.relation == "is set")
    if condition.relation in (">=", "<"):
        return (float(value) >= float(condition.value)) == (condition.relation == ">=")
    same = str(value) == condition.value if isinstance(value, str | bool) else value == float(condition.value)
    return same == (condition.relation == "=")


def _print(kind: str, size: str, design: str, counts: Counter) -> None:
    n = counts["sweeps"]
    shares = [counts[name] / n for name in ("whole", "part", "false")]
    columns = "".join(f"{share:{width}.1%}" for share, width in zip(shares, (9, 9, 7), strict=True))
    print(f"{kind:12}{size:>6}  {design:14}{columns}{counts['seconds'] / n:8.2f}", flush=True)


if __name__ == "__main__":
    main()
