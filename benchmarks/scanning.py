"""What a scan costs from start to finish, as ratios against peers measured in the same run.

python benchmarks/scanning.py start     to import the package and to ask for help, against numpy and typer
python benchmarks/scanning.py small     one run of 300 points, against `python -c "import numpy"`
python benchmarks/scanning.py many      1,000 runs of 200 steps of 6 tags, against EventAccumulator
python benchmarks/scanning.py large     1,000,000 scalars read, segmented and judged, against EventAccumulator
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

HERE = Path(__file__).parent
PEER = """
import sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
for path in sys.argv[1:]:
    reader = EventAccumulator(path, size_guidance={"scalars": 0, "tensors": 0}, purge_orphaned_data=False)
    reader.Reload()
    print(sum(len(reader.Scalars(tag)) for tag in reader.Tags()["scalars"]))
"""
RULES = """
import time
from loganalyzer.rulebook.load import default_directory, load_rulebook
start = time.process_time()
load_rulebook((default_directory(),))
print(time.process_time() - start)
"""


def cost(command: list[str]) -> tuple[float, float]:
    """CPU seconds and peak memory in MB of one process."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        raise SystemExit(f"{command} ended with {status}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def interleaved(commands: dict[str, list[str]], rounds: int) -> dict[str, tuple[float, float]]:
    """Median CPU seconds and peak memory of each command, run in turn."""
    seen: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            seen[name].append(cost(command))
    return {name: (median(c for c, _ in all_), max(m for _, m in all_)) for name, all_ in seen.items()}


def start(rounds: int) -> None:
    code = {"numpy": "import numpy", "typer": "import typer", "package": "import loganalyzer"}
    commands = {name: [sys.executable, "-c", text] for name, text in code.items()}
    help_ = [sys.executable, "-m", "loganalyzer", "--help"]
    figures = interleaved({**commands, "help": help_}, 3 * rounds)
    ms = {name: cpu * 1e3 for name, (cpu, _) in figures.items()}
    ratio = ms["package"] / ms["numpy"]
    print(f"import loganalyzer {ms['package']:.0f} ms CPU, numpy {ms['numpy']:.0f} ms: {ratio:.2f} times")
    ratio = ms["help"] / ms["typer"]
    print(f"loganalyzer --help {ms['help']:.0f} ms CPU, import typer {ms['typer']:.0f} ms: {ratio:.2f} times")


def small(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "history.csv"
        rows = (f"{i},{2.0 / (1 + i)},{2.1 / (1 + i)},0.5,0.01\n" for i in range(300))
        log.write_text("epoch,loss,val_loss,accuracy,lr\n" + "".join(rows))
        scan = [sys.executable, "-m", "loganalyzer", "scan", folder, "--fail-on", "never"]
        figures = interleaved({"numpy": [sys.executable, "-c", "import numpy"], "scan": scan}, rounds)
    numpy_ms, scan_ms = (figures[name][0] * 1e3 for name in ("numpy", "scan"))
    print(f"import numpy {numpy_ms:.0f} ms CPU, scan {scan_ms:.0f} ms CPU: {scan_ms / numpy_ms:.2f} times")
    loading = median(float(subprocess.check_output([sys.executable, "-c", RULES])) for _ in range(rounds))
    print(f"rules and remedies load in {loading * 1e3:.0f} ms CPU")


def many(runs: int, rounds: int) -> None:
    from event_logs.files import write_trainings

    with tempfile.TemporaryDirectory() as folder:
        write_trainings(Path(folder), runs)
        scan = [sys.executable, "-m", "loganalyzer", "scan", "--fail-on", "never", "--quiet"]
        first = sorted(map(str, Path(folder).iterdir()))[: max(runs // 20, 1)]
        figures = interleaved(
            {
                "numpy": [sys.executable, "-c", "import numpy"],
                "one": [*scan, first[0]],
                "all": [*scan, folder],
                "peer": [sys.executable, "-c", PEER, *first],
            },
            rounds,
        )
    seconds = {name: cpu for name, (cpu, _) in figures.items()}
    each, peer = (seconds["all"] - seconds["one"]) / (runs - 1), seconds["peer"] / len(first)
    print(
        f"{runs:,} runs: {seconds['all']:.2f} s CPU, {figures['all'][1]:.0f} MB; {each * 1e3:.2f} ms for each"
    )
    print(f"and {seconds['one']:.2f} s for the first; import numpy takes {seconds['numpy']:.3f} s")
    print(f"EventAccumulator: {peer * 1e3:.1f} ms to read a run, {peer / each:.1f} times as long as the scan")


def large(events: int, rounds: int) -> None:
    from reading import write_scalars

    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "events.out.tfevents.1700000000.host.1.0"
        tenth = Path(folder).parent / f"{log.name}.tenth"
        write_scalars(log, events)
        write_scalars(tenth, events // 10)
        try:
            scan = [sys.executable, "-m", "loganalyzer", "scan", folder, "--fail-on", "never", "--quiet"]
            peer = [sys.executable, "-c", PEER, str(tenth)]
            figures = interleaved({"scan": scan, "peer": peer}, rounds)
        finally:
            tenth.unlink()
    ours, (peer_s, peer_mb) = figures["scan"], figures["peer"]
    print(f"{events:,} scalars, scan: {ours[0]:.2f} s CPU, {ours[1]:.0f} MB")
    print(f"{events // 10:,} scalars, EventAccumulator, reading alone: {peer_s:.2f} s CPU, {peer_mb:.0f} MB")
    ratio = 10 * peer_s / ours[0]
    print(f"EventAccumulator, scaled by ten, takes {ratio:.0f} times as long to read as the scan in all")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("start", "small", "many", "large"))
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    if arguments.what == "start":
        start(arguments.rounds)
    elif arguments.what == "small":
        small(arguments.rounds)
    elif arguments.what == "many":
        many(arguments.runs, arguments.rounds)
    else:
        large(arguments.events, arguments.rounds)


if __name__ == "__main__":
    main()
