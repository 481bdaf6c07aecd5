"""A Dask scheduler and its workers, on this machine's own address alone."""

import json
import os
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

from distributed import Client

HERE = Path(__file__).parent
# Without a dashboard there is still a server of pages, and it listens on all addresses unless told.
LOCAL = ("--host", "127.0.0.1", "--no-dashboard", "--dashboard-address", "127.0.0.1:0")


@contextmanager
def cluster(folder, workers=2):
    """The address of a scheduler with so many worker processes."""
    file = folder / "scheduler.json"
    path = [str(HERE.parents[1]), str(HERE), os.environ.get("PYTHONPATH", "")]
    environ = os.environ | {
        "PYTHONPATH": os.pathsep.join(path),
        "OMP_NUM_THREADS": "1",
    }
    with ExitStack() as stack:

        def start(program, *options):
            command = [sys.executable, "-m", f"distributed.cli.{program}", *LOCAL, *options]
            process = subprocess.Popen(
                [*command, "--scheduler-file", file], env=environ, stderr=subprocess.DEVNULL, cwd=folder
            )
            stack.callback(process.wait)
            stack.callback(process.terminate)

        start("dask_scheduler", "--port", "0")
        while not file.exists() or not file.read_text().endswith("}"):
            time.sleep(0.02)
        if workers:
            start("dask_worker", "--nworkers", str(workers), "--nthreads", "1")
        address = json.loads(file.read_text())["address"]
        if workers:
            with Client(address, set_as_default=False) as client:
                client.wait_for_workers(workers)
        yield address
