"""SQLite files of other programs: nothing of them changes, and nothing in them is trusted."""

import hashlib
import random
import re
import shutil
import sqlite3
import struct
from pathlib import Path

import pytest

from loganalyzer.readers import mlflow_sqlite, trackio
from loganalyzer.readers.events.problems import Problems
from loganalyzer.readers.limits import Limits, applied
from loganalyzer.readers.stores import database as database_module
from loganalyzer.readers.stores import rows as rows_module
from loganalyzer.readers.stores.database import opened, tables_of
from loganalyzer.readers.stores.rows import rows_of

SAMPLE = (
    Path(__file__).parents[2] / "sample_logs" / "formats" / "mlflow-sqlite" / "sine-healthy" / "mlflow.db"
)
PAGE = 1024
METRICS = """CREATE TABLE runs (run_uuid TEXT);
    CREATE TABLE metrics (key TEXT, value FLOAT, timestamp BIGINT, run_uuid TEXT, step BIGINT,
        is_nan BOOLEAN);"""


def made(path, script):
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(f"PRAGMA page_size={PAGE}")
    connection.executescript(script)
    connection.close()
    return path


def filled(path, n, text="x"):
    """A table `metrics` whose rows 1 to n hold their own number and a text."""
    numbers = f"WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < {n})"
    fill = f"INSERT INTO metrics {numbers} SELECT '{text}', i, 0, 'r', i, 0 FROM c;"
    return made(path, METRICS + "BEGIN;" + fill + "COMMIT;")


def read_all(path, columns=("value", "key")):
    problems = Problems("it")
    with opened(path, problems, ("metrics",)) as database:
        found = list(rows_of(database, "metrics", columns))
    return found, problems.all()


def points_of(path, reader=mlflow_sqlite):
    found = reader.read_runs_of(path)
    return {
        (name, column.tag, step, value)
        for name, reading in found
        for column in reading.columns
        for step, value in zip(column.step.tolist(), column.value.tolist(), strict=True)
    }


def problems_of(path):
    return [problem for _, reading in mlflow_sqlite.read_runs_of(path) for problem in reading.problems]


def state(folder):
    return {
        path.name: (path.stat().st_mtime_ns, hashlib.sha256(path.read_bytes()).digest())
        for path in folder.iterdir()
    }


