"""Makes and measures the classifier.

    python -m benchmarks.classifier table [--logs DIR]    simulate runs, read trained ones, write table.npz
    python -m benchmarks.classifier train                 table.npz to the arrays in loganalyzer/engine/trees
    python -m benchmarks.classifier held-out              figures on groups that were never seen
    python -m benchmarks.classifier count [--logs DIR]    how often each rule is right, to engine/counts
    python -m benchmarks.classifier fusion [--logs DIR]   what the confidence of a finding is worth

`DIR` is what `python -m benchmarks.trainings make DIR` has written. Figures of a cross-validation over single
runs would be worth nothing: runs of one kind are alike.
"""

from __future__ import annotations

import argparse
from itertools import chain
from pathlib import Path

from benchmarks.classifier import figures, fusion, rules, table, train


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("table", "train", "held-out", "count", "fusion"))
    parser.add_argument("--logs", type=Path, help="runs made by benchmarks.trainings")
    parser.add_argument("--figure", type=Path, help="draw the reliability diagram to this file")
    parser.add_argument("--rounds", type=int, default=7, help="simulated runs of each kind")
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    examples = chain(
        table.simulated(arguments.rounds, arguments.seed),
        table.trained(arguments.logs) if arguments.logs else (),
    )
    if arguments.what == "table":
        table.save(table.build(examples))
    elif arguments.what == "train":
        train.write(train.arrays_of(table.load()))
    elif arguments.what == "count":
        rules.write(rules.count(rules.judged(examples)))
    elif arguments.what == "fusion":
        fusion.report(table.load(), rules.judged(examples), arguments.figure)
    else:
        held = table.load()
        figures.report(held, figures.honest(held))


if __name__ == "__main__":
    main()
