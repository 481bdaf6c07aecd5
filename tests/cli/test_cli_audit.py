"""`loganalyzer audit` from the command line."""

import json
import sqlite3

import jsonschema
import msgspec
import pandas
import pytest
from histories import write_history

from loganalyzer.audit.archive import kept
from loganalyzer.report.archive import Archive


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_the_second_time_nothing_is_read_and_the_answer_is_the_same(run, logs):
    first = run("audit", logs)
    again = run("audit", logs)
    assert first[0] == again[0] == 0
    assert first[1] == again[1]
    assert (first[2], again[2]) == ("2 read, 0 unchanged\n", "0 read, 2 unchanged\n")
    assert first[1].startswith("2 runs: 1 sick, 1 healthy\n")
    assert "divergence" in first[1]
    assert (logs / ".loganalyzer" / "store.sqlite").is_file()


def test_the_word_run_may_be_said_and_options_may_come_first(run, logs):
    expected = run("audit", logs, "-q")
    assert run("audit", "run", logs, "-q") == expected
    assert run("audit", "-q", "--jobs", "1", logs) == expected


def test_a_folder_named_like_a_command_is_given_as_a_path(run, logs, monkeypatch):
    monkeypatch.chdir(logs.parent)
    (logs / "good").rename(logs.parent / "status")
    assert run("audit", "./status", "-q")[1].startswith("1 run: 1 healthy")


def test_json_is_of_the_documented_shape_and_the_same_for_two_processes(run, logs, tmp_path):
    code, out, _ = run("audit", logs, "--format", "json", "--store", tmp_path / "a")
    document = json.loads(out)
    jsonschema.validate(document, msgspec.json.schema(Archive))
    assert (code, document["schema"], document["runs"]) == (0, "loganalyzer.audit/1", 2)
    assert document["verdicts"]["sick"] == 1
    assert document["pathologies"][0] == {"pathology": "divergence", "severity": "critical", "runs": 1}
    assert run("audit", logs, "--jobs", "2", "-o", tmp_path / "b.json", "--store", tmp_path / "b")[1] == ""
    assert (tmp_path / "b.json").read_text() == out


@pytest.mark.parametrize(("fail_on", "code"), [("never", 0), ("critical", 1), ("warning", 1)])
def test_exit_codes_are_those_of_a_scan(run, logs, fail_on, code):
    assert run("audit", logs, "--fail-on", fail_on)[0] == code


def test_damage_is_counted_and_what_cannot_be_read_named(run, logs):
    (logs / "bad.csv").write_text("name,price\napple,1\n")
    write_history(logs / "cut" / "history.csv", [2.0 - 0.1 * i for i in range(10)])
    with (logs / "cut" / "history.csv").open("a") as file:
        file.write("10,abc\n11,0.9\n")
    code, out, _ = run("audit", logs)
    assert code == 3
    assert "2 runs with damaged or skipped input" in out
    assert "bad.csv: expected a table" in out
    assert run("audit", logs)[1] == out


def test_nothing_to_audit_makes_no_store(run, tmp_path):
    (tmp_path / "empty").mkdir()
    code, out, err = run("audit", tmp_path / "empty")
    assert (code, out) == (4, "")
    assert "no training logs found" in err
    assert not any((tmp_path / "empty").iterdir())
    assert run("audit", tmp_path / "missing")[0] == 4


def test_a_store_that_would_write_over_a_log_is_refused(run, logs):
    before = (logs / "good" / "history.csv").read_bytes()
    code, _, err = run("audit", logs, "--store", logs / "good" / "history.csv")
    assert code == 2
    assert "is one of the logs" in err
    assert (logs / "good" / "history.csv").read_bytes() == before


def test_a_folder_that_cannot_be_written_is_audited_with_a_line(run, logs, cache):
    (logs / ".loganalyzer").write_text("in the way")
    _, out, err = run("audit", logs)
    assert out.startswith("2 runs")
    assert err.startswith(f"{logs}/.loganalyzer: cannot be written")
    assert run("audit", logs)[2].endswith("0 read, 2 unchanged\n")
    assert run("audit", "status", logs)[1].startswith(str(cache))


def test_a_foreign_file_goes_aside_with_a_line(run, logs, tmp_path):
    store = tmp_path / "other.sqlite"
    database = sqlite3.connect(store)
    database.execute("CREATE TABLE mine (x)")
    database.close()
    code, out, err = run("audit", logs, "--store", store)
    assert (code, out.splitlines()[0]) == (0, "2 runs: 1 sick, 1 healthy")
    assert "moved to other.sqlite.aside-1" in err


