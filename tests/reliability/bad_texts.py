"""Bad histories, documents, run files, stores and settings (E)."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import wandb_files
from bad_case import Case, file_of, files_of

ROWS = [(epoch, 2.0 - epoch / 16) for epoch in range(16)]
TABLE = "epoch,loss\n" + "".join(f"{epoch},{value}\n" for epoch, value in ROWS)
LINES = "".join(json.dumps({"step": step, "loss": value}) + "\n" for step, value in ROWS)
STATE = json.dumps({"global_step": 15, "log_history": [{"step": s, "loss": v} for s, v in ROWS]})
PICKLE = b"cposix\nsystem\n(S'touch CANARY'\ntR."


def of(name, rows=ROWS, tag="loss"):
    return {name: {tag: list(rows)}}


def csv(name, data, *problems, rows=ROWS, code=3, tag="loss", **more):
    return Case(name, file_of("history.csv", data), of("bad/history.csv", rows, tag), problems, code, **more)


def without(*epochs):
    return [row for row in ROWS if row[0] not in epochs]


def at_row(epoch, line):
    """The table with another line in place of that of an epoch."""
    lines = TABLE.splitlines(keepends=True)
    lines[epoch + 1] = line
    return "".join(lines)


ENDLESS = [*ROWS[:5], (5, float("inf")), *ROWS[6:]]
LONG_ROWS = [(epoch, epoch / 8) for epoch in range(200)]
LONG = "epoch,loss\n" + "".join(f"{epoch},{value}\n" for epoch, value in LONG_ROWS)
TABLES = [
    Case(
        "E02 header alone",
        file_of("history.csv", "epoch,loss\n"),
        {"bad/history.csv": {}},
        (("empty", 1),),
    ),
    csv("E03 half a number at the end", TABLE[:-4], ("truncated", 17), rows=without(15), code=0),
    csv("E03b no line break at the end", TABLE[:-1], ("truncated", 17), rows=without(15), code=0),
    csv("E04 header again", at_row(8, "epoch,loss\n8,1.5\n"), code=0),
    csv("E05 a row too long", at_row(5, "5,1,2\n"), ("ragged", 7), rows=without(5)),
    csv("E05b a row too short", at_row(5, "5\n"), ("ragged", 7), rows=without(5)),
    csv("E06 semicolons", TABLE.replace(",", ";"), code=0),
    csv("E07 decimal commas", TABLE.replace(",", ";").replace(".", ","), code=0),
    csv("E08 a byte of latin-1", at_row(5, "5,é\n").encode("latin-1"), ("non_numeric", 7), rows=without(5)),
    csv("E09 a byte order mark", "\ufeff" + TABLE, code=0),
    csv("E10 UTF-16", TABLE.encode("utf-16"), code=0),
    csv("E11 old line ends", TABLE.replace("\n", "\r"), code=0),
    csv("E11b DOS line ends", TABLE.replace("\n", "\r\n"), code=0),
    csv("E12 an open quote", at_row(5, '5,"1\n'), rows=[*ROWS[:5], (5, 1.0), *ROWS[6:]], code=0),
    csv(
        "E13 a hole of NUL",
        LONG + "\0" * 100 + "200,1.5\n",
        ("corrupt_data", 202),
        rows=[*LONG_ROWS, (200, 1.5)],
    ),
    csv("E14 digits of another script", at_row(5, "5,１\n"), rows=[*ROWS[:5], (5, 1.0), *ROWS[6:]], code=0),
    csv(
        "E15 a cell of 20 MB",
        at_row(5, "5," + "9" * 20_000_000 + "\n"),
        ("over_limit", 7),
        rows=without(5),
    ),
    csv("E16 a cell of 1 MB", at_row(5, "5," + "x" * 1_000_000 + "\n"), ("over_limit", 7), rows=without(5)),
    csv("E19 not finite", at_row(5, "5,inf\n"), rows=ENDLESS, code=0),
    csv(
        "E20 a number of 1,000,000 digits",
        at_row(5, "5,1" + "0" * 1_000_000 + "\n"),
        ("over_limit", 7),
        rows=without(5),
    ),
    csv(
        "E20b a number of 401 digits",
        at_row(5, "5,1" + "0" * 400 + "\n"),
        ("non_numeric", 7),
        rows=without(5),
    ),
    csv("E22 formulas", at_row(5, "5,=1+1\n"), ("non_numeric", 7), rows=without(5)),
    csv(
        "E23 code",
        at_row(5, "5,__import__('os').system('touch CANARY')\n"),
        ("non_numeric", 7),
        rows=without(5),
    ),
    csv("E24 a tag for browsers", TABLE.replace("loss", "loss</script>"), code=0, tag="loss</script>"),
    csv(
        "E25 a tag for terminals",
        TABLE.replace("loss", "loss\x1b[2J\u202e"),
        ("corrupt_data", 1),
        tag="loss\u202e",
    ),
]


def json_case(name, data, *problems, rows=ROWS, code=3, file="trainer_state.json"):
    return Case(name, file_of(file, data), of(f"bad/{file}", rows), problems, code)


def lines(name, data, *problems, rows=ROWS, code=3):
    return json_case(name, data, *problems, rows=rows, code=code, file="log.jsonl")


def at_line(number, text):
    rows = LINES.splitlines(keepends=True)
    rows[number] = text
    return "".join(rows)


DOCUMENTS = [
    json_case("E30 a document that is cut", STATE[:-30], ("truncated", 1), rows=ROWS[:-1], code=0),
    json_case("E31 deep lists behind", STATE[:-1] + ', "x": ' + "[" * 100_000, ("truncated", 1), code=0),
    json_case(
        "E32 a number of 1,000,000 digits",
        STATE.replace("1.6875", "1" + "0" * 1_000_000),
        ("non_numeric", 1),
        rows=without(5),
    ),
    json_case(
        "E35 words for numbers",
        STATE.replace("1.6875", "NaN"),
        rows=[*ROWS[:5], (5, float("nan")), *ROWS[6:]],
        code=0,
    ),
    json_case(
        "E36 a hole of NUL",
        STATE.replace("1.6875", "\0" * 6),
        ("corrupt_data", 1),
        ("corrupt_data", 1),
        rows=without(5),
    ),
    lines("E40 half a record at the end", LINES[:-6], ("truncated", 16), rows=ROWS[:-1], code=0),
    lines("E41 a bad line", at_line(5, '{"step": 5, "loss": \n'), ("corrupt_data", 6), rows=without(5)),
    lines(
        "E42 a line of text",
        at_line(5, "Traceback (most recent call last):\n"),
        ("skipped", 6),
        rows=without(5),
    ),
    lines(
        "E43 deep lists",
        at_line(5, '{"step": 5, "loss": 1, "x": ' + "[" * 100_000 + "\n"),
        ("over_limit", 6),
        rows=without(5),
    ),
    Case(
        "E44 names of JavaScript",
        file_of("log.jsonl", LINES.replace('"loss"', '"__proto__": {"x": 1}, "loss"')),
        {"bad/log.jsonl": {"loss": ROWS, "__proto__/x": [(step, 1.0) for step, _ in ROWS]}},
    ),
    lines(
        "E45 bytes that are no text",
        at_line(5, "\udcff\n").encode("utf-8", "surrogateescape"),
        ("corrupt_data", 6),
        ("skipped", 6),
        rows=without(5),
    ),
    lines(
        "E46 a number of 1,000,000 digits",
        at_line(5, '{"step": 5, "loss": 1' + "0" * 1_000_000 + "}\n"),
        ("non_numeric", 6),
        rows=without(5),
    ),
]


def settings(name, text, *problems, code=0):
    return Case(
        name,
        files_of(**{"history.csv": TABLE.encode(), "hparams.yaml": text.encode()}),
        of("bad/history.csv"),
        problems,
        code,
    )


LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(9)
)
SETTINGS = [
    settings("E50 a billion laughs", LAUGHS, ("skipped", None), code=3),
    settings("E51 a call", "lr: !!python/object/apply:os.system ['touch CANARY']\n"),
    settings("E52 deep lists", "[" * 20_000, ("skipped", None), code=3),
    settings("E53 two megabytes", "a: " + "x" * (2 << 20), ("skipped", None), code=3),
    settings("E54 no YAML", "a: [1\nb: }\n", ("skipped", None), code=3),
]


def wandb_case(name, data, n, *problems, code=3):
    path = "offline-run-20240101_120000-abcd1234/run-abcd1234.wandb"
    points = [(step, step / 8) for step in n]
    return Case(name, files_of(**{path.replace("/", "__"): data}), of(f"bad/{path}", points), problems, code)


WANDB = wandb_files.file_bytes(wandb_files.run(1), *wandb_files.losses(9, first=2), wandb_files.end(11))
FIFTH = WANDB.index(wandb_files.losses(9, first=2)[5]) - 7
LAST = len(WANDB) - len(wandb_files.end(11)) - 7
EIGHTH = LAST - len(wandb_files.losses(9, first=2)[8]) - 7


def flipped(data, at):
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def database(folder: Path, *, damage=False):
    path = folder / "mlflow.db"
    with sqlite3.connect(path) as base:
        base.execute("CREATE TABLE experiments (experiment_id, name)")
        base.execute("CREATE TABLE runs (run_uuid, name, experiment_id, start_time)")
        base.execute("CREATE TABLE metrics (run_uuid, key, value, is_nan, step, timestamp)")
        base.execute("CREATE TABLE params (run_uuid, key, value)")
        base.execute("CREATE TABLE tags (run_uuid, key, value)")
        base.execute("INSERT INTO runs VALUES ('a', 'run', 1, 1700000000000)")
        base.executemany(
            "INSERT INTO metrics VALUES ('a', 'loss', ?, 0, ?, 1700000000000)", [(v, s) for s, v in ROWS]
        )
    base.close()
    if damage:
        data = path.read_bytes()
        path.write_bytes(data[:100] + b"\xff" * (len(data) - 100))


STORES = [
    wandb_case(
        "E60 a flip in a run file",
        flipped(WANDB, FIFTH + 9),
        [*range(5), *range(6, 9)],
        ("corrupt_data", FIFTH),
    ),
    wandb_case("E61 a run file that is cut", WANDB[: LAST - 3], range(8), ("truncated", EIGHTH), code=0),
    Case("E62 a store", database, of("bad/mlflow.db/1/run"), code=0),
]
OTHERS = [
    Case(f"E70 {name}", file_of(name, data), {}, code=0)
    for name, data in (
        ("history.pkl", PICKLE),
        ("checkpoint.pt", PICKLE),
        ("log.json", PICKLE),
        ("train.log", PICKLE),
        ("notes.txt", b"\0" * 1000),
        ("config.json", b"[" * 200_000),
        ("x.json", b"9" * 2_000_000),
    )
]
OTHERS.append(
    Case(
        "E71 a pickle for a table",
        file_of("history.csv", PICKLE),
        {"bad/history.csv": {}},
        (("skipped", None),),
        3,
    )
)
TEXTS = [*TABLES, *DOCUMENTS, *SETTINGS, *STORES, *OTHERS]
