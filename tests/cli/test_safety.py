"""Logs come from anywhere: reading them may look at files, and do nothing else."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = """
import os, sys
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
FORBIDDEN = {
    "socket.connect", "socket.getaddrinfo", "socket.bind", "pickle.find_class",
    "subprocess.Popen", "os.system", "os.exec", "os.fork", "os.posix_spawn",
    "os.remove", "os.rename", "os.mkdir", "os.chmod", "os.link",
}
def watch(event, arguments):
    writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITES
    if event in FORBIDDEN or (writes and arguments[0] != os.devnull):
        sys.stderr.write(f"FORBIDDEN {event} {arguments}\\n")
        os._exit(99)
sys.addaudithook(watch)
from loganalyzer.cli import main
sys.argv = ["loganalyzer", *sys.argv[1:]]
main()
"""
PICKLE = b"cposix\nsystem\n(S'touch canary'\ntR."


def tree(root):
    files = sorted(path for path in root.rglob("*") if path.is_file())
    return [(path, hashlib.sha256(path.read_bytes()).hexdigest()) for path in files]


@pytest.mark.parametrize("options", [[], ["--format", "json"], ["-v"]])
def test_a_scan_reads_and_does_nothing_else(logs, options):
    shutil.copytree(logs / "bad", logs / "$(touch canary) `touch canary` {0.__class__}")
    (logs / "evil.csv").write_text(
        "epoch,loss,=cmd|' /C calc'!A0\n0,__import__('os').system('touch canary'),1\n"
    )
    (logs / "history.csv").write_bytes(PICKLE)
    (logs / "events.out.tfevents.1700000000.host.1.0").write_bytes(PICKLE)
    (logs / "sitecustomize.py").write_text("open('canary', 'w')")
    before = tree(logs)
    done = subprocess.run(
        [sys.executable, "-c", CODE, "scan", ".", *options],
        cwd=logs,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert tree(logs) == before