def live(tmp_path, *, checkpoint):
    """A database in use, left by a program that died: its last rows are only in the write-ahead log."""
    source = tmp_path / "source.db"
    connection = sqlite3.connect(source, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA wal_autocheckpoint=0")
    connection.executescript(METRICS)
    connection.execute("INSERT INTO metrics VALUES ('loss', 1, 0, 'r', 1, 0)")
    if checkpoint:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.execute("INSERT INTO metrics VALUES ('loss', 2, 0, 'r', 2, 0)")
    home = tmp_path / "home"
    home.mkdir()
    for suffix in ("", "-wal"):
        shutil.copyfile(f"{source}{suffix}", f"{home / 'mlflow.db'}{suffix}")
    connection.close()
    return home / "mlflow.db"


@pytest.mark.parametrize("checkpoint", [True, False])
def test_rows_in_a_write_ahead_log_are_read_and_nothing_is_touched(tmp_path, checkpoint):
    path = live(tmp_path, checkpoint=checkpoint)
    before = state(path.parent)
    path.parent.chmod(0o555)
    try:
        assert mlflow_sqlite.claims(path, path.read_bytes()[:65536])
        ((name, reading),) = mlflow_sqlite.read_runs_of(path)
    finally:
        path.parent.chmod(0o755)
    assert (name, reading.columns[0].value.tolist(), reading.problems) == ("r", [1.0, 2.0], ())
    assert state(path.parent) == before and set(before) == {"mlflow.db", "mlflow.db-wal"}


def test_every_cut_of_a_log_gives_whole_writes(tmp_path):
    path = live(tmp_path, checkpoint=True)
    wal = path.with_name("mlflow.db-wal")
    whole = wal.read_bytes()
    for end in range(0, len(whole) + 1, 97):
        wal.write_bytes(whole[:end])
        assert points_of(path) in ({("r", "loss", 1, 1.0)}, {("r", "loss", 1, 1.0), ("r", "loss", 2, 2.0)})
    wal.write_bytes(whole)
    assert len(points_of(path)) == 2


def test_a_log_too_large_to_copy_is_said(tmp_path, monkeypatch):
    path = live(tmp_path, checkpoint=True)
    monkeypatch.setattr(database_module, "MAX_COPY", 100)
    assert points_of(path) == {("r", "loss", 1, 1.0)}
    (problem,) = problems_of(path)
    assert problem.kind == "over_limit" and problem.text.endswith("rows in mlflow.db-wal were not read")


def test_no_room_to_copy_is_said(tmp_path, monkeypatch):
    path = live(tmp_path, checkpoint=True)

    def full(source, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(database_module.shutil, "copyfile", full)
    assert points_of(path) == {("r", "loss", 1, 1.0)}
    assert "No space left" in problems_of(path)[0].text


def test_a_database_that_is_never_at_rest_is_said(tmp_path, monkeypatch):
    path = live(tmp_path, checkpoint=True)
    copy = shutil.copyfile

    def busy(source, target):
        copy(source, target)
        with path.open("ab") as file:
            file.write(bytes(4096))

    monkeypatch.setattr(database_module.shutil, "copyfile", busy)
    assert ("r", "loss", 1, 1.0) in points_of(path)
    assert "written to all the time" in problems_of(path)[0].text


def test_a_database_written_to_meanwhile_is_a_live_tail(tmp_path):
    path = filled(tmp_path / "m.db", 5)
    problems = Problems("it")
    with opened(path, problems, ("metrics",)) as database:
        with path.open("ab") as file:
            file.write(bytes(PAGE))
        assert len(list(rows_of(database, "metrics", ("value",)))) == 5
    assert [problem.kind for problem in problems.all()] == ["truncated"]


def test_a_journal_is_not_played_back(tmp_path):
    """A journal can name a file that SQLite deletes once it has played the journal back."""
    path = filled(tmp_path / "m.db", 5)
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    name = str(victim).encode()
    total = sum(struct.unpack(f"{len(name)}b", name)) & 0xFFFFFFFF
    magic = bytes.fromhex("d9d505f920a163d7")
    header = magic + struct.pack(">IIIII", 0, 1, path.stat().st_size // PAGE, 512, PAGE)
    locking = struct.pack(">I", 2**30 // PAGE + 1)
    tail = locking + name + struct.pack(">II", len(name), total) + magic
    path.with_name("m.db-journal").write_bytes(header.ljust(512, b"\0") + tail)
    before = state(tmp_path)
    found, (problem,) = read_all(path)
    assert len(found) == 5 and problem.kind == "truncated" and "unfinished write" in problem.text
    assert state(tmp_path) == before
    connection = sqlite3.connect(path)  # the same files in less careful hands
    connection.execute("SELECT count(*) FROM metrics").fetchone()
    connection.close()
    assert not victim.exists()


@pytest.mark.parametrize("at", [0.3, 0.5, 0.8])
def test_rows_on_both_sides_of_a_damaged_page_are_read(tmp_path, at):
    """The twin reads row by row and leaves out what raises."""
    path = filled(tmp_path / "m.db", 2000)
    data = bytearray(path.read_bytes())
    leaves = [page for page in range(1, len(data) // PAGE) if data[page * PAGE] == 0x0D]
    page = leaves[int(at * len(leaves))]
    data[page * PAGE : page * PAGE + PAGE] = random.Random(7).randbytes(PAGE)
    path.write_bytes(data)
    expected = []
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
    for row in range(1, 2001):
        try:
            query = "SELECT rowid, value, key FROM metrics WHERE rowid = ?"
            found_one = connection.execute(query, (row,)).fetchone()
        except sqlite3.DatabaseError:
            continue
        expected.append((found_one[0], found_one[1], found_one[2].encode()))
    connection.close()
    found, (problem,) = read_all(path)
    assert found == expected and 1900 < len(found) < 2000
    assert problem.kind == "corrupt_data" and problem.lost == 2000 - len(found)
    gap = sorted(set(range(1, 2001)) - {row[0] for row in found})
    assert f"expected row {gap[0]} or later of table metrics" in problem.text
    assert f"row {gap[-1] + 1} and later ones were read" in problem.text


def test_damage_at_the_end_is_said(tmp_path):
    path = filled(tmp_path / "m.db", 500)
    data = bytearray(path.read_bytes())
    leaves = [page for page in range(1, len(data) // PAGE) if data[page * PAGE] == 0x0D]
    data[leaves[-1] * PAGE : (leaves[-1] + 1) * PAGE] = b"\xff" * PAGE
    path.write_bytes(data)
    found, (problem,) = read_all(path)
    assert [row[1] for row in found] == [float(i) for i in range(1, len(found) + 1)]
    assert 400 < len(found) < 500
    assert problem.kind == "corrupt_data" and "from there on were left out" in problem.text


def test_every_cut_gives_points_of_the_whole(tmp_path):
    whole, data = points_of(SAMPLE), SAMPLE.read_bytes()
    path = tmp_path / "mlflow.db"
    most = 0
    for end in [*range(0, len(data), 512), *range(100, len(data), 1531)]:
        path.write_bytes(data[:end])
        mlflow_sqlite.claims(path, data[:end])
        found = {(re.sub(r".*/|#\d+$", "", name), *rest) for name, *rest in points_of(path)}
        named = {(re.sub(r".*/|#\d+$", "", name), *rest) for name, *rest in whole}
        assert {point[1:] for point in found} <= {point[1:] for point in named}
        assert problems_of(path), end
        most = max(most, len(found))
    assert most > len(whole) / 2


def test_no_flipped_byte_is_too_odd(tmp_path):
    rng = random.Random(3)
    path = tmp_path / "mlflow.db"
    other = SAMPLE.parents[2] / "trackio" / "sine-healthy" / "sine-healthy.db"
    for source, reader in ((SAMPLE, mlflow_sqlite), (other, trackio)):
        data = source.read_bytes()
        for _ in range(150):
            damaged = bytearray(data)
            for _ in range(rng.choice((1, 4, 40))):
                damaged[rng.randrange(len(data) if rng.random() < 0.7 else 1024)] = rng.randrange(256)
            path.write_bytes(damaged)
            reader.claims(path, bytes(damaged[:65536]))
            assert reader.read_runs_of(path)


HOSTILE = {
    "view without end": """CREATE TABLE runs (run_uuid TEXT); CREATE VIEW metrics AS WITH RECURSIVE c(i) AS
        (SELECT 1 UNION ALL SELECT i + 1 FROM c) SELECT i AS rowid, 'k' AS key, i AS value, 0 AS timestamp,
        'r' AS run_uuid, i AS step, 0 AS is_nan FROM c;""",
    "computed column": """CREATE TABLE runs (run_uuid TEXT); CREATE TABLE metrics (key TEXT, timestamp BIGINT,
        run_uuid TEXT, step BIGINT, value FLOAT AS (length(hex(zeroblob(5000)))));
        INSERT INTO metrics (key, run_uuid) VALUES ('k', 'r');""",
    "virtual table": """CREATE TABLE runs (run_uuid TEXT);
        CREATE VIRTUAL TABLE metrics USING fts5(key, value, timestamp, run_uuid, step);
        INSERT INTO metrics VALUES ('k', 1, 1, 'r', 1);""",
    "column called rowid": """CREATE TABLE runs (run_uuid TEXT); CREATE TABLE metrics
        (rowid TEXT, key TEXT, value FLOAT, timestamp BIGINT, run_uuid TEXT, step BIGINT);
        INSERT INTO metrics VALUES ('x', 'k', 1, 1, 'r', 1);""",
    "no rowid": """CREATE TABLE runs (run_uuid TEXT); CREATE TABLE metrics
        (key TEXT PRIMARY KEY, value FLOAT, timestamp BIGINT, run_uuid TEXT, step BIGINT) WITHOUT ROWID;
        INSERT INTO metrics VALUES ('k', 1, 1, 'r', 1);""",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_but_rows_of_plain_tables_is_read(tmp_path, name):
    path = made(tmp_path / "m.db", HOSTILE[name])
    mlflow_sqlite.claims(path, path.read_bytes()[:65536])
    ((_, reading),) = mlflow_sqlite.read_runs_of(path)
    assert reading.columns == () and reading.problems


def test_a_cell_too_large_is_passed_over(tmp_path, monkeypatch):
    path = filled(tmp_path / "m.db", 10)
    made(path, "UPDATE metrics SET key = hex(zeroblob(20000)) WHERE step = 4")
    assert len(read_all(path)[0]) == 10
    monkeypatch.setattr(database_module, "MAX_CELL", 10_000)
    found, (problem,) = read_all(path)
    assert [row[0] for row in found] == [1, 2, 3, 5, 6, 7, 8, 9, 10]
    assert (problem.kind, problem.lost) == ("corrupt_data", 1) and "too big" in problem.text


def test_cells_that_share_their_bytes_end_the_table(tmp_path):
    """A file that is smaller than its cells together."""
    path = filled(tmp_path / "m.db", 40, "y" * 1500)
    problems = Problems("it")
    with opened(path, problems, ("metrics",)) as database:
        database.size = 20_000
        found = list(rows_of(database, "metrics", ("value", "key")))
    assert len(found) == 13
    assert [problem.kind for problem in problems.all()] == ["over_limit"]


def test_work_and_rows_are_bounded(tmp_path, monkeypatch):
    path = filled(tmp_path / "m.db", 5000)
    monkeypatch.setattr(rows_module, "MAX_ROWS", 1000)
    found, (problem,) = read_all(path)
    assert len(found) == 1000 and problem.kind == "over_limit"
    monkeypatch.setattr(rows_module, "MAX_ROWS", 10_000)
    monkeypatch.setattr(database_module, "MAX_WORK", 10_000)
    found, (problem,) = read_all(path)
    assert 0 < len(found) < 5000 and problem.kind == "over_limit"


def test_time_is_bounded(tmp_path):
    path = filled(tmp_path / "m.db", 50_000)
    with applied(Limits(file_s=-1.0)):
        found, (problem,) = read_all(path)
    assert 0 < len(found) < 50_000 and problem.kind == "over_limit" and "work or time" in problem.text


def test_rows_in_circles_are_damage(tmp_path):
    """An inner page whose children are all the same page gives the same rows again and again."""
    path = filled(tmp_path / "m.db", 2000)
    whole, _ = read_all(path)
    data = bytearray(path.read_bytes())
    (root,) = [page for page in range(1, len(data) // PAGE) if data[page * PAGE] == 0x05]
    start = root * PAGE
    (count,) = struct.unpack_from(">H", data, start + 3)
    cells = struct.unpack_from(f">{count}H", data, start + 12)
    first = data[start + cells[0] : start + cells[0] + 4]
    for cell in cells:
        data[start + cell : start + cell + 4] = first
    path.write_bytes(data)
    found, problems = read_all(path)
    assert set(found) <= set(whole) and len(found) == len(set(found))
    assert problems and {problem.kind for problem in problems} <= {"corrupt_data", "over_limit"}


def test_odd_paths_can_be_opened(tmp_path):
    folder = tmp_path / "a b?mode=rwc#%41&x=\udcff"
    folder.mkdir()
    path = filled(folder / "m?.db", 3)
    assert "value" in tables_of(path, ("metrics", "missing"))["metrics"]
    assert len(read_all(path)[0]) == 3 and [entry.name for entry in folder.iterdir()] == ["m?.db"]


def test_what_is_no_database_is_said(tmp_path):
    path = tmp_path / "m.db"
    for data in (b"", b"SQLite format 3\0", bytes(4096), b"SQLite format 3\0" + b"\xff" * 5000):
        path.write_bytes(data)
        assert tables_of(path, ("metrics",)) == {}
        ((name, reading),) = mlflow_sqlite.read_runs_of(path, display="x/m.db")
        assert (name, reading.columns) == ("", ())
        assert reading.problems[0].kind in {"empty", "unreadable", "corrupt_data"}
        assert reading.problems[0].text.startswith("x/m.db: expected")
    with pytest.raises(OSError):
        mlflow_sqlite.read_runs_of(tmp_path / "missing.db")
