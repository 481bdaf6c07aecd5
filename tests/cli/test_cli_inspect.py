import json
import sqlite3
from pathlib import Path

import pytest
from event_files import event, file_bytes, histogram, losses, write
from histories import write_history
from jsonschema import Draft202012Validator

from loganalyzer.audit.gather import gathered
from loganalyzer.audit.inspect import inspect
from loganalyzer.report.inspection import SCHEMA
from loganalyzer.report.json import inspection_schema

PUBLISHED = Path(__file__).parents[2] / "docs" / "inspect.schema.json"


def ticking():
    """A clock that is one second on at every look."""
    times = iter(range(1000))
    return lambda: float(next(times))


def blocks(text):
    return text.rstrip("\n").split("\n\n")


def test_a_block_for_each_run_says_what_is_in_it(run, logs):
    write_history(logs / "good" / "history.csv", [1.0, float("nan"), 0.5])
    code, out, err = run("inspect", logs / "good")
    assert (code, err) == (0, "")
    block, sums = blocks(out)
    size = (logs / "good" / "history.csv").stat().st_size
    assert block == (
        "history.csv (keras)\n"
        "  files\n"
        f"    history.csv  csv  {size} bytes  3 records\n"
        "  tags\n"
        "    loss  3 points (1 not finite)  steps 0 to 2  by epoch  loss, train  "
        'last word "loss" says loss; no split is named: train assumed'
    )
    assert sums.startswith(f"1 run in 1 file, {size} bytes, 3 records, 3 points, 0 problems, read in ")


def test_settings_and_problems_are_shown(run, tmp_path):
    folder = tmp_path / "lr=0.1_seed3"
    write_history(folder / "metrics.csv", [1.0, 0.9, 0.8])
    (folder / "hparams.yaml").write_text("model: {width: 64}\nopt: !!python/object:os.system {name: sgd}\n")
    with (folder / "metrics.csv").open("a") as file:
        file.write("3,0.")
    code, out, _ = run("inspect", tmp_path)
    assert code == 0
    assert "settings\n    lr = 0.1; model/width = 64; opt/name = sgd; seed = 3\n" in out
    assert "  problems\n    lr=0.1_seed3/metrics.csv:5: expected a whole line at the end" in out


def test_the_document_counts_bytes_time_and_points(logs):
    document = inspect(gathered([logs]), str(logs), ticking())
    assert document.schema == SCHEMA
    assert [entry.name for entry in document.runs] == ["bad/history.csv", "good/history.csv"]
    assert [entry.seconds for entry in document.runs] == [1.0, 1.0]
    assert document.totals.seconds == 4.0
    assert document.totals.bytes == sum(path.stat().st_size for path in logs.rglob("*.csv"))
    assert document.totals.points == sum(tag.points for entry in document.runs for tag in entry.tags) == 174


def test_json_is_guessed_by_suffix_and_says_the_same(run, logs, tmp_path):
    code, out, _ = run("inspect", logs, "--format", "json")
    assert code == 0
    assert run("inspect", logs, "-o", tmp_path / "x.json")[:2] == (0, "")
    first, second = json.loads(out), json.loads((tmp_path / "x.json").read_text())
    tag = first["runs"][1]["tags"][1]
    assert (tag["tag"], tag["axis"], tag["first_step"], tag["last_step"]) == ("val_loss", "epoch", 0, 59)
    assert tag["role"]["split"] == "validation"
    for document in (first, second):
        document["totals"].pop("seconds")
        for entry in document["runs"]:
            entry.pop("seconds")
    assert first == second


