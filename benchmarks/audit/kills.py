"""Kill audits at random moments: no state may be bad, and what comes out in the end must be the same.

python benchmarks/audit/kills.py --kills 200
"""

from __future__ import annotations

import argparse
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from event_logs.files import write_trainings

COMMAND = (sys.executable, "-m", "loganalyzer", "audit", "--quiet", "--format", "json")


def faults(store: Path) -> list[object]:
    """What is wrong with a store, looked at in a copy so that nothing of it is put right."""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(shutil.copytree(store.parent, Path(name) / "copy")) / store.name
        database = sqlite3.connect(copy)
        found: list[object] = [
            row for row in database.execute("PRAGMA integrity_check").fetchall() if row != ("ok",)
        ]
        for query in (
            "PRAGMA foreign_key_check",
            "SELECT root, name FROM unit GROUP BY root, name HAVING count(*) > 1",
            "SELECT id FROM run WHERE id NOT IN (SELECT run FROM detail)",
            "SELECT id FROM unit WHERE id NOT IN (SELECT unit FROM run)",
        ):
            found += database.execute(query).fetchall()
        database.close()
    return found


def is_begun(store: Path) -> bool:
    """Whether the tables are there."""
    return store.is_file() and store.stat().st_size > 0


def kept(store: Path) -> int:
    database = sqlite3.connect(store, timeout=60)
    (n,) = database.execute("SELECT count(*) FROM unit").fetchone()
    database.close()
    return int(n)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--runs", type=int, default=2_000)
    parser.add_argument("--longest", type=float, default=4.0, help="seconds until the kill, at most")
    arguments = parser.parse_args()
    source, bad, ends, done = random.Random(0), 0, 0, 0
    with tempfile.TemporaryDirectory() as name:
        runs, place = Path(name) / "runs", Path(name) / "store"
        place.mkdir()
        write_trainings(runs, arguments.runs)
        command = [*COMMAND, runs, "--store", place / "store.sqlite"]
        clean = subprocess.check_output([*COMMAND, runs, "--store", place / "clean.sqlite"])
        store = place / "store.sqlite"
        for number in range(arguments.kills):
            process = subprocess.Popen([*command, "--jobs", str(1 + number % 2)], stdout=subprocess.DEVNULL)
            time.sleep(source.uniform(0.2, arguments.longest))
            process.send_signal(signal.SIGKILL)
            ends += process.wait() == 0
            if is_begun(store):
                bad += bool(faults(store))
                done = kept(store)
                if done == arguments.runs:  # begin anew, so that each kill has something to hit
                    store.unlink()
        after = subprocess.check_output(command)
        print(f"{arguments.kills} kills, {ends} too late; {bad} bad states; {done} runs kept at the last")
        print("resumed to the same answer" if after == clean else "THE ANSWER DIFFERS")
        bad += bool(faults(store)) + (after != clean) + len(list(place.glob("*.aside-*")))
    raise SystemExit(bool(bad))


if __name__ == "__main__":
    main()
