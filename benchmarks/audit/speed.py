"""What an audit costs: cold, with nothing changed, with one run in a hundred changed; its memory.

python benchmarks/audit/speed.py             1,000 and 10,000 runs of 200 steps of 6 tags
python benchmarks/audit/speed.py --runs 50000
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
from event_logs.files import NAME, TRAINING_TAGS, event, scalar, write_trainings

BARS = {"cold": 60.0, "unchanged": 3.0, "1 % changed": 5.0}


def audit(folder: Path, jobs: int = 1) -> tuple[float, float, float, bytes]:
    """CPU and wall seconds, peak memory in MB, and what it said."""
    command = [
        sys.executable,
        "-m",
        "loganalyzer",
        "audit",
        "--quiet",
        "--format",
        "json",
        "--jobs",
        str(jobs),
    ]
    start = time.perf_counter()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen([*command, folder], stdout=out)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        if status:
            raise SystemExit(f"the audit ended with {status}")
        out.seek(0)
        return usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024, out.read()


def grow(folder: Path, n_runs: int) -> None:
    """Log one more step of all tags to one run in a hundred."""
    for run in range(0, n_runs, 100):
        with (folder / f"run{run:05d}" / NAME).open("ab") as file:
            for tag in TRAINING_TAGS:
                file.write(event(200, 1e6, tag, scalar(np.float32(0.5))))


def forget(folder: Path) -> None:
    for path in (folder / ".loganalyzer").iterdir():
        path.unlink()


def measure(n_runs: int, jobs: int) -> dict[str, float]:
    """Peak memory of each kind of audit; the figures are printed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_trainings(folder, n_runs)
        peaks, answers = {}, {}
        for kind in BARS:
            if kind == "1 % changed":
                grow(folder, n_runs)
            cpu, wall, peaks[kind], answers[kind] = audit(folder)
            print(f"{n_runs:,} runs, {kind}: {cpu:.2f} s CPU, {wall:.2f} s wall, {peaks[kind]:.0f} MB")
        if answers["cold"] != answers["unchanged"]:
            raise SystemExit("the second answer differs from the first")
        store = folder / ".loganalyzer" / "store.sqlite"
        print(f"{n_runs:,} runs: {store.stat().st_size / n_runs:,.0f} bytes of store for each")
        if jobs > 1:
            forget(folder)
            cpu, wall, memory, answer = audit(folder, jobs)
            print(f"{n_runs:,} runs, cold, {jobs} jobs: {cpu:.2f} s CPU, {wall:.2f} s wall, {memory:.0f} MB")
            if answer != answers["1 % changed"]:
                raise SystemExit("several processes say something else than one")
    return peaks


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    few, many = (measure(n, arguments.jobs) for n in (arguments.runs // 10, arguments.runs))
    for kind, bar in BARS.items():
        print(
            f"{kind}: bar {bar:g} s at 10,000 runs; memory {many[kind] / few[kind]:.2f} times that of a tenth"
        )


if __name__ == "__main__":
    main()
