"""Make sample_logs/formats/trackio: tiny networks really trained and logged by Trackio.

Needs `pip install trackio numpy`; nothing is sent anywhere. Run it from the root of the repository, with
TRACKIO_DIR set to an empty folder and HF_HUB_OFFLINE to 1. Of a database the tables without rows and all
indexes but those of the keys are dropped, and the name of the user is taken out.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

import numpy as np
import trackio
from tiny_training import train
from truths import write_truth

OUT = Path("sample_logs/formats/trackio")
EPOCHS = 24
KEPT = ("metrics", "configs", "project_metadata")


def main() -> None:
    """Write all runs anew."""
    np.seterr(all="ignore")
    shutil.rmtree(OUT, ignore_errors=True)
    runs = {"plain": (1, 0.1), "slow": (2, 0.05)}
    project("sine-healthy", runs, "healthy", "Two sound runs of one project.")
    note = (
        "A learning rate of 8: the loss passes the largest float, is infinite for some epochs and then NaN."
    )
    project("sine-overflow", {"too-fast": (3, 8.0)}, "non-finite-loss", note)


def project(name: str, runs: dict[str, tuple[int, float]], label: str, note: str) -> None:
    """Some runs as one database; the loss over the training set is logged within a table."""
    for title, (seed, rate) in runs.items():
        config = {"lr": rate, "epochs": EPOCHS, "optimizer": {"name": "sgd", "nesterov": False}}
        trackio.init(project=name, name=title, config=config, auto_log_gpu=False, auto_log_cpu=False)
        for epoch, values in enumerate(train(seed, rate, EPOCHS)):
            trackio.log({"train": {"loss": values["train/loss"]}, "val/loss": values["val/loss"]}, step=epoch)
        trackio.finish()
    (OUT / name).mkdir(parents=True)
    shrink(Path(os.environ["TRACKIO_DIR"]) / f"{name}.db", OUT / name / f"{name}.db")
    seed = next(iter(runs.values()))[0]
    write_truth(OUT / name, label=label, format_="trackio", seed=seed, name=name, note=note)


def shrink(source: Path, target: Path) -> None:
    """Copy a database without its empty tables and further indexes, in small pages."""
    connection = sqlite3.connect(source, isolation_level=None)
    connection.execute("PRAGMA journal_mode=DELETE")
    for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        if table not in KEPT and not table.startswith("sqlite_"):
            connection.execute(f'DROP TABLE "{table}"')
    made = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    for (index,) in connection.execute(made).fetchall():
        connection.execute(f'DROP INDEX "{index}"')
    connection.execute("""UPDATE configs SET config = json_remove(config, '$._Username')""")
    connection.execute("PRAGMA page_size=512")
    connection.execute("VACUUM")
    connection.execute("VACUUM INTO ?", (str(target),))
    connection.close()


if __name__ == "__main__":
    main()
