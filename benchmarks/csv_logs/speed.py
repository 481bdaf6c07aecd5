"""CPU time of reading many small Keras CSVLogger files: by pandas and by us, one by one and as a tree."""

from __future__ import annotations

import csv
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd

from loganalyzer.readers import find_runs, keras_csv, read_all

HEADER = ("epoch", "accuracy", "loss", "val_accuracy", "val_loss")
ROWS = (20, 101)
_TURN = 250


def write_csv(folder: Path, n_files: int) -> None:
    """`n_files` folders with one table each, as CSVLogger writes it: 20 to 100 epochs of four metrics."""
    source = np.random.default_rng(4)
    for run in range(n_files):
        path = folder / f"run{run:05d}" / "training.csv"
        path.parent.mkdir(parents=True)
        values = source.random((source.integers(*ROWS), len(HEADER) - 1), dtype=np.float32)
        with path.open("w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(HEADER)
            rows.writerows([epoch, *row] for epoch, row in enumerate(values.tolist()))


def compare(n_files: int, rounds: int, folder: Path | None) -> int:
    """Print one table; files are written below `folder` and kept there if one is given."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as scratch:
        root = (folder or Path(scratch)) / f"csv-{n_files}"
        if not root.exists():
            write_csv(root, n_files)
        _compare(root, rounds)
    return 0


def _compare(root: Path, rounds: int) -> None:
    files = sorted(root.rglob("*.csv"))
    pd.read_csv(files[0])
    seconds: dict[str, list[float]] = {"pandas.read_csv": [], "ours": [], "ours, walk": [], "ours, tree": []}
    for _ in range(rounds):
        _check(files)
        ours = theirs = 0.0
        for at in range(0, len(files), _TURN):
            theirs += _took(lambda some: [pd.read_csv(path) for path in some], files[at : at + _TURN])
            ours += _took(lambda some: [keras_csv.read(path) for path in some], files[at : at + _TURN])
        seconds["pandas.read_csv"].append(theirs)
        seconds["ours"].append(ours)
        seconds["ours, walk"].append(_took(find_runs, root))
        seconds["ours, tree"].append(_took(lambda root: list(read_all(find_runs(root))), root))
    reference = median(seconds["pandas.read_csv"])
    print(f"{len(files):,} files, {sum(path.stat().st_size for path in files) / 1e6:.0f} MB")
    print(f"{'reader':18} {'us a file':>10} {'x faster than pandas':>21}")
    for name, all_ in seconds.items():
        took = median(all_)
        print(f"{name:18} {took / len(files) * 1e6:10.1f} {reference / took:21.1f}")


def _took(read: Callable, what: object) -> float:
    before = time.process_time()
    read(what)
    return time.process_time() - before


def _check(files: list[Path]) -> None:
    """The first files hold the same numbers for both."""
    for path in files[:50]:
        theirs = pd.read_csv(path, float_precision="round_trip")
        for column in keras_csv.read(path).columns:
            np.testing.assert_array_equal(column.value, theirs[column.tag])
