"""Make sample_logs/formats/dvclive: tiny networks really trained and logged by DVCLive.

Needs `pip install dvclive numpy`; nothing is sent anywhere. Run it from the root of the repository.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

os.environ |= {"DVC_NO_ANALYTICS": "1", "DVC_STUDIO_OFFLINE": "1"}

import numpy as np
from dvclive import Live
from tiny_training import train
from truths import write_truth

OUT = Path("sample_logs/formats/dvclive").resolve()
EPOCHS = 40
KEPT = ("metrics.json", "params.yaml", "plots")


def main() -> None:
    """Write all runs anew."""
    np.seterr(all="ignore")
    shutil.rmtree(OUT, ignore_errors=True)
    log("sine-healthy", 1, 0.1, "healthy", "Sound losses over 40 epochs, with times.")
    note = (
        "A learning rate of 8: the loss passes the largest float, is infinite for some epochs and then NaN."
    )
    log("sine-overflow", 3, 8.0, "non-finite-loss", note)


def log(name: str, seed: int, rate: float, label: str, note: str) -> None:
    """One run as a folder of tables."""
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        with Live(dir="dvclive", save_dvc_exp=False, report=None, dvcyaml=None) as live:
            live.log_params({"lr": rate, "epochs": EPOCHS, "optimizer": {"name": "sgd", "nesterov": False}})
            for values in train(seed, rate, EPOCHS):
                for tag, value in values.items():
                    live.log_metric(tag, value, timestamp=label == "healthy")
                live.next_step()
            live.summary["updates"] = 6 * EPOCHS
        home = OUT / name / "dvclive"
        home.mkdir(parents=True)
        for kept in KEPT:
            path = Path("dvclive", kept)
            (shutil.copytree if path.is_dir() else shutil.copy)(path, home / kept)
        os.chdir(OUT)
    write_truth(OUT / name, label=label, format_="dvclive", seed=seed, name=name, note=note)


if __name__ == "__main__":
    main()
