"""What lies at the place of a store: ours is used, anything else goes aside with a line."""

import sqlite3

import pytest

from loganalyzer.errors import StoreError
from loganalyzer.store import opening, schema
from loganalyzer.store.rows import Place, UnitRow
from loganalyzer.store.store import Store

UNIT = UnitRow(Place(b"/runs", "a"), b"inputs", b"terms", b"sketch", (), {})


@pytest.fixture
def said():
    return []


def filled(path, n=1):
    with Store(path) as store:
        store.write([UnitRow(Place(b"/runs", f"{i:06d}"), b"", b"", b"", (), {}) for i in range(n)])
    return path


def pragma(path, name, value=None):
    database = sqlite3.connect(path)
    found = database.execute(f"PRAGMA {name}{'' if value is None else f' = {value}'}").fetchone()
    database.close()
    return found and found[0]


def test_a_new_store_is_ours_and_opens_again(tmp_path, said):
    path = filled(tmp_path / "store.sqlite")
    assert pragma(path, "application_id") == schema.APPLICATION_ID
    assert pragma(path, "user_version") == len(schema.MIGRATIONS)
    assert pragma(path, "journal_mode") == "wal"
    with Store(path, said.append) as store:
        assert list(store.places()) == [Place(b"/runs", "000000")]
    assert said == []


def test_a_store_does_not_trust_what_it_reads(tmp_path):
    database = opening.open_database(tmp_path / "store.sqlite", print)
    settings = [
        database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("trusted_schema", "cell_size_check")
    ]
    database.close()
    assert settings == [0, 1]


def foreign(path):
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE other (x)")
    database.close()


def newer(path):
    filled(path)
    pragma(path, "user_version", len(schema.MIGRATIONS) + 1)


def another_application(path):
    pragma(path, "application_id", 7)


@pytest.mark.parametrize(
    "put",
    [
        lambda path: path.write_bytes(b"no database at all" * 100),
        lambda path: path.write_bytes(filled(path).read_bytes()[:5000]),
        lambda path: path.write_bytes(b"x" * 50 + filled(path).read_bytes()[50:]),
        foreign,
        newer,
        another_application,
    ],
    ids=["text", "cut", "head", "foreign", "newer", "application"],
)
def test_what_is_no_store_of_ours_goes_aside_whole_and_a_new_one_is_made(tmp_path, put, said):
    path = tmp_path / "store.sqlite"
    put(path)
    before = path.read_bytes()
    with Store(path, said.append) as store:
        assert store.is_empty()
    assert (tmp_path / "store.sqlite.aside-1").read_bytes() == before
    (line,) = said
    assert line.startswith(f"{path}: ")
    assert "moved to store.sqlite.aside-1" in line
    path.write_bytes(b"again" * 1000)
    Store(path, said.append).__exit__()
    assert (tmp_path / "store.sqlite.aside-2").read_bytes() == b"again" * 1000


def test_after_an_unclean_end_damage_deep_in_the_file_is_found(tmp_path, said):
    path = filled(tmp_path / "store.sqlite", 5000)
    data = bytearray(path.read_bytes())
    middle = len(data) // 4096 // 2 * 4096
    data[middle : middle + 64] = b"\xff" * 64
    path.write_bytes(data)
    Store(path, said.append).__exit__()
    assert said == []
    (tmp_path / "store.sqlite-wal").write_bytes(b"left by a process that was killed")
    with Store(path, said.append) as store:
        assert store.is_empty()
    assert "is damaged" in said[0]


def test_a_place_that_cannot_be_written_is_refused(tmp_path):
    with pytest.raises(StoreError, match="choose another --store"):
        Store(tmp_path / "missing" / "store.sqlite")
    with pytest.raises(StoreError, match="cannot be used"):
        Store(tmp_path)


def test_a_store_of_an_older_version_is_brought_up_to_date(tmp_path, monkeypatch, said):
    path = filled(tmp_path / "store.sqlite")

    def add_column(connection):
        connection.execute("ALTER TABLE unit ADD COLUMN more TEXT DEFAULT 'x'")

    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, add_column))
    with Store(path, said.append) as store:
        assert list(store.places()) == [Place(b"/runs", "000000")]
    assert pragma(path, "user_version") == len(schema.MIGRATIONS)
    assert said == []


def test_a_step_that_fails_leaves_the_older_store_as_it_was(tmp_path, monkeypatch):
    path = filled(tmp_path / "store.sqlite")

    def fail(connection):
        connection.execute("DELETE FROM unit")
        raise RuntimeError("cut off")

    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, fail))
    with pytest.raises(RuntimeError):
        Store(path)
    monkeypatch.undo()
    with Store(path) as store:
        assert len(list(store.places())) == 1


@pytest.mark.parametrize(
    ("kind", "mode"), [("nfs4", "truncate"), ("fuse.lustre", "truncate"), ("ext4", "wal")]
)
def test_no_log_of_writes_where_machines_share_no_memory(tmp_path, monkeypatch, kind, mode):
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/a / ext4 rw 0 0\nserver:/x {tmp_path.resolve()} {kind} rw 0 0\n")
    monkeypatch.setattr(opening, "_MOUNTS", mounts)
    database = opening.open_database(tmp_path / "store.sqlite", print)
    assert database.execute("PRAGMA journal_mode").fetchone()[0] == mode
    database.close()
