"""Installed log doctors, each asked through its own command line in an environment of its own.

Install them apart from this project: `python -m venv ENV && ENV/bin/pip install trainproof runmedic
trainspotter runwise rldoctor`. They get one CSV or JSON lines file a run and may not reach the network.
"""

from __future__ import annotations

import csv
import json
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.accuracy.ours import Curves
from benchmarks.accuracy.published import FLAT
from benchmarks.accuracy.score import Claim

SECONDS = 60
DEAD = f"{FLAT} collapse-to-chance majority-collapse masked-non-finite dead-relu"
SPIKES = "loss-spikes unrecovered-spike oscillation sawtooth"
LOST = "divergence unrecovered-spike exploding-gradient"
GRADIENTS = "gradient-spikes exploding-gradient vanishing-gradient zero-gradient non-finite-loss"
RATE = "lr-schedule-fault zero-learning-rate"

Finding = tuple[str, str]
"""What a doctor calls it, and how bad it says it is."""


@dataclass(frozen=True, slots=True)
class Doctor:
    """How to ask a doctor, what its words could mean, and which of its severities are alarms."""

    arguments: Callable[[Path], list[str]]
    suffix: str
    findings: Callable[[str], Iterator[Finding]]
    meanings: Mapping[str, str]
    loud: frozenset[str]


def _runmedic(text: str) -> Iterator[Finding]:
    for run in json.loads(text):
        yield from ((one["check"], one["severity"]) for one in run["findings"])


def _trainproof(text: str) -> Iterator[Finding]:
    for report in json.loads(text)["reports"]:
        yield from ((one["id"], one["level"]) for one in report["findings"])


def _detectors(text: str) -> Iterator[Finding]:
    for one in json.loads(text)["findings"]:
        yield one["detector"], one["severity"].lower()


def _runwise(text: str) -> Iterator[Finding]:
    yield from ((one["type"], one["severity"]) for one in json.loads(text))


_ASK_RUNWISE = """
import json, sys
from runwise.anomalies import detect_anomalies
rows = [json.loads(line) for line in open(sys.argv[1])]
print(json.dumps([{"type": a.type, "severity": a.severity} for a in detect_anomalies(rows)]))
"""

DOCTORS: Mapping[str, Doctor] = {
    "runmedic": Doctor(
        lambda path: ["-m", "runmedic.cli", "diagnose", "--json", str(path)],
        ".csv",
        _runmedic,
        {
            "non_finite": "non-finite-loss",
            "divergence": f"{LOST} collapse-to-chance",
            "no_learning": DEAD,
            "overfitting": "overfitting",
            "val_below_train": "leakage-suspect",
            "loss_spikes": SPIKES,
            "grad_spikes": GRADIENTS,
            "plateau": "plateau slow-convergence",
        },
        frozenset({"critical", "warning"}),
    ),
    "trainproof": Doctor(
        lambda path: ["-m", "trainproof.cli", "doctor", "--json", str(path)],
        ".csv",
        _trainproof,
        {
            "TP-NAN": "non-finite-loss",
            "TP-NAN-GRAD": "masked-non-finite exploding-gradient non-finite-loss",
            "TP-ZERO-LOSS": "masked-non-finite constant-loss",
            "TP-ZERO-LOSS-ONSET": "masked-non-finite constant-loss",
            "TP-FLAT": DEAD,
            "TP-DEAD-RUN": DEAD,
            "TP-DIVERGE": f"{LOST} collapse-to-chance",
            "TP-ZERO-GRAD": "zero-gradient vanishing-gradient",
            "TP-GRAD-SPIKE": GRADIENTS,
            "TP-ZERO-LR": RATE,
            "TP-OVERFIT": "overfitting",
        },
        frozenset({"FAIL", "WARN"}),
    ),
    "trainspotter": Doctor(
        lambda path: ["-m", "trainspotter.cli", "analyze", "--output", "json", str(path)],
        ".csv",
        _detectors,
        {
            "spikes": SPIKES,
            "divergence": f"{LOST} collapse-to-chance non-finite-loss",
            "plateau": DEAD,
            "overfitting": "overfitting",
            "lr_schedule": RATE,
            "grad_norm": GRADIENTS,
            "eval_noise": "unstable-validation oscillation",
            "loss_floor": DEAD,
        },
        frozenset({"error", "warning"}),
    ),
    "runwise": Doctor(
        lambda path: ["-c", _ASK_RUNWISE, str(path)],
        ".jsonl",
        _runwise,
        {
            "nan": "non-finite-loss",
            "spike": SPIKES,
            "overfit": "overfitting",
            "plateau": DEAD,
            "gradient": GRADIENTS,
        },
        frozenset({"critical", "warning"}),
    ),
    "rl-doctor": Doctor(
        lambda path: ["-m", "rl_doctor.cli", "diagnose", "-f", "json", str(path)],
        ".jsonl",
        _detectors,
        {
            "entropy_collapse": "entropy-collapse",
            "kl_drift": "kl-blowup",
            "reward_hacking": "reward-collapse",
            "gradient_pathology": GRADIENTS,
            "plateau": "reward-no-progress plateau",
            "clip_saturation": "clip-saturated",
        },
        frozenset({"critical", "warning"}),
    ),
}


def ask(doctor: Doctor, python: Path, curves: Curves, folder: Path) -> list[Claim]:
    """The claims of one doctor on one run; silence where it fails, takes too long or says nothing we know."""
    if not curves:
        return []
    path = _write(curves, folder / f"run{doctor.suffix}")
    command = [str(python), "-I", *doctor.arguments(path)]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
        found = list(doctor.findings(answer.stdout))
    except (subprocess.TimeoutExpired, ValueError, KeyError, TypeError):
        return []
    return [
        Claim(frozenset(doctor.meanings[name].split()), is_loud=severity in doctor.loud)
        for name, severity in sorted(found, key=lambda one: one[1] not in doctor.loud)
        if name in doctor.meanings
    ]


def _write(curves: Curves, path: Path) -> Path:
    """All curves over all their steps; blank, or left out, where a curve has no point."""
    steps = np.unique(np.concatenate([one.step for one in curves.values()]))
    rows: list[dict[str, Any]] = [{"step": int(step)} for step in steps]
    for name, series in curves.items():
        for at, value in zip(np.searchsorted(steps, series.step), series.value.tolist(), strict=True):
            rows[int(at)][name] = value
    with path.open("w", newline="", encoding="utf-8") as file:
        if path.suffix == ".jsonl":
            file.writelines(json.dumps(row) + "\n" for row in rows)
        else:
            writer = csv.DictWriter(file, ["step", *curves])
            writer.writeheader()
            writer.writerows(rows)
    return path
