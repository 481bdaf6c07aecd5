"""The table the classifier is trained on: one row a run, simulated or really trained, with its labels."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.classifier.simulated import draw_all
from loganalyzer.engine.bind import curves_of
from loganalyzer.engine.classify import slots_of
from loganalyzer.engine.facts import facts_of
from loganalyzer.features.vector import as_row, describe, describe_segments
from loganalyzer.model.run import Run
from loganalyzer.readers.assemble import read_runs
from loganalyzer.readers.walk import find_runs
from loganalyzer.roles.resolve import resolve

PATH = Path(__file__).parent / "table.npz"
HEALTHY = "healthy"
# what a curve of another pathology looks like as well, or a remark that leaves a run sound
SOUND = frozenset(
    {HEALTHY, "loss-spikes", "stopped-early", "truncated-run", "restart-overlap", "wasted-compute"}
)


@dataclass(frozen=True)
class Example:
    """A run with its labels; `group` is what must be held out as a whole: a kind, or a task."""

    name: str
    run: Run
    source: str
    group: str
    labels: tuple[str, ...]
    accepted: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """`values` (rows, features) float32, `truth` (rows, classes) 0 or 1; the names are of shape (rows,)."""

    values: np.ndarray
    truth: np.ndarray
    features: tuple[str, ...]
    classes: tuple[str, ...]
    name: np.ndarray
    source: np.ndarray
    group: np.ndarray

    @property
    def healthy(self) -> int:
        """The column of `truth` that says healthy."""
        return self.classes.index(HEALTHY)


def simulated(rounds: int, seed: int) -> Iterator[Example]:
    """Runs drawn by `simulated`."""
    for one in draw_all(rounds, seed):
        yield Example(one.run.name, one.run, "simulated", one.kind, one.labels)


def trained(logs: Path) -> Iterator[Example]:
    """Runs made by `benchmarks.trainings` with their truth; those on which one can differ are left out."""
    with (logs / "truth.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        labels = tuple(row["labels"].split("|"))
        if "ambiguous" in labels:
            continue
        runs = [run for files in find_runs(logs / row["run"]) for run in read_runs(files) if run.series]
        for run in sorted(runs, key=lambda run: run.name)[:1]:
            yield Example(row["run"], run, "trained", row["group"], labels, tuple(row["also_ok"].split("|")))


def build(examples: Iterator[Example]) -> Table:
    """The table of all runs that the classifier has a say in."""
    kept: list[tuple[dict[str, float], Example]] = []
    with np.errstate(all="ignore"):
        for example in examples:
            roles = resolve(example.run, {})
            slots = slots_of(curves_of(example.run, roles), facts_of(example.run, None, roles))
            if slots is not None:
                kept.append((describe(slots) | describe_segments(slots), example))
    features = tuple(sorted({name for found, _ in kept for name in found}))
    classes = _classes([example for _, example in kept])
    kept = [(found, example) for found, example in kept if _target(example, classes).any()]
    return Table(
        values=np.array([as_row(found, features) for found, _ in kept]).astype(np.float32),
        truth=np.array([_target(example, classes) for _, example in kept], np.uint8),
        features=features,
        classes=classes,
        name=np.array([example.name for _, example in kept]),
        source=np.array([example.source for _, example in kept]),
        group=np.array([example.group for _, example in kept]),
    )


def _classes(examples: list[Example]) -> tuple[str, ...]:
    """What curves can show, which is what is simulated; sound runs are one class."""
    shown = {label for example in examples if example.source == "simulated" for label in example.labels}
    return (HEALTHY, *sorted(shown - SOUND))


def _target(example: Example, classes: tuple[str, ...]) -> np.ndarray:
    """1 for each class the run shows; a run of unknown faults alone has none."""
    labels = set(example.labels)
    if labels <= SOUND:
        labels = {HEALTHY}
    return np.array([name in labels for name in classes])


def save(table: Table, path: Path = PATH) -> None:
    """Write the table without pickles."""
    np.savez_compressed(
        path,
        values=table.values,
        truth=table.truth,
        name=table.name,
        source=table.source,
        group=table.group,
        features=np.array(table.features),
        classes=np.array(table.classes),
    )


def load(path: Path = PATH) -> Table:
    """Read the table again."""
    with np.load(path, allow_pickle=False) as held:
        return Table(
            held["values"],
            held["truth"],
            tuple(held["features"].tolist()),
            tuple(held["classes"].tolist()),
            held["name"],
            held["source"],
            held["group"],
        )
