"""What the confidence of a finding is worth: by the rule alone, and fused with the classifier.

Nothing is judged by what was learned from it: opinions come from trees and calibrations that never saw the
group of a run, and the likelihood ratios of rules are counted on the other folds.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.classifier.figures import calibration_gap, honest, reliability
from benchmarks.classifier.rules import Judged, count
from benchmarks.classifier.table import HEALTHY, Table
from benchmarks.classifier.train import FOLDS, folds
from loganalyzer.engine.classify import Opinion
from loganalyzer.engine.fuse import fuse, is_fact, likelihood_ratio
from loganalyzer.model.finding import Finding

Said = list[tuple[float, bool]]


def fused(table: Table, runs: list[Judged]) -> list[tuple[Judged, tuple[Finding, ...]]]:
    """Every run with its findings fused, as a scan would have them that knows nothing of its group."""
    probability = honest(table)
    base = dict(zip(table.classes, probability.mean(axis=0).tolist(), strict=True))
    opinions = {
        name: Opinion(dict(zip(table.classes, row.tolist(), strict=True)), base, ())
        for name, row in zip(table.name.tolist(), probability, strict=True)
    }
    fold = dict(zip(table.group.tolist(), folds(table).tolist(), strict=True))
    out = []
    for number in range(FOLDS):
        counts = count([run for run in runs if fold.get(run.group, 0) != number])
        ratios = {name: likelihood_ratio(*counted) for name, counted in counts.items()}
        here = (run for run in runs if fold.get(run.group, 0) == number)
        out += [(run, fuse(run.findings, opinions.get(run.name), ratios)) for run in here]
    return out


def report(table: Table, runs: list[Judged], figure: Path | None) -> None:
    """Print how far confidences are from shares of right findings, before and after, and draw both."""
    both = fused(table, runs)
    alone, together = (_said(both, after=after) for after in (False, True))
    curves = {}
    for title, said in (("rules alone", alone), ("rules and classifier", together)):
        sure, right = (np.array(column) for column in zip(*said, strict=True))
        right = right.astype(bool)
        curves[title] = reliability(sure, right)
        brier = float(np.mean((sure - right) ** 2))
        print(
            f"{title}: {len(said)} findings, {right.mean():.3f} right, calibration error "
            f"{calibration_gap(sure, right):.3f}, Brier score {brier:.3f}"
        )
        print("  said with  findings  is right")
        for n, mean, share in curves[title]:
            print(f"  {mean:9.2f} {n:9d} {share:9.2f}")
    _alarms(both)
    _only_classifier(both)
    if figure is not None:
        draw(curves, figure)


def _said(both: list[tuple[Judged, tuple[Finding, ...]]], *, after: bool) -> Said:
    """Confidence of each finding that is no fact, note or symptom, and whether the run shows it."""
    return [
        ((finding if after else alone).confidence, bool(about))
        for run, findings in both
        for alone, finding in zip(run.findings, findings, strict=False)
        if not is_fact(alone) and (about := run.is_about(alone.pathology)) is not None
        if about or not alone.hidden_by
    ]


def _alarms(both: list[tuple[Judged, tuple[Finding, ...]]]) -> None:
    sound = [(run.findings, findings) for run, findings in both if HEALTHY in run.labels]
    counts = (
        sum(any(f.severity != "info" and not f.hidden_by for f in found) for found in column)
        for column in zip(*sound, strict=True)
    )
    print(
        "sound runs with anything above a note, before and after: {} and {} of {}".format(*counts, len(sound))
    )


def _only_classifier(both: list[tuple[Judged, tuple[Finding, ...]]]) -> None:
    lone = [(run, f) for run, findings in both for f in findings if f.origin == "classifier"]
    sound = sum(HEALTHY in run.labels for run, _ in both)
    on_sound = sum(HEALTHY in run.labels for run, _ in lone)
    right = sum(run.is_about(finding.pathology) is True for run, finding in lone)
    print(
        f"only the classifier speaks (notes, never alarms): {len(lone)} runs, {right} named rightly, "
        f"{on_sound} of {sound} sound runs"
    )


def draw(curves: dict[str, list[tuple[int, float, float]]], path: Path) -> None:
    """The reliability diagram: the share of right findings over the confidence they were given."""
    from matplotlib.figure import Figure

    picture = Figure(figsize=(5.0, 5.0), layout="constrained")
    axes = picture.add_subplot()
    axes.plot((0, 1), (0, 1), color="0.7", linewidth=1.0)
    for title, points in curves.items():
        size = [6.0 + 60.0 * np.sqrt(n / max(m for m, _, _ in points)) for n, _, _ in points]
        axes.plot([x for _, x, _ in points], [y for _, _, y in points], linewidth=1.0, label=title)
        axes.scatter([x for _, x, _ in points], [y for _, _, y in points], s=size)
    axes.set(xlabel="confidence", ylabel="share that is right", xlim=(0, 1), ylim=(0, 1.02))
    axes.legend(loc="upper left")
    picture.savefig(path)
