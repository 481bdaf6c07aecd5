"""The tables of the store, and how those of an older store become them: one named function for each step."""

from __future__ import annotations

from sqlite3 import Connection

APPLICATION_ID = 0x6C6F6761
"""Stands in the head of the file and tells a store of ours from any other database."""


def create_tables(connection: Connection) -> None:
    """Version 1: units of files that are read together, their runs, and what is rarely asked of a run."""
    for statement in (
        """CREATE TABLE unit (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            root BLOB NOT NULL,
            name TEXT NOT NULL,
            inputs BLOB NOT NULL,
            terms BLOB NOT NULL,
            sketch BLOB NOT NULL,
            mark BLOB NOT NULL,
            UNIQUE (root, name))""",
        "CREATE INDEX unit_by_sketch ON unit (sketch)",
        """CREATE TABLE run (
            id INTEGER PRIMARY KEY,
            unit INTEGER NOT NULL REFERENCES unit (id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            run_id TEXT NOT NULL,
            damaged INTEGER NOT NULL,
            judged BLOB NOT NULL,
            past BLOB NOT NULL)""",
        "CREATE INDEX run_by_unit ON run (unit)",
        """CREATE TABLE detail (
            run INTEGER PRIMARY KEY REFERENCES run (id) ON DELETE CASCADE,
            body BLOB NOT NULL,
            curves BLOB)""",
        "CREATE TABLE text (digest BLOB PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID",
    ):
        connection.execute(statement)


def add_lessons(connection: Connection) -> None:
    """Version 2: what was last learned from runs together, by a digest of all that it hangs on."""
    connection.execute(
        "CREATE TABLE lessons (only INTEGER PRIMARY KEY CHECK (only = 0), digest BLOB, body BLOB)"
    )


MIGRATIONS = (create_tables, add_lessons)
"""The n-th function takes a store from version n to n + 1."""


def version_of(connection: Connection) -> int:
    """The version of the tables, 0 of an empty file."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def is_ours(connection: Connection) -> bool:
    """Whether the file is a store of this or an older version, or an empty file."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if application != APPLICATION_ID:
        (n_tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        return not application and not n_tables
    return version_of(connection) <= len(MIGRATIONS)


def migrate(connection: Connection) -> None:
    """Bring the tables up to date, all steps or none of them."""
    if version_of(connection) == len(MIGRATIONS):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for migration in MIGRATIONS[version_of(connection) :]:
            migration(connection)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
