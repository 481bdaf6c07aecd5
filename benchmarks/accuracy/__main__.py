"""The table of all tools; see the package."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.accuracy.doctors import DOCTORS, ask
from benchmarks.accuracy.ours import claims_of, plain_curves, read
from benchmarks.accuracy.published import PUBLISHED
from benchmarks.accuracy.score import Claim, OnsetError, Score, score
from benchmarks.accuracy.truth import Truth, read_truth
from loganalyzer.model.run import Run

OURS = "loganalyzer"
ONSET_WITHIN = 0.05


def main() -> None:
    """Parse the command line, judge, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--part", choices=("all", "tuning", "validation", "held-out"), default="held-out")
    parser.add_argument("--confidence", choices=("all", "high"), default="all")
    parser.add_argument("--doctors", type=Path, help="the Python of an environment with the log doctors")
    parser.add_argument("--min-cases", type=int, default=5)
    given = parser.parse_args()
    truths = read_truth(given.corpus, given.part, given.confidence)
    runs = _by_label(read(given.corpus), truths)
    scores = {name: score(truths, claims) for name, claims in _tools(runs, given.doctors)}
    print(f"{len(truths)} runs of {len({truth.group for truth in truths})} groups ({given.part})\n")
    _print_ours(scores[OURS])
    _print_tools(scores, given.min_cases)


def _by_label(runs: Sequence[Run], truths: Sequence[Truth]) -> Mapping[str, list[Run]]:
    """The runs we found at or below each labelled path."""
    return {
        truth.run: [
            r for r in runs if r.name == truth.run or r.name.startswith((f"{truth.run}/", f"{truth.run}#"))
        ]
        for truth in truths
    }


def _tools(
    runs: Mapping[str, list[Run]], doctors: Path | None
) -> Iterator[tuple[str, Mapping[str, Sequence[Claim]]]]:
    """Every tool with its claims by labelled run."""
    yield OURS, {name: [claim for run in found for claim in claims_of(run)] for name, found in runs.items()}
    curves = {name: [plain_curves(run) for run in found] for name, found in runs.items()}
    for name, judge in PUBLISHED.items():
        yield name, {label: [c for one in found for c in judge(one)] for label, found in curves.items()}
    if doctors is None:
        return
    for name, doctor in DOCTORS.items():
        with tempfile.TemporaryDirectory() as folder:
            yield (
                name,
                {
                    label: [c for one in found for c in ask(doctor, doctors, one, Path(folder))]
                    for label, found in curves.items()
                },
            )


def _print_ours(ours: Score) -> None:
    print(f"{'pathology':24s} {'cases':>5s} {'recall':>7s} {'precision':>9s} {'F1':>5s}")
    for name, cases in sorted(ours.cases.items(), key=lambda one: (-one[1], one[0])):
        hits, false = ours.hits[name], ours.false[name]
        precision = f"{hits / (hits + false):9.2f}" if hits + false else "        -"
        print(f"{name:24s} {cases:5d} {hits / cases:7.2f} {precision} {ours.f1(name):5.2f}")
    for name in sorted(ours.false.keys() - ours.cases.keys()):
        print(f"{name:24s} {0:5d} {'-':>7s} {0:9.2f}     -   {ours.false[name]} false")
    print()


def _print_tools(scores: Mapping[str, Score], min_cases: int) -> None:
    header = ("tool", "macro-F1", "alarms on sound", "headline right", "onset within 5 %", "or one point")
    print("{:20s} {:>9s} {:>18s} {:>18s} {:>17s} {:>13s}".format(*header))
    for name, one in scores.items():
        alarms = f"{one.alarms}/{one.sound} = {one.alarms / max(one.sound, 1):.3f}"
        named = f"{one.named}/{one.single} = {one.named / max(one.single, 1):.3f}"
        strict, kind = _near(one.onset_errors)
        print(
            f"{name:20s} {one.macro_f1(min_cases):9.3f} {alarms:>18s} {named:>18s} {strict:>17s} {kind:>13s}"
        )


def _near(errors: Sequence[OnsetError]) -> tuple[str, str]:
    """The share of onsets within 5 % of the run, and within that or one logged point."""
    if not errors:
        return "-", "-"
    strict = sum(one.error <= ONSET_WITHIN for one in errors)
    kind = sum(one.error <= max(ONSET_WITHIN, one.grain * 1.001) for one in errors)
    return f"{strict}/{len(errors)} = {strict / len(errors):.2f}", f"{kind / len(errors):.2f}"


if __name__ == "__main__":
    main()
