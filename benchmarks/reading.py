"""Event files read by us and by others: are the values equal, and how much faster?

python benchmarks/reading.py equal PATH...
python benchmarks/reading.py speed [--events 1000000] [--rounds 5] [--only regular] [--keep FOLDER]

`equal` compares every point bit for bit with tensorboard's EventAccumulator. `speed` compares CPU time on one
CPU, each reader in turn and in its own process, medians: EventAccumulator, a loop over compiled protobuf
messages without CRC, and TensorBoard's data server by default and with CRC. Ours checks both CRCs of every
record and keeps every sample.
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
    child = commands.add_parser("once")
    child.add_argument("reader")
    child.add_argument("path", type=Path)
    arguments = parser.parse_args()
    if arguments.command == "equal":
        return equal(arguments.paths)
    if arguments.command == "speed":
        return speed(arguments.events, arguments.rounds, arguments.only, arguments.keep)
    once(arguments.reader, arguments.path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
