"""What lies in an object store is read as if it lay here, and what goes wrong on the way is told."""

import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from s3_server import environment, serving

from loganalyzer.audit.gather import gather
from loganalyzer.audit.scan import ScanOptions, judge_all
from loganalyzer.engine.diagnose import default_rulebook
from loganalyzer.errors import ReadError
from loganalyzer.readers.companions import companions, may_be_companion
from loganalyzer.readers.limits import DEFAULTS
from loganalyzer.readers.remote import fetch, mirror
from loganalyzer.readers.remote.address import Address, address_of, mirror_of, mirrors, shown_path
from loganalyzer.report.json import encode_diagnosis

SAMPLES = Path(__file__).parents[2] / "sample_logs"
BUCKET = Path("s3://lab")
ROWS = "".join(f"{epoch},{2.3 * 0.9**epoch}\n" for epoch in range(30))
HISTORY = f"epoch,loss\n{ROWS}".encode()
OTHER = HISTORY.replace(b"2.3", b"9.9")
BOOK = default_rulebook()
DATA = b"name,price\n" + b"apple,1\n" * 200_000


@pytest.fixture(scope="module")
def server():
    """The server, and a client of it: to make one takes longer than most of what is tried here."""
    with serving() as (app, environ), pytest.MonkeyPatch.context() as patched:
        for name, value in environ.items():
            patched.setenv(name, value)
        yield app, mirror._store_of(Address("s3", "lab", ""))


@pytest.fixture
def store(server, tmp_path, monkeypatch):
    """The server without anything in it, and a cache without anything in it."""
    app, client = server
    app.forget()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(mirror, "_store_of", lambda address: client)
    return app


def said(*paths, limits=DEFAULTS):
    """All that is said of the runs below some paths."""
    found = gather([Path(path) for path in paths], limits)
    assert not found.refused, found.refused
    judged = judge_all(found.found, BOOK, ScanOptions(limits=limits))
    return [encode_diagnosis(one) for one in judged]


def problems(path, limits=DEFAULTS):
    """Kind, path and text of what is wrong with the runs below a path, before they are read."""
    return [(one.kind, one.path, one.text) for run in gather([path], limits).found for one in run.problems]


def names(path, limits=DEFAULTS):
    return [run.name for run in gather([path], limits).found]


@pytest.mark.parametrize("folder", ["collapse-to-chance", "formats", "restart-overlap"])
def test_a_bucket_says_what_the_folder_says(store, folder):
    store.put_folder(SAMPLES / folder, f"all/{folder}")
    assert said(BUCKET / "all" / folder) == said(SAMPLES / folder)


def test_what_did_not_change_is_not_read_again(store):
    for name in ("a", "b", "c"):
        store.put(f"runs/{name}/history.csv", HISTORY)
    store.put("runs/weights.bin", b"x" * 100)
    expected = {f"/lab/runs/{name}/history.csv" for name in ("a", "b", "c")}
    first = gather([BUCKET / "runs"])
    assert set(store.read) == expected
    assert first.notes == (
        f"s3://lab/runs: 3 logs and settings, of which 3 were read now ({3 * len(HISTORY):,} bytes)",
    )
    states = [path.stat() for run in first.found for path in run.files]
    again = gather([BUCKET / "runs"])
    assert store.read == []
    assert [path.stat() for run in again.found for path in run.files] == states
    store.put("runs/b/history.csv", OTHER)
    store.delete("runs/c/history.csv")
    assert names(BUCKET / "runs") == ["a/history.csv", "b/history.csv"]
    assert set(store.read) == {"/lab/runs/b/history.csv"}
    assert (mirror_of(BUCKET / "runs") / "b/history.csv").read_bytes() == OTHER
    assert not (mirror_of(BUCKET / "runs") / "c").exists()


def test_a_listing_of_many_pages_is_whole(store):
    store.page = 40
    for number in range(1040):
        store.put(f"runs/{number % 26}/{number}.bin", b"")
    for number in range(26):
        store.put(f"runs/{number}/history.csv", HISTORY)
    assert len(names(BUCKET / "runs")) == 26
    assert sum(path == "/lab" for _, path, _ in store.requests) == 27


