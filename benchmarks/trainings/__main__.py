"""The command: make the runs, or judge made runs anew."""

import argparse
from pathlib import Path

from benchmarks.trainings.truth import write_truth


def main() -> None:
    """Parse and do."""
    parser = argparse.ArgumentParser(
        prog="benchmarks.trainings", description="Train small networks with known faults."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    made = commands.add_parser("make", help="train all runs and write OUT/truth.csv")
    made.add_argument("out", type=Path)
    made.add_argument("--seed", type=int, default=0)
    made.add_argument("--only", action="append", default=[], metavar="TASK")
    made.add_argument("--fault", action="append", default=[], metavar="FAULT")
    made.add_argument("--missing", action="store_true", help="keep the runs that are there")
    judged = commands.add_parser("truth", help="write OUT/truth.csv of runs that were made before")
    judged.add_argument("out", type=Path)
    options = parser.parse_args()
    if options.command == "make":
        from benchmarks.trainings.make import make

        make(options.out, options.seed, options.only, options.fault, missing=options.missing)
    write_truth(options.out)


if __name__ == "__main__":
    main()
