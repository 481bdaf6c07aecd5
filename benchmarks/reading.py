"""Event files and tables read by us and by others: are the values equal, and how much faster?

python benchmarks/reading.py equal PATH...
python benchmarks/reading.py speed [--events 1000000] [--rounds 5] [--only regular] [--keep FOLDER]
python benchmarks/reading.py csv [--files 10000] [--rounds 5] [--keep FOLDER]

`equal` compares every point bit for bit with tensorboard's EventAccumulator. `speed` compares CPU time on one
CPU, each reader in turn and in its own process, medians: EventAccumulator, a loop over compiled protobuf
messages without CRC, and TensorBoard's data server by default and with CRC. Ours checks both CRCs of every
record and keeps every sample. `csv` compares many small Keras CSVLogger files with pandas.read_csv file by
file, in turns in one process: our reader of one file, and a tree walked, read and put together to runs.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from event_logs.equality import equal
from event_logs.files import write_scalars
from event_logs.peers import once
from event_logs.speed import speed

__all__ = ["write_scalars"]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("equal").add_argument("paths", nargs="+", type=Path)
    timed = commands.add_parser("speed")
    timed.add_argument("--events", type=int, default=1_000_000)
    timed.add_argument("--rounds", type=int, default=5)
    timed.add_argument("--only", action="append", default=[])
    timed.add_argument("--keep", type=Path)
    tables = commands.add_parser("csv")
    tables.add_argument("--files", type=int, default=10_000)
    tables.add_argument("--rounds", type=int, default=5)
    tables.add_argument("--keep", type=Path)
    child = commands.add_parser("once")
    child.add_argument("reader")
    child.add_argument("path", type=Path)
    arguments = parser.parse_args()
    if arguments.command == "equal":
        return equal(arguments.paths)
    if arguments.command == "speed":
        return speed(arguments.events, arguments.rounds, arguments.only, arguments.keep)
    if arguments.command == "csv":
        from csv_logs.speed import compare

        return compare(arguments.files, arguments.rounds, arguments.keep)
    once(arguments.reader, arguments.path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