def test_limits_hold_as_for_folders(store, tmp_path):
    for place in ("a/b/c/history.csv", "a/history.csv", "z/history.csv"):
        (tmp_path / "runs" / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "runs" / place).write_bytes(HISTORY)
    store.put_folder(tmp_path / "runs", "runs")
    for limits in (replace(DEFAULTS, depth=1), replace(DEFAULTS, depth=2), replace(DEFAULTS, file_bytes=10)):
        assert said(BUCKET / "runs", limits=limits) == said(tmp_path / "runs", limits=limits)
    assert said(BUCKET / "runs") == said(tmp_path / "runs")
    for number in range(4):
        store.put(f"runs/m/{number}.bin", b"")
    limits = replace(DEFAULTS, entries=6)
    assert names(BUCKET / "runs", limits) == ["a/b/c/history.csv", "a/history.csv", "runs"]
    ((kind, path, text),) = [one for one in problems(BUCKET / "runs", limits) if "z/history.csv" in one[2]]
    assert (kind, path, "expected at most 6 objects" in text) == ("over_limit", "runs", True)


@pytest.mark.parametrize(
    ("method", "status", "code"),
    [
        ("HEAD", 403, "AccessDenied"),
        ("GET", 403, "AccessDenied"),
        ("GET", 404, "NoSuchKey"),
        ("GET", 500, "InternalError"),
    ],
)
def test_an_object_that_cannot_be_read_is_a_line_and_the_others_are_judged(store, method, status, code):
    for name in ("a", "b"):
        store.put(f"runs/{name}/history.csv", HISTORY)
    before = said(BUCKET / "runs")
    store.put("runs/b/history.csv", OTHER)
    store.refused[method, "/lab/runs/b/history.csv"] = (status, code)
    found = gather([BUCKET / "runs"]).found
    assert [run.name for run in found if run.files] == ["a/history.csv"]
    told = [(one.kind, one.path) for run in found for one in run.problems]
    assert told == ([] if status == 404 else [("unreadable", "b/history.csv")])  # it was removed meanwhile
    store.refused.clear()
    after = said(BUCKET / "runs")
    assert (after[0] == before[0], after[1] == before[1]) == (True, False)
    assert problems(BUCKET / "runs") == []


@pytest.mark.parametrize("changes", [1, 2, 3])
def test_an_object_that_changes_while_it_is_read_is_begun_anew(store, monkeypatch, changes):
    monkeypatch.setattr(fetch, "_RANGE", 100)
    store.put("runs/history.csv", HISTORY)
    versions = [HISTORY.replace(b"2.", f"{digit}.".encode()) for digit in range(3, 9)]

    def change(method, path):
        ranges = [one for one in store.requests if one[0] == "GET" and one[1] == path]
        if method == "GET" and path.endswith(".csv") and ranges[-1][2] == "bytes=300-399" and left:
            store.put("runs/history.csv", left.pop())

    left = versions[:changes]
    store.before = change
    told = problems(BUCKET / "runs")
    assert left == []
    place = mirror_of(BUCKET / "runs") / "history.csv"
    if changes < 3:
        assert (told, place.read_bytes()) == ([], versions[0])
        store.requests.clear()
        assert problems(BUCKET / "runs") == store.read == []
    else:
        ((kind, path, text),) = told
        assert (kind, path, "changed each time" in text) == ("unreadable", "history.csv", True)
        assert not place.exists()


