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
    "sqlite3.enable_load_extension", "sqlite3.load_extension", "shutil.unpack_archive",
}
HERE = os.getcwd() + os.sep
def source(event, arguments):
    # the file from which code is compiled, run or imported
    if event == "exec":
        return arguments[0].co_filename
    if event in ("compile", "import"):
        return arguments[1]
    return arguments[0] if event == "ctypes.dlopen" else None
def watch(event, arguments):
    if str(source(event, arguments)).startswith(HERE):
        sys.stderr.write(f"FORBIDDEN {event} {arguments}\\n")
        os._exit(99)
    writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITES
    if event in FORBIDDEN or (writes and arguments[0] != os.devnull):
        sys.stderr.write(f"FORBIDDEN {event} {arguments}\\n")
        os._exit(99)
sys.addaudithook(watch)
from loganalyzer.cli import main
sys.argv = ["loganalyzer", *sys.argv[1:]]
main()
"""
FORMATS = ROOT / "sample_logs" / "formats"
CALLS = "lr: !!python/object/apply:os.system ['touch canary']\nx: !!python/name:canary.x\n"
MODULES = ("sitecustomize", "yaml", "sqlite3", "pandas", "wandb", "mlflow", "torch", "loganalyzer")
PICKLE = b"cposix\nsystem\n(S'touch canary'\ntR."


def tree(root):
    files = sorted(path for path in root.rglob("*") if path.is_file())
    return [(path, hashlib.sha256(path.read_bytes()).hexdigest()) for path in files]


def watched(logs, *arguments):
    return subprocess.run(
        [sys.executable, "-P", "-c", CODE, *arguments],
        cwd=logs,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


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
    done = watched(logs, "scan", ".", *options)
    assert (done.returncode, done.stderr) == (1, "")
    assert tree(logs) == before


@pytest.mark.parametrize("command", [["scan", ".", "--fail-on", "never"], ["inspect", "."]])
def test_no_format_is_run_or_loaded(tmp_path, command):
    shutil.copytree(FORMATS, tmp_path / "formats")
    for folder in sorted({path.parent for path in (tmp_path / "formats").rglob("*") if path.is_file()}):
        for name in ("hparams.yaml", "config.yaml", "params.yaml"):
            if not (folder / name).exists():
                (folder / name).write_text(CALLS)
    for name in ("history.json", "log.jsonl", "train.log", "run.wandb", "run.db", "model.pt", "a.zip"):
        (tmp_path / name).write_bytes(PICKLE)
    for name in MODULES:
        (tmp_path / f"{name}.py").write_text("open('canary', 'w')")
    before = tree(tmp_path)
    done = watched(tmp_path, *command)
    assert (done.returncode, done.stderr) in [(0, ""), (3, "")]
    assert "mlflow" in done.stdout
    assert tree(tmp_path) == before


IMPORT = "sys.path.insert(0, os.getcwd()); import evil"
RUN = "exec(compile('1', os.path.abspath('evil.py'), 'exec'))"


@pytest.mark.parametrize("act", [IMPORT, RUN])
def test_the_watch_sees_code_from_the_folder(tmp_path, act):
    (tmp_path / "evil.py").write_text("x = 1")
    code = CODE.partition("from loganalyzer")[0] + act
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, "FORBIDDEN" in done.stderr) == (99, True)