def test_the_document_keeps_to_its_published_schema(run, logs, tmp_path):
    assert PUBLISHED.read_text() == inspection_schema(), "run `make schema`"
    validator = Draft202012Validator(json.loads(inspection_schema()))
    (logs / "good" / "hparams.yaml").write_text("lr: .nan\nname: a\namp: true\nn: 3\n")
    (logs / "good" / "torn.csv").write_bytes(b"epoch,loss\n0,1.0\n1,nan\n2\n3,0.7\n4,0.6\n")
    (logs / "events").mkdir()
    write(
        logs / "events",
        file_bytes(
            *losses(3),
            event(1, histogram("w", min=0.5, max=1.5, num=2, sum=2, bucket_limit=[1, 2], bucket=[1, 1])),
        ),
    )
    document = json.loads(run("inspect", logs, "--format", "json")[1])
    assert list(validator.iter_errors(document)) == []
    assert any(entry["histograms"] for entry in document["runs"])
    assert any(entry["problems"] for entry in document["runs"])
    assert any(entry["hparams"] for entry in document["runs"])
    assert list(validator.iter_errors(document | {"schema": "other/1"})) != []


TABLES = """
CREATE TABLE experiments (experiment_id INTEGER, name TEXT);
CREATE TABLE runs (run_uuid TEXT, name TEXT, experiment_id INTEGER, start_time INTEGER);
CREATE TABLE metrics (run_uuid TEXT, key TEXT, value REAL, is_nan INTEGER, step INTEGER, timestamp INTEGER);
CREATE TABLE params (run_uuid TEXT, key TEXT, value TEXT);
CREATE TABLE tags (run_uuid TEXT, key TEXT, value TEXT);
"""


def test_the_runs_of_a_store_count_its_bytes_once(tmp_path):
    database = sqlite3.connect(tmp_path / "mlflow.db")
    database.executescript(TABLES)
    for name in ("a", "b"):
        database.execute("INSERT INTO runs VALUES (?, ?, 0, 0)", (name, name))
        rows = [(name, "loss", 1 / step, 0, step, 1_700_000_000_000) for step in range(1, 9)]
        database.executemany("INSERT INTO metrics VALUES (?, ?, ?, ?, ?, ?)", rows)
    database.commit()
    database.close()
    document = inspect(gathered([tmp_path]), str(tmp_path), ticking())
    assert [entry.name for entry in document.runs] == ["mlflow.db/0/a", "mlflow.db/0/b"]
    assert (document.totals.files, document.totals.bytes) == (1, (tmp_path / "mlflow.db").stat().st_size)


def test_a_terminal_gets_short_lines_and_details_on_demand(run, tmp_path, terminal):
    write_history(tmp_path / "h.csv", [1.0, 0.5])
    (tmp_path / "args.yaml").write_text("\n".join(f"key{at}: {at}" for at in range(30)))
    stream = terminal()
    run("inspect", tmp_path)
    assert "... and 10 more; -v shows all" in stream.text()
    assert "no split is named" not in stream.text()
    stream = terminal()
    run("inspect", tmp_path, "-v")
    assert "key29 = 29" in stream.text()
    assert "no split is named" in stream.text()


def test_names_cannot_steer_the_terminal(run, tmp_path):
    write_history(tmp_path / "a\x1b[31m" / "h.csv", [1.0, 0.5], **{"b\x1b]0;x\x07": [1, 2]})
    code, out, _ = run("inspect", tmp_path)
    assert code == 0
    assert "\x1b" not in out
    assert "\\x1b[31m" in out


@pytest.mark.parametrize(
    ("name", "data", "expected"), [("x.csv", "x,y\n", 4), ("x.csv", "", 0), ("gone", None, 4)]
)
def test_nothing_to_read_is_4_and_nothing_yet_is_0(run, tmp_path, name, data, expected):
    if data is not None:
        (tmp_path / name).write_text(data)
    assert run("inspect", tmp_path / name)[0] == expected


def test_damage_is_3(run, logs):
    (logs / "good" / "torn.csv").write_bytes(b"epoch,loss\n0,1.0\n1,0.9\n2\n3,0.7\n4,0.6\n")
    assert run("inspect", logs)[0] == 3


def test_other_formats_are_refused(run, logs):
    code, _, err = run("inspect", logs, "--format", "yaml")
    assert code == 2
    assert "'yaml' is not one of text, json" in err