def test_an_object_that_is_replaced_between_listing_and_reading_is_taken_as_it_is(store):
    store.put("runs/history.csv", HISTORY)
    store.before = lambda method, path: method == "HEAD" and store.put("runs/history.csv", OTHER)
    assert problems(BUCKET / "runs") == []
    assert (mirror_of(BUCKET / "runs") / "history.csv").read_bytes() == OTHER


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("s3://missing/runs", "bucket does not exist"),
        ("s3://lab/missing", "no object of this name"),
        ("s3://lab/run", "no object of this name"),
        ("s3://locked/runs", "check the spelling, the credentials in the environment, and the right to list"),
    ],
)
def test_what_cannot_be_listed_is_refused_and_the_rest_read(store, path, why):
    store.put("runs/history.csv", HISTORY)
    store.refused["GET", "/locked"] = (403, "AccessDenied")
    gathered = gather([Path(path), BUCKET / "runs"])
    (error,) = gathered.refused
    assert str(error).startswith(f"{path}: ")
    assert why in str(error)
    assert [run.name for run in gathered.found] == ["history.csv"]


def test_a_store_that_does_not_answer_is_refused(tmp_path, monkeypatch):
    for name, value in {**environment(1), "XDG_CACHE_HOME": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    (error,) = gather([BUCKET / "runs"]).refused
    assert "s3://lab/runs: cannot be listed" in str(error)


def test_names_that_no_file_can_have_are_told_and_lead_nowhere(store, tmp_path):
    bad = [
        "a//b.csv",
        "../up.csv",
        "x/../../up.csv",
        "n" * 300 + ".csv",
        "run.csv/h.csv",
        "o?versionId=1.csv",
    ]
    for name in (*bad, "run.csv", "folder/"):
        store.put(f"runs/{name}", HISTORY)
    store.put("runs/.loganalyzer/store.sqlite", b"not ours")
    told = problems(BUCKET / "runs")
    assert sorted(path for _, path, _ in told) == sorted(bad)
    assert {kind for kind, _, _ in told} == {"skipped"}
    assert [run.name for run in gather([BUCKET / "runs"]).found if run.files] == ["run.csv"]
    files = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()]
    assert files == ["cache/loganalyzer/objects/s3/lab/runs/run.csv"]


def test_a_single_object_is_read_with_the_settings_beside_it(store, tmp_path):
    (tmp_path / "history.csv").write_bytes(HISTORY)
    (tmp_path / "hparams.yaml").write_text("lr: 0.1\n")
    store.put_folder(tmp_path, "run")
    (tmp_path / "other").mkdir()
    assert b"0.1" in said(BUCKET / "run" / "history.csv")[0]
    assert said(BUCKET / "run" / "history.csv") == said(tmp_path / "history.csv")
    store.delete("run/hparams.yaml")
    (tmp_path / "hparams.yaml").unlink()
    assert said(BUCKET / "run" / "history.csv") == said(tmp_path / "history.csv")


def test_an_object_becomes_a_folder_and_a_folder_an_object(store):
    store.put("runs/a.csv", HISTORY)
    assert names(BUCKET / "runs") == ["a.csv"]
    store.delete("runs/a.csv")
    store.put("runs/a.csv/b/h.csv", HISTORY)
    assert names(BUCKET / "runs") == names(BUCKET / "runs") == ["a.csv/b/h.csv"]
    store.delete("runs/a.csv/b/h.csv")
    store.put("runs/a.csv", HISTORY)
    assert names(BUCKET / "runs") == ["a.csv"]


def test_of_a_large_table_that_is_no_log_the_head_alone_is_read(store, tmp_path):
    store.put("runs/prices.csv", DATA)
    store.put("runs/history.csv", HISTORY + b" " * len(DATA))
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs/prices.csv").write_bytes(DATA)
    (tmp_path / "runs/history.csv").write_bytes(HISTORY + b" " * len(DATA))
    assert problems(BUCKET / "runs") == problems(tmp_path / "runs") != []
    ranges = {
        span for method, path, span in store.requests if method == "GET" and path.endswith("prices.csv")
    }
    assert ranges == {f"bytes=0-{fetch.HEAD_BYTES - 1}"}
    assert said(BUCKET / "runs") == said(tmp_path / "runs")
    store.requests.clear()
    assert said(BUCKET / "runs") == said(tmp_path / "runs")
    assert store.read == []


