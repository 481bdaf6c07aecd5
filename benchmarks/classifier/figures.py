"""What the classifier is worth on groups it never saw: kinds of simulated runs, tasks of real ones."""

from __future__ import annotations

import numpy as np

from benchmarks.classifier.table import Table
from benchmarks.classifier.train import FOLDS, calibrated, calibration, folds, held_out

BARS = {"balanced accuracy": 0.87, "macro-F1": 0.70, "calibration error": 0.10}
SURE = 0.5


def honest(table: Table) -> np.ndarray:
    """Probabilities for each row by trees and calibration that never saw its group; shape (rows, classes).

    As in a scan, segments are cut where a run does not look healthy without.
    """
    fold = folds(table)
    answer = held_out(table, fold)
    out = np.zeros(answer.shape)
    for number in range(FOLDS):
        known = fold != number
        curves = calibration(answer[:, known], table.truth[known], table.healthy)
        out[:, ~known] = calibrated(answer[:, ~known], curves, table.healthy)
    cut = out[1].argmax(axis=1) != table.healthy
    return np.where(cut[:, None], out[0], out[1])


def named(probability: np.ndarray, healthy: int) -> np.ndarray:
    """The classes a run is said to show: the most probable, and beside a pathology each other over a half."""
    top = probability.argmax(axis=1)
    said = probability >= SURE
    said[top == healthy] = False
    said[:, healthy] = False
    said[np.arange(len(top)), top] = True
    return said


def f1(said: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """F1 of each class, shape (classes,); NaN for one that no row has."""
    hits = (said & truth).sum(axis=0)
    total = said.sum(axis=0) + truth.sum(axis=0)
    return np.where(truth.any(axis=0), 2.0 * hits / np.maximum(total, 1), np.nan)


def balanced_accuracy(said: np.ndarray, truth: np.ndarray, healthy: int) -> tuple[float, float]:
    """Of faulty against healthy: the mean of both recalls, and the share of healthy runs called faulty."""
    sound, found = truth[:, healthy], said[:, healthy]
    alarms = 1.0 - float(found[sound].mean())
    return 0.5 * (float((~found)[~sound].mean()) + 1.0 - alarms), alarms


def calibration_error(probability: np.ndarray, truth: np.ndarray, bins: int = 10) -> float:
    """Expected difference between the probability of the class named and how often it is right."""
    top = probability.argmax(axis=1)
    return calibration_gap(probability[np.arange(len(top)), top], truth[np.arange(len(top)), top], bins)


def calibration_gap(sure: np.ndarray, right: np.ndarray, bins: int = 10) -> float:
    """Expected difference between confidence and how often it is right, over bins of confidence."""
    return sum(abs(float(sure[at].sum()) - float(right[at].sum())) for at in _bins(sure, bins)) / len(sure)


def reliability(sure: np.ndarray, right: np.ndarray, bins: int = 10) -> list[tuple[int, float, float]]:
    """Runs, mean confidence and share that is right, for each bin of confidence that has any."""
    return [(int(at.sum()), float(sure[at].mean()), float(right[at].mean())) for at in _bins(sure, bins)]


def _bins(sure: np.ndarray, bins: int) -> list[np.ndarray]:
    index = np.minimum((sure * bins).astype(int), bins - 1)
    return [index == number for number in range(bins) if (index == number).any()]


def report(table: Table, probability: np.ndarray) -> None:
    """Print the figures, for all rows and for each source."""
    truth = table.truth.astype(bool)
    said = named(probability, table.healthy)
    print(f"{'':12s} runs groups   named right  balanced accuracy  alarms  macro-F1  calibration error")
    for source in ("all", *sorted(set(table.source.tolist()))):
        rows = np.ones(len(truth), bool) if source == "all" else table.source == source
        accuracy, alarms = balanced_accuracy(said[rows], truth[rows], table.healthy)
        top = probability[rows].argmax(axis=1)
        right = float(truth[rows][np.arange(len(top)), top].mean())
        groups, score = len(set(table.group[rows].tolist())), np.nanmean(f1(said[rows], truth[rows]))
        error = calibration_error(probability[rows], truth[rows])
        print(
            f"{source:12s} {rows.sum():4d} {groups:6d} {right:13.3f} {accuracy:18.3f} "
            f"{alarms:7.3f} {score:9.3f} {error:18.3f}"
        )
    print(
        "\nF1 of each class: "
        + ", ".join(f"{n} {v:.2f}" for n, v in zip(table.classes, f1(said, truth), strict=True))
    )
    top = probability.argmax(axis=1)
    print("\nsaid with       runs   is right")
    for runs, sure, share in reliability(
        probability[np.arange(len(top)), top], truth[np.arange(len(top)), top]
    ):
        print(f"{sure:9.2f} {runs:10d} {share:10.2f}")
    print(f"\nbars: {BARS}")
