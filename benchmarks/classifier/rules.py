"""How often each rule is right: counted on simulated and trained runs, which no rule was made for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from benchmarks.classifier.table import HEALTHY, SOUND, Example
from loganalyzer.engine.bind import curves_of
from loganalyzer.engine.diagnose import default_rulebook, judge
from loganalyzer.engine.facts import facts_of
from loganalyzer.engine.forest import CHECKSUMS
from loganalyzer.engine.fuse import COUNTS
from loganalyzer.engine.merge import HIDES, merge
from loganalyzer.model.finding import Finding
from loganalyzer.roles.resolve import resolve

FEWEST = 5
# names for one thing seen from two sides: such a run says nothing about the other's rules
ALIKE = (
    frozenset(
        {
            "plateau",
            "underfitting",
            "slow-convergence",
            "constant-loss",
            "stuck-at-chance",
            "reward-no-progress",
        }
    ),
    frozenset({"divergence", "unrecovered-spike", "loss-spikes", "collapse-to-chance", "exploding-gradient"}),
    frozenset({"oscillation", "sawtooth", "loss-spikes"}),
    frozenset({"unstable-validation", "validation-collapse", "overfitting"}),
    frozenset({"gradient-spikes", "exploding-gradient", "clip-saturated"}),
)


@dataclass(frozen=True)
class Judged:
    """A run with its truth, what it may be called as well, and what the rules found in it."""

    name: str
    group: str
    labels: frozenset[str]
    accepted: frozenset[str]
    findings: tuple[Finding, ...]

    def is_about(self, pathology: str) -> bool | None:
        """Whether the run shows it; None where that is a matter of opinion."""
        if pathology in self.labels:
            return True
        near = {name for names in ALIKE if pathology in names for name in names} | HIDES.get(
            pathology, frozenset()
        )
        near |= {cause for cause, symptoms in HIDES.items() if pathology in symptoms}
        return None if pathology in self.accepted or self.labels & near else False


def judged(examples: Iterable[Example]) -> list[Judged]:
    """Every run judged by the rules alone."""
    book = default_rulebook()
    out = []
    for example in examples:
        roles = resolve(example.run, {})
        curves = curves_of(example.run, roles)
        _, findings = judge(book, curves, facts_of(example.run, None, roles), example.run.framework)
        labels = frozenset(example.labels)
        labels = frozenset({HEALTHY}) if labels <= SOUND else labels
        out.append(Judged(example.name, example.group, labels, frozenset(example.accepted), merge(findings)))
    return out


def count(runs: list[Judged]) -> dict[str, tuple[int, int, int, int]]:
    """By rule: how often it fired, of how many runs with its pathology; the same for runs without."""
    counts = {}
    for rule in default_rulebook().rules:
        about = [run.is_about(rule.pathology) for run in runs]
        found = [[finding for finding in run.findings if finding.rule == rule.name] for run in runs]
        true = [bool(here) for here, a in zip(found, about, strict=True) if a is True]
        # what another finding explains is no false alarm
        false = [
            any(not f.hidden_by for f in here) for here, a in zip(found, about, strict=True) if a is False
        ]
        if len(true) >= FEWEST and sum(true) + sum(false) >= FEWEST:
            counts[rule.name] = (sum(true), len(true), sum(false), len(false))
    return counts


def write(counts: dict[str, tuple[int, int, int, int]], folder: Path = COUNTS) -> None:
    """Write rules.csv and its sum."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [",".join(map(str, (name, *counts[name]))) for name in sorted(counts)]
    text = "\n".join(("rule,fired,runs,false,others", *rows)) + "\n"
    (folder / "rules.csv").write_text(text, encoding="ascii")
    (folder / CHECKSUMS).write_text(f"{sha256(text.encode()).hexdigest()}  rules.csv\n", encoding="ascii")
