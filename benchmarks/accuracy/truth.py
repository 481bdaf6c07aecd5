"""What is known of each run of a labelled folder."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

SOUND = frozenset(
    {
        "healthy",
        "loss-spikes",
        "non-finite-metric",
        "restart-overlap",
        "stopped-early",
        "too-short",
        "truncated-run",
    }
)
"""Labels of runs in which training itself went well."""
UNJUDGED = frozenset({"ambiguous", "other", "too-short"})

# names that careful readers give the same curve: no tool is wrong to choose the other one
NEIGHBOURS: dict[str, frozenset[str]] = {
    name: frozenset(others.split())
    for name, others in {
        "plateau": "constant-loss underfitting slow-convergence reward-no-progress stuck-at-chance",
        "underfitting": "plateau slow-convergence",
        "slow-convergence": "plateau stopped-early underfitting",
        "constant-loss": "stuck-at-chance plateau zero-learning-rate zero-gradient",
        "stuck-at-chance": "constant-loss majority-collapse",
        "oscillation": "sawtooth loss-spikes",
        "divergence": "unrecovered-spike exploding-gradient",
        "unrecovered-spike": "divergence loss-spikes",
        "loss-spikes": "unrecovered-spike gradient-spikes",
        "collapse-to-chance": "unrecovered-spike divergence validation-collapse",
    }.items()
}


Part = Literal["tuning", "validation", "held-out"]


@dataclass(frozen=True, slots=True)
class Truth:
    """One labelled run: `onsets` are logged steps, or rows, by pathology ("" for the only one)."""

    run: str
    group: str
    labels: frozenset[str]
    also_ok: frozenset[str]
    onsets: dict[str, int]
    confidence: str

    @property
    def is_sound(self) -> bool:
        """Whether training went well and the run is long enough to say so."""
        return self.labels <= SOUND and "too-short" not in self.labels

    @property
    def pathologies(self) -> frozenset[str]:
        """What is wrong with the training."""
        return self.labels - SOUND - UNJUDGED

    def allows(self, name: str) -> bool:
        """Whether a tool that says `name` of this run is not wrong."""
        if name in self.labels | self.also_ok or "ambiguous" in self.labels:
            return True
        return any(name in NEIGHBOURS.get(label, ()) for label in self.labels)


def part_of(group: str) -> Part:
    """What a group is for, by the parity of the first two bytes of its hash.

    Rules may be tuned on half of the groups; a quarter was looked at when they seemed done, and they were
    mended by what it showed; the last quarter is only ever scored, and is what is quoted.
    """
    first, second, *_ = sha256(group.encode()).digest()
    if first % 2 == 0:
        return "tuning"
    return "validation" if second % 2 == 0 else "held-out"


def read_truth(corpus: Path, part: str = "all", confidence: str = "all") -> list[Truth]:
    """The labelled runs of a folder, in order; `part` is all, tuning, validation or held-out."""
    with (corpus / "labels.csv").open(newline="", encoding="utf-8") as file:
        truths = [_truth(row) for row in csv.DictReader(file)]
    return [
        truth
        for truth in truths
        if part in ("all", part_of(truth.group)) and confidence in ("all", truth.confidence)
    ]


def _truth(row: dict[str, str]) -> Truth:
    return Truth(
        run=row["run"],
        group=row["group"],
        labels=frozenset(row["labels"].split("|")),
        also_ok=frozenset(filter(None, (row.get("also_ok") or "").split("|"))),
        onsets=_onsets(row.get("onset") or ""),
        confidence=row.get("confidence") or "high",
    )


def _onsets(text: str) -> dict[str, int]:
    """`418`, or `divergence:30|plateau:200`."""
    found = {}
    for part in filter(None, text.split("|")):
        name, _, step = part.rpartition(":")
        if step.lstrip("-").replace(".", "", 1).isdigit():
            found[name] = int(float(step))
    return found
