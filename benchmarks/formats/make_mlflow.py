"""Make sample_logs/formats/mlflow and mlflow-sqlite: tiny networks really trained and logged by MLflow.

Needs `pip install mlflow-skinny sqlalchemy alembic numpy`; nothing is sent anywhere. Run it from the root of
the repository. Of a database the tables without rows and all indexes but those of the keys are dropped, as
an empty store takes 900 kB; paths of the machine are taken out.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import tempfile
from pathlib import Path

os.environ |= {"MLFLOW_ALLOW_FILE_STORE": "true", "LOGNAME": "user", "GIT_PYTHON_REFRESH": "quiet"}

import mlflow
import numpy as np
from tiny_training import train
from truths import write_truth

OUT = Path("sample_logs/formats")
EPOCHS = 40
STORED_EPOCHS = 14
KEPT = ("alembic_version", "experiments", "runs", "metrics", "params", "tags")


def main() -> None:
    """Write all runs anew."""
    np.seterr(all="ignore")
    for kind in ("mlflow", "mlflow-sqlite"):
        shutil.rmtree(OUT / kind, ignore_errors=True)
    file_store("sine-healthy", 1, 0.1, "healthy", "Sound losses over 40 epochs.")
    note = (
        "A learning rate of 8: the loss passes the largest float, is infinite for some epochs and then NaN."
    )
    file_store("sine-overflow", 3, 8.0, "non-finite-loss", note)
    runs = {"plain": (1, 0.1), "slow": (2, 0.05), "plain again": (4, 0.1)}
    database("sine-healthy", runs, "healthy", "Three sound runs of two experiments, two of one name.")
    database("sine-overflow", {"too fast": (3, 8.0)}, "non-finite-loss", note)


def log(name: str, seed: int, rate: float, epochs: int) -> None:
    """One run, each epoch logged under its number."""
    with mlflow.start_run(run_name=name):
        mlflow.log_params(
            {"lr": rate, "epochs": epochs, "optimizer/name": "sgd", "shuffle": True, "note": "a\nb"}
        )
        for epoch, values in enumerate(train(seed, rate, epochs)):
            mlflow.log_metrics(values, step=epoch)
        mlflow.log_metric("last loss", values["train/loss"])


def file_store(name: str, seed: int, rate: float, label: str, note: str) -> None:
    """One run as a folder of files."""
    with tempfile.TemporaryDirectory() as folder:
        mlflow.set_tracking_uri(f"file:{folder}/mlruns")
        log(name, seed, rate, EPOCHS)
        (run,) = (path.parent for path in Path(folder).glob("mlruns/0/*/meta.yaml"))
        (run / "artifacts").rmdir()
        home = OUT / "mlflow" / name
        shutil.copytree(run, home / "mlruns/0" / run.name)
        shutil.copy(run.parent / "meta.yaml", home / "mlruns/0")
        for path in home.rglob("meta.yaml"):
            path.write_text(path.read_text().replace(f"file://{folder}/", "").replace(f"{folder}/", ""))
    write_truth(home, label=label, format_="mlflow", seed=seed, name=name, note=note)


def database(name: str, runs: dict[str, tuple[int, float]], label: str, note: str) -> None:
    """Some runs as one database; `again` behind a name is not written."""
    home = OUT / "mlflow-sqlite" / name
    home.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        mlflow.set_tracking_uri(f"sqlite:///{folder}/mlflow.db")
        for title, (seed, rate) in runs.items():
            mlflow.set_experiment("sine" if title != "slow" else "sweep")
            log(re.sub(" again$", "", title), seed, rate, STORED_EPOCHS)
        shrink(Path(folder) / "mlflow.db", home / "mlflow.db")
    seed = next(iter(runs.values()))[0]
    write_truth(home, label=label, format_="mlflow-sqlite", seed=seed, name=name, note=note)


def shrink(source: Path, target: Path) -> None:
    """Copy a database without its empty tables and further indexes, in small pages."""
    connection = sqlite3.connect(source, isolation_level=None)
    connection.execute("PRAGMA foreign_keys=OFF")
    for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        if table not in KEPT and not table.startswith("sqlite_"):
            connection.execute(f'DROP TABLE "{table}"')
    made = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    for (index,) in connection.execute(made).fetchall():
        connection.execute(f'DROP INDEX "{index}"')
    connection.execute("UPDATE runs SET artifact_uri = 'mlruns'")
    connection.execute("UPDATE experiments SET artifact_location = 'mlruns'")
    connection.execute("PRAGMA page_size=512")
    connection.execute("VACUUM")
    connection.execute("VACUUM INTO ?", (str(target),))
    connection.close()


if __name__ == "__main__":
    main()