def test_a_database_over_the_limit_is_told_and_not_read(store):
    store.put("runs/mlflow.db", b"SQLite format 3\0" + b"x" * 5000)
    ((kind, path, text),) = problems(BUCKET / "runs", replace(DEFAULTS, file_bytes=1000))
    assert (kind, path) == ("over_limit", "mlflow.db")
    assert "found 5016 bytes; it was not read; raise --max-file-mb" in text
    assert store.read == []


def test_urls_of_which_one_holds_the_other_count_a_run_once(store):
    store.put("runs/a/history.csv", HISTORY)
    store.put("runs/b/history.csv", OTHER)
    gathered = gather([BUCKET / "runs", BUCKET / "runs" / "b"])
    assert [run.name for run in gathered.found] == ["a/history.csv", "b/history.csv"]
    assert gathered.notes[-1].startswith("s3://lab/runs/b: its run was found below another")
    assert [run.name for run in gather([BUCKET / "runs/a", BUCKET / "runs/b"]).found] == [
        "a/history.csv",
        "b/history.csv",
    ]


def test_a_cache_that_cannot_be_written_is_named(store, tmp_path, monkeypatch):
    store.put("runs/history.csv", HISTORY)
    (tmp_path / "file").write_text("mine")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    (error,) = gather([BUCKET / "runs"]).refused
    assert "XDG_CACHE_HOME" in str(error)
    assert (tmp_path / "file").read_text() == "mine"


def test_a_disk_that_is_full_is_told_once(store, monkeypatch):
    for number in range(5):
        store.put(f"runs/{number}.csv", HISTORY)

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "utime", full)
    (error,) = gather([BUCKET / "runs"]).refused
    assert "cannot be kept here (No space left on device); make room" in str(error)
    assert not list((mirrors().parent / "parts").iterdir())


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("s3://lab", Address("s3", "lab", "")),
        ("s3://lab/a/b.csv", Address("s3", "lab", "a/b.csv")),
        ("gs://my.lab/a/", Address("gs", "my.lab", "a")),
        ("az://lab/a b", Address("az", "lab", "a b")),
        ("runs/s3:/x", None),
        ("/s3:/x", None),
        ("s3", None),
    ],
)
def test_urls_are_told_from_paths(text, address):
    assert address_of(Path(text)) == address
    assert shown_path(Path(text)) == text.rstrip("/")
    if address is None:
        assert mirror_of(Path(text)) == Path(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "s3://",
            "s3://../a",
            "s3://lab/../../a",
            "s3://la b/a",
            "s3://lab/a::b",
            "s3://key:word@lab/a",
        ),
        *("simplecache::s3://lab/a", "zip://x::s3://lab/a.zip", "https://lab/a", "file:///etc", "gcs://lab"),
    ],
)
def test_other_urls_are_refused(text):
    with pytest.raises(ReadError, match="expected"):
        address_of(Path(text))


@pytest.mark.parametrize(("scheme", "package"), [("s3", "s3fs"), ("gs", "gcsfs"), ("az", "adlfs")])
def test_what_is_not_installed_is_named_with_the_command(monkeypatch, scheme, package):
    monkeypatch.setitem(sys.modules, package, None)
    (error,) = gather([Path(f"{scheme}://lab/runs")]).refused
    assert f"{scheme}://lab/runs: needs {package}, which is not installed: pip install 'log" in str(error)


def test_all_that_readers_look_for_beside_a_log_is_brought(tmp_path):
    shutil.copytree(SAMPLES / "formats", tmp_path / "formats")
    files = [path for path in (tmp_path / "formats").rglob("*") if path.is_file()]
    beside = [path / "inside" if path.name == "params" else path for path in companions(files)]
    assert {path.name for path in beside} >= {
        "config.yaml",
        "meta.yaml",
        "inside",
        "mlflow.db-wal",
        "params.yaml",
    }
    assert [str(path) for path in beside if not may_be_companion(str(path))] == []


def test_settings_of_dvclive_are_beside_its_curves(tmp_path):
    curve = tmp_path / "dvclive" / "plots" / "metrics" / "loss.tsv"
    assert {tmp_path / "dvclive" / "params.yaml", tmp_path / "params.yaml"} <= set(companions([curve]))
