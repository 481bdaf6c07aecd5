"""Our own verdicts, and the plain curves that every other tool is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.accuracy.score import Axis, Claim
from loganalyzer.audit.gather import gathered
from loganalyzer.engine.bind import curves_of, pick
from loganalyzer.engine.diagnose import default_rulebook, diagnose
from loganalyzer.model.diagnosis import Diagnosis
from loganalyzer.model.rule import Input
from loganalyzer.model.run import Run, Series
from loganalyzer.readers.several import read_all
from loganalyzer.roles.resolve import resolve

COLUMNS: Mapping[str, Input] = {
    "loss": Input(("loss",), ("train",)),
    "val_loss": Input(("loss",), ("validation", "test")),
    "accuracy": Input(("accuracy",), ("train",)),
    "val_accuracy": Input(("accuracy",), ("validation", "test")),
    "lr": Input(("lr",), ("none", "train")),
    "grad_norm": Input(("grad_norm",), ("none", "train")),
    "reward": Input(("reward",), ("train", "none")),
    "kl": Input(("kl",), ("train", "none")),
    "entropy": Input(("entropy",), ("train", "none")),
}
Curves = dict[str, Series]
"""The curves of a run by the plain names of `COLUMNS`; what was not logged is missing."""


def read(corpus: Path) -> tuple[Run, ...]:
    """Every run below a folder."""
    return tuple(run for runs in read_all(gathered([corpus])) for run in runs)


def claims_of(run: Run) -> list[Claim]:
    """What we say of a run, hardest first."""
    diagnosis = diagnose(run, default_rulebook())
    found = sorted(diagnosis.findings, key=lambda f: bool(f.hidden_by))
    return [
        Claim(
            names=frozenset({finding.pathology}),
            is_loud=not finding.hidden_by and finding.severity != "info",
            onset=None if finding.onset is None else finding.onset.fraction,
            axes=_axes(diagnosis, finding.tags),
        )
        for finding in found
    ]


def _axes(diagnosis: Diagnosis, tags: Sequence[str]) -> tuple[Axis, ...]:
    """That of the curve the finding is about, then the longest of the run."""
    series = [one for one in diagnosis.run.series if one.n]
    own = [one for one in series if one.tag in tags][:1]
    longest = [max(series, key=lambda one: (one.last_step, one.tag))] if series else []
    return tuple(Axis(one.first_step, one.last_step, one.n) for one in (*own, *longest))


def plain_curves(run: Run) -> Curves:
    """The curves a tool would look at: the training loss and what goes with it."""
    curves = curves_of(run, resolve(run, {}))
    lead = pick(COLUMNS["loss"], curves, None)
    found = {name: pick(wanted, curves, lead) for name, wanted in COLUMNS.items()}
    return {name: curve.series for name, curve in found.items() if curve is not None}
