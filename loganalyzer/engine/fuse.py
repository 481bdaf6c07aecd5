"""One confidence from what a rule says and what the classifier says.

In log-odds: the mean of what the author of the rule claims and of what was counted on runs with known truth
(how much more often the rule fires where it is right than where it is wrong), and half of what the classifier
finds more or less probable than in general. Facts need no opinion. What only the classifier sees, and what is
rather wrong than right after all, is a note that says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from math import exp, log
from pathlib import Path

from loganalyzer.engine.classify import HEALTHY, Opinion
from loganalyzer.engine.forest import verified
from loganalyzer.model.finding import Evidence, Finding

COUNTS = Path(__file__).parent / "counts"
CLASSIFIER = "classifier"
"""Stands for the rule in a finding that no rule has made."""

PRIOR = 0.1
CAP = 6.0
WEIGHT = 0.5
LEAST = 0.02
PSEUDO = 2.0
SHOWN = 0.5
DOUBTED = 0.5
UNCLEAR = 0.69
FACTS = frozenset(
    {
        "duplicate-run",
        "masked-non-finite",
        "non-finite-loss",
        "non-finite-metric",
        "restart-overlap",
        "stopped-early",
        "truncated-run",
        "wasted-compute",
        "zero-gradient",
        "zero-learning-rate",
    }
)
"""Pathologies that are read off the log; a curve that looks well does not make them less true."""
CERTAIN = 0.98
"""A rule that is that sure has seen a fact: the same number again and again."""


def likelihood_ratio(fired: int, runs: int, false: int, others: int) -> float:
    """Log of how much more often a rule fires in `runs` with its pathology than in `others` without.

    Two runs are added to what was counted, shared out as if the rule told nothing, so that no count is zero;
    held within the cap.
    """
    each = PSEUDO / (runs + others)
    ratio = log(fired / max(runs, 1) + each) - log(false / max(others, 1) + each)
    return min(max(ratio, -CAP), CAP)


def read_ratios(folder: Path = COUNTS) -> dict[str, float]:
    """Log likelihood ratio of each counted rule, from rules.csv: rule, fired, runs, false, others.

    Raises:
        ArraysError: the file is missing or is not the one that was counted.
    """
    lines = verified(folder)["rules.csv"].decode("ascii").splitlines()[1:]
    rows = (line.split(",") for line in lines)
    return {name: likelihood_ratio(*map(int, counts)) for name, *counts in rows}


@cache
def _shipped() -> Mapping[str, float]:
    return read_ratios()


def fuse(
    findings: Iterable[Finding], opinion: Opinion | None, ratios: Mapping[str, float] | None = None
) -> tuple[Finding, ...]:
    """The findings of rules with one confidence each, and what only the classifier sees.

    The latter is a note, and comes only where rules have nothing to say above a note.
    """
    counted = _shipped() if ratios is None else ratios
    fused = [fused_finding(finding, opinion, counted.get(finding.rule)) for finding in findings]
    if opinion is not None and all(finding.severity == "info" for finding in fused):
        said = {finding.pathology for finding in fused}
        fused += [finding for finding in _looks_like(opinion) if finding.pathology not in said]
    return tuple(fused)


def fused_finding(finding: Finding, opinion: Opinion | None, ratio: float | None) -> Finding:
    """A rule's finding with the confidence of rule and classifier together.

    A rule that was never counted (`ratio` None) stands for itself.
    """
    speaks = opinion is not None and finding.pathology in opinion.probability
    if is_fact(finding) or (ratio is None and not speaks):
        return finding
    odds = _log_odds(finding.confidence)
    if ratio is not None:
        odds = 0.5 * odds + 0.5 * (_log_odds(PRIOR) + ratio)
    if opinion is None or not speaks:
        return _with_confidence(finding, odds)
    probability = opinion.probability[finding.pathology]
    base = opinion.base[finding.pathology]
    agrees = finding.pathology == opinion.top or probability >= SHOWN
    told = replace(
        finding,
        origin="both" if agrees else "rule",
        evidence=(*finding.evidence, _evidence(opinion, finding.pathology, probability, base)),
    )
    return _with_confidence(told, odds + WEIGHT * log((probability + LEAST) / (base + LEAST)))


def is_fact(finding: Finding) -> bool:
    """Whether a finding keeps the confidence its rule gives it."""
    return finding.severity == "info" or finding.pathology in FACTS or finding.confidence >= CERTAIN


def _log_odds(probability: float) -> float:
    held = min(max(probability, 0.01), 0.99)
    return log(held / (1.0 - held))


def _with_confidence(finding: Finding, odds: float) -> Finding:
    """The finding with that confidence; one in doubt is a note."""
    confidence = round(1.0 / (1.0 + exp(-odds)), 3)
    if confidence >= DOUBTED:
        return replace(finding, confidence=confidence)
    message = f"Unclear, only looks like {finding.pathology}: {finding.message}"
    return replace(finding, confidence=confidence, severity="info", message=message)


def _evidence(opinion: Opinion, pathology: str, probability: float, base: float) -> Evidence:
    return Evidence(
        name="classifier",
        value=round(probability, 4),
        threshold=None,
        unit="probability",
        tag=opinion.tags[0] if opinion.tags else "",
        first_step=None,
        last_step=None,
        sentence=f"such curves show {pathology} in {probability:.0%} of known runs, {base:.0%} is usual",
    )


def _looks_like(opinion: Opinion) -> list[Finding]:
    """A note on what the curves look like, if it is no healthy run."""
    top = opinion.top
    probability = opinion.probability[top]
    if top == HEALTHY or probability < SHOWN:
        return []
    message = f"Unclear: no rule speaks, but the curves look like those of {top}."
    return [
        Finding(
            pathology=top,
            rule=CLASSIFIER,
            severity="info",
            confidence=round(min(probability, UNCLEAR), 3),
            tags=opinion.tags,
            onset=None,
            end=None,
            message=message,
            evidence=(_evidence(opinion, top, probability, opinion.base[top]),),
            remedies=(),
            origin="classifier",
        )
    ]