@pytest.mark.parametrize("command", ["status", "forget", "export"])
@pytest.mark.parametrize("foreign", [True, False], ids=["database", "text"])
def test_what_asks_a_store_leaves_a_foreign_file_alone(run, logs, tmp_path, command, foreign):
    store = tmp_path / "mine" / "other.sqlite"
    store.parent.mkdir()
    if foreign:
        with sqlite3.connect(store) as database:
            database.execute("CREATE TABLE mine (x)")
        database.close()
    else:
        store.write_text("notes")
    held = store.read_bytes()
    code, out, err = run("audit", command, logs, "--store", store)
    assert (code, out) == (2, "")
    assert "expected a store of verdicts" in err
    assert [(one.name, one.read_bytes()) for one in store.parent.iterdir()] == [("other.sqlite", held)]


def test_a_result_is_never_written_over_a_store(run, logs, tmp_path):
    beside = logs / ".loganalyzer" / "store.sqlite"
    other = tmp_path / "other.csv"
    first = run("audit", logs, "--store", other)[1]
    assert run("audit", logs)[1] == first
    link = tmp_path / "link.json"
    link.symlink_to(beside)
    for command in (
        ("audit", logs, "-o", beside, "--format", "json"),
        ("audit", logs, "-o", link),
        ("audit", logs, "-o", other, "--format", "json"),
        ("audit", logs, "-o", tmp_path / "new.json", "--store", tmp_path / "new.json"),
        ("audit", "export", logs, "-o", other, "--store", other),
    ):
        code, out, err = run(*command)
        assert (code, out) == (2, "")
        assert "is where verdicts are kept; choose another -o FILE" in err
    for store in (beside, other):
        assert run("audit", logs, "--store", store)[1:] == (first, "0 read, 2 unchanged\n")


def test_status_counts_what_the_next_audit_does(run, logs):
    def counted(*options):
        return run("audit", "status", logs, *options)[1].splitlines()[1].partition(": ")[2]

    assert run("audit", "status", logs)[0] == 2
    run("audit", logs)
    assert counted() == "2 unchanged, 0 to judge again without reading, 0 to read, 0 gone"
    assert counted("--profile", "strict").startswith("0 unchanged, 2 to judge again")
    (logs / "good").rename(logs / "better")
    assert counted() == "1 unchanged, 0 to judge again without reading, 1 to read, 1 gone"


def test_what_is_gone_or_named_is_forgotten(run, logs):
    run("audit", logs)
    (logs / "good").rename(logs / "better")
    run("audit", logs)
    assert run("audit", "forget", "--gone", logs)[1] == "1 forgotten\n"
    assert run("audit", "status", logs)[1].split(": ")[1].startswith("2 runs kept")
    assert run("audit", "forget", logs / "better")[1] == "1 forgotten\n"
    assert run("audit", logs)[2] == "1 read, 1 unchanged\n"
    assert run("audit", "forget", logs / "bett")[1] == "0 forgotten\n"


def test_the_table_has_a_row_for_each_run_and_a_column_for_each_setting(run, logs, tmp_path):
    (logs / "bad").rename(logs / "-lr=0.5")
    run("audit", logs)
    code, out, err = run("audit", "export", logs)
    header, *rows = [line.split(",") for line in out.splitlines()]
    assert (code, err, len(rows)) == (0, "", 2)
    assert header[:2] == ['"run"', '"verdict"']
    assert header[-1] == '"hparams.lr"'
    assert (rows[0][0], rows[0][1], rows[0][-1]) == ('"\'-lr=0.5/history.csv"', '"sick"', "0.5")
    assert rows[1][-1] == ""
    write_history(logs / "new" / "history.csv", [1.0, 0.5, 0.2])
    assert "1 of 3 were never judged" in run("audit", "export", logs, "-o", tmp_path / "runs.csv")[2]
    assert (tmp_path / "runs.csv").read_text() == out
    assert run("audit", "export", logs, "-o", tmp_path / "runs.txt")[0] == 2


def test_the_table_as_parquet_is_that_of_pandas(run, logs, tmp_path, monkeypatch):
    written = []
    monkeypatch.setattr(kept, "require_parquet", lambda: None)
    monkeypatch.setattr(
        pandas.DataFrame, "to_parquet", lambda table, path, index: written.append(table.copy())
    )
    (logs / "good").rename(logs / "lr=0.1")
    (logs / "bad").rename(logs / "lr=auto")
    run("audit", logs)
    assert run("audit", "export", logs, "-o", tmp_path / "runs.parquet")[0] == 0
    assert written[0]["hparams.lr"].tolist() == ["0.1", "auto"]
    assert written[0]["best"].tolist() == pytest.approx([0.25, 0.3], abs=0.1)
