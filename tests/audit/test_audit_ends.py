"""However an audit ends, the next one finds a sound store and goes on from there."""

import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from archives import audited, counts, write_archive

from loganalyzer.store.store import DamagedStoreError, Store

KILLS = 6
RUNS = 40
COMMAND = (sys.executable, "-m", "loganalyzer", "audit", "--quiet", "--format", "json")
AUDIT = """
import sys
from loganalyzer.audit.archive import spread
from loganalyzer.cli import main
spread.BATCH = 2
sys.argv = ["loganalyzer", *sys.argv[1:]]
main()
"""
IN_STEPS = (sys.executable, "-c", AUDIT, "audit", "--quiet", "--format", "json")


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    return write_archive(tmp_path_factory.mktemp("archive") / "runs", RUNS)


@pytest.fixture(scope="module")
def expected(archive, tmp_path_factory):
    """What an audit says that nothing disturbs."""
    store = tmp_path_factory.mktemp("expected") / "store.sqlite"
    return subprocess.run([*COMMAND, archive, "--store", store], capture_output=True, check=True).stdout


def is_sound(store):
    database = sqlite3.connect(store)
    checks = [database.execute("PRAGMA integrity_check").fetchone()[0]]
    checks += database.execute("PRAGMA foreign_key_check").fetchall()
    twice = "SELECT root, name FROM unit GROUP BY root, name HAVING count(*) > 1"
    lost = "SELECT id FROM run WHERE id NOT IN (SELECT run FROM detail)"
    checks += [*database.execute(twice).fetchall(), *database.execute(lost).fetchall()]
    database.close()
    return checks == ["ok"]


def test_killed_at_any_moment_it_goes_on(archive, expected, tmp_path):
    store = tmp_path / "store.sqlite"
    source = random.Random(1)
    for _ in range(KILLS):
        process = subprocess.Popen([*IN_STEPS, archive, "--store", store], stdout=subprocess.DEVNULL)
        time.sleep(source.uniform(0.3, 1.2))
        process.send_signal(signal.SIGKILL)
        process.wait()
        if store.exists():
            assert is_sound(Path(shutil.copytree(tmp_path, tmp_path.with_name("looked at"))) / store.name)
            shutil.rmtree(tmp_path.with_name("looked at"))
    done = subprocess.run([*COMMAND, archive, "--store", store], capture_output=True, check=True)
    assert done.stdout == expected
    assert done.stderr == b""
    assert is_sound(store)
    assert [path.name for path in tmp_path.iterdir()] == ["store.sqlite"]


def test_interrupted_it_says_so_and_goes_on(archive, expected, tmp_path):
    store = tmp_path / "store.sqlite"
    process = subprocess.Popen(
        [*IN_STEPS, archive, "--store", store], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    while not (store.exists() and kept(store)):
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate()
    assert (process.returncode, out) == (130, b"")
    assert b"stopped" in err
    assert 0 < kept(store) < RUNS
    done = subprocess.run([*COMMAND, archive, "--store", store], capture_output=True, check=True)
    assert done.stdout == expected


def kept(store):
    try:
        database = sqlite3.connect(store, timeout=10)
        (n,) = database.execute("SELECT count(*) FROM unit").fetchone()
        database.close()
    except sqlite3.OperationalError:
        return 0
    return n


def has_workers(process):
    threads = Path(f"/proc/{process.pid}/task").glob("*/children")
    children = [child for thread in threads for child in thread.read_text().split()]
    return any(b"LokyProcess" in Path(f"/proc/{child}/cmdline").read_bytes() for child in children)


@pytest.mark.parametrize(
    "is_time", [has_workers, lambda process: kept(Path(process.args[-3]))], ids=["idle", "busy"]
)
def test_workers_end_with_what_started_them(archive, tmp_path, is_time):
    command = [*IN_STEPS, archive, "--store", str(tmp_path / "store.sqlite"), "--jobs", "2"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    while process.poll() is None and not is_time(process):
        time.sleep(0.01)
    process.kill()
    # Each worker holds the other end, so that this comes back once the last of them is gone.
    process.communicate(timeout=60)


def test_four_at_once_count_each_run_once(archive, expected, tmp_path):
    store = tmp_path / "store.sqlite"
    several = [
        subprocess.Popen(
            [*IN_STEPS, archive, "--store", store], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(4)
    ]
    answers = [one.communicate() for one in several]
    assert [one.returncode for one in several] == [0] * 4
    assert answers == [(expected, b"")] * 4
    assert is_sound(store)
    assert kept(store) == RUNS


def test_a_full_disk_is_a_clear_stop_and_what_was_kept_stays(archive, expected, tmp_path):
    store = tmp_path / "store.sqlite"

    def small_files():
        resource.setrlimit(resource.RLIMIT_FSIZE, (120_000, 120_000))

    command = [*IN_STEPS, archive, "--store", store]
    full = subprocess.run(command, capture_output=True, check=False, preexec_fn=small_files)
    assert (full.returncode, full.stdout) == (2, b"")
    (line,) = full.stderr.decode().splitlines()
    assert line.startswith(f"loganalyzer: {store}: the store cannot be used any more")
    assert is_sound(store)
    assert 0 < kept(store) < RUNS
    done = subprocess.run([*COMMAND, archive, "--store", store], capture_output=True, check=True)
    assert done.stdout == expected


@pytest.mark.parametrize(
    ("column", "options"), [("run.past", ()), ("detail.body", ("--classes", "9")), ("detail.curves", None)]
)
def test_what_rots_inside_a_store_is_made_anew(archive, expected, tmp_path, column, options):
    """The pages of the database are sound, and what they hold is not: that is no fault of the program."""
    path = tmp_path / "store.sqlite"
    audited(archive, path)
    table, _, name = column.partition(".")
    with sqlite3.connect(path) as database:
        database.execute(f"UPDATE {table} SET {name} = CAST(x'c1ff' || substr({name}, 3) AS BLOB)")
    database.close()
    if options is None:
        with Store(path) as store, pytest.raises(DamagedStoreError, match="cannot be read"):
            store.choose_all()
            list(store.diagnoses())
        return
    done = subprocess.run([*COMMAND, archive, "--store", path, *options], capture_output=True, check=True)
    assert b"moved to store.sqlite.aside-1" in done.stderr
    assert options or done.stdout == expected


def test_a_store_that_breaks_under_way_is_made_anew(archive, expected, tmp_path):
    store = tmp_path / "store.sqlite"
    audited(archive, store)
    data = bytearray(store.read_bytes())
    data[8192:] = b"\xff" * len(data[8192:])
    store.write_bytes(data)
    done = subprocess.run([*COMMAND, archive, "--store", store], capture_output=True, check=True)
    assert done.stdout == expected
    assert b"moved to store.sqlite.aside-1" in done.stderr
    assert (tmp_path / "store.sqlite.aside-1").read_bytes() == data
    assert counts(audited(archive, store)[0]) == (0, 0, RUNS)
