"""An audit of what was audited before says what a first one says, and reads only what changed."""

import os
import shutil
import sqlite3
from pathlib import Path

import pytest
from archives import audited, counts, falling, write_archive, write_csv
from event_files import NAME, file_bytes, losses

from loganalyzer.audit.archive import grown, work
from loganalyzer.audit.scan import ScanOptions, scan
from loganalyzer.readers.limits import Limits
from loganalyzer.report.json import encode_diagnosis
from loganalyzer.rulebook.load import default_directory, load_rulebook
from loganalyzer.store import curves

SAMPLES = Path(__file__).parents[2] / "sample_logs"


@pytest.fixture
def strict():
    return load_rulebook((default_directory(),), "strict", tests=False)


def encoded(diagnoses):
    return [encode_diagnosis(one) for one in diagnoses]


@pytest.fixture
def judged(monkeypatch):
    """Names of the runs that the engine is asked about."""
    names = []
    diagnose = work.diagnose

    def counted(run, *arguments, **options):
        names.append(run.name)
        return diagnose(run, *arguments, **options)

    monkeypatch.setattr(work, "diagnose", counted)
    return names


def test_what_is_kept_is_what_a_scan_says_of_every_sample(tmp_path):
    tally, past, kept = audited(SAMPLES, tmp_path / "a.sqlite")
    scanned = scan(SAMPLES)
    assert encoded(kept) == encoded(scanned)
    assert [one.name for one, _ in past] == [one.run.name for one in scanned]
    assert [one.verdict for one, _ in past] == [one.verdict for one in scanned]
    again = audited(SAMPLES, tmp_path / "a.sqlite")
    assert counts(again[0]) == (0, 0, tally.read)
    assert (repr(again[1]), encoded(again[2])) == (repr(past), encoded(kept))


def test_other_rules_are_asked_of_the_store_and_say_what_they_say_of_the_files(tmp_path, strict, monkeypatch):
    first, *_ = audited(SAMPLES, tmp_path / "a.sqlite")
    _, *expected = audited(SAMPLES, tmp_path / "b.sqlite", book=strict)

    def unread(found, limits):
        assert list(found) == []
        return iter(())

    monkeypatch.setattr(work, "read_all", unread)
    tally, *kept = audited(SAMPLES, tmp_path / "a.sqlite", book=strict)
    assert counts(tally) == (0, first.read, 0)
    assert repr(kept[0]) == repr(expected[0])
    assert encoded(kept[1]) == encoded(expected[1])


def test_runs_too_long_to_keep_are_read_again_for_other_rules(tmp_path, strict, monkeypatch):
    root = write_archive(tmp_path / "runs", 3)
    monkeypatch.setattr(curves, "MAX_BYTES", 100)
    tally, _, kept = audited(root, tmp_path / "a.sqlite")
    assert encoded(kept) == encoded(scan(root))
    tally, _, kept = audited(root, tmp_path / "a.sqlite", book=strict)
    assert counts(tally) == (3, 0, 0)
    assert encoded(kept) == encoded(scan(root, strict))


def test_only_what_grew_is_read(tmp_path, judged):
    root = write_archive(tmp_path / "runs")
    store = tmp_path / "a.sqlite"
    audited(root, store)
    judged.clear()
    write_csv(root / "run001" / "lr=0.2" / "history.csv", falling(50))
    write_csv(root / "new" / "history.csv", falling())
    tally, _, kept = audited(root, store)
    assert counts(tally) == (2, 0, 5)
    assert judged == ["new/history.csv", "run001/lr=0.2/history.csv"]
    assert encoded(kept) == encoded(scan(root))


def test_what_is_gone_is_in_no_result_and_comes_back_without_being_read(tmp_path):
    root = write_archive(tmp_path / "runs")
    store = tmp_path / "a.sqlite"
    _, past, _ = audited(root, store)
    (root / "run001").rename(tmp_path / "away")
    tally, fewer, _ = audited(root, store)
    assert (counts(tally), len(fewer)) == ((0, 0, 5), 5)
    (tmp_path / "away").rename(root / "run001")
    tally, again, _ = audited(root, store)
    assert (counts(tally), repr(again)) == ((0, 0, 6), repr(past))


def moved(root):
    root.rename(root.with_name("archive"))
    return root.with_name("archive")


def copied(root):
    return Path(shutil.copytree(root, root.with_name("copy")))


def touched(root):
    for path in root.rglob("*.csv"):
        os.utime(path, (1, 1))
    return root


def renamed(root):
    for path in sorted(root.iterdir()):
        path.rename(path.with_name(f"old-{path.name}"))
    return root


@pytest.mark.parametrize("change", [moved, copied, touched, renamed])
def test_runs_are_known_by_what_is_in_them_wherever_they_lie(tmp_path, change, judged):
    root = write_archive(tmp_path / "runs")
    store = tmp_path / "a.sqlite"
    audited(root, store)
    judged.clear()
    root = change(root)
    tally, past, kept = audited(root, store)
    assert tally.read == 6
    assert judged == []
    judged.clear()
    assert encoded(kept) == encoded(scan(root))
    assert repr(past) == repr(audited(root, tmp_path / "fresh.sqlite")[1])


def test_a_run_whose_folder_names_another_setting_is_judged_again(tmp_path, judged):
    root = write_archive(tmp_path / "runs")
    store = tmp_path / "a.sqlite"
    audited(root, store)
    judged.clear()
    (root / "run001" / "lr=0.2").rename(root / "run001" / "lr=7")
    _, past, _ = audited(root, store)
    assert judged == ["run001/lr=7/history.csv"]
    assert [one.hparams for one, _ in past if one.name in judged] == [{"lr": 7.0}]


@pytest.mark.parametrize("name", ["optimizer/name", "shuffle"])
def test_a_parameter_of_mlflow_that_is_written_again_is_read_again(tmp_path, name):
    root = tmp_path / "runs"
    shutil.copytree(SAMPLES / "formats" / "mlflow", root)
    store = tmp_path / "a.sqlite"
    audited(root, store)
    changed = sorted(root.glob(f"**/params/{name}"))[0]
    changed.write_text("something else")
    tally, past, _ = audited(root, store)
    assert tally.read == 1
    assert "something else" in [one.hparams.get(name) for one, _ in past]
    assert repr(past) == repr(audited(root, tmp_path / "fresh.sqlite")[1])


def test_settings_beside_a_log_belong_to_it(tmp_path):
    root = write_archive(tmp_path / "runs", 2)
    store = tmp_path / "a.sqlite"
    audited(root, store)
    (root / "run001" / "lr=0.2" / "hparams.yaml").write_text("depth: 3\n")
    tally, past, _ = audited(root, store)
    assert counts(tally) == (1, 0, 1)
    assert past[1][0].hparams == {"depth": 3.0, "lr": 0.2}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (ScanOptions(classes=10), (0, 6, 0)),
        (ScanOptions(limits=Limits(columns=9)), (6, 0, 0)),
        (ScanOptions(jobs=3), (0, 0, 6)),
    ],
    ids=["classes", "limits", "jobs"],
)
def test_what_other_options_change_is_done_again_and_no_more(tmp_path, options, expected):
    root = write_archive(tmp_path / "runs")
    audited(root, tmp_path / "a.sqlite")
    tally, _, kept = audited(root, tmp_path / "a.sqlite", options=options)
    assert counts(tally) == expected
    assert encoded(kept) == encoded(scan(root, options=options))


def test_by_force_all_is_read(tmp_path):
    root = write_archive(tmp_path / "runs")
    _, past, _ = audited(root, tmp_path / "a.sqlite")
    tally, again, _ = audited(root, tmp_path / "a.sqlite", force=True)
    assert counts(tally) == (6, 0, 0)
    assert repr(again) == repr(past)


def test_one_store_holds_what_lies_below_several_roots(tmp_path):
    store = tmp_path / "a.sqlite"
    for name in ("one", "two"):
        audited(write_archive(tmp_path / name), store)
    tally, past, _ = audited(tmp_path / "one", store)
    assert (counts(tally), len(past)) == ((0, 0, 6), 6)


def test_inputs_are_as_they_were(tmp_path):
    root = Path(shutil.copytree(SAMPLES, tmp_path / "runs"))
    before = {
        path: (path.stat().st_mtime_ns, path.is_file() and path.read_bytes()) for path in root.rglob("*")
    }
    audited(root, tmp_path / "a.sqlite")
    audited(root, tmp_path / "a.sqlite")
    after = {
        path: (path.stat().st_mtime_ns, path.is_file() and path.read_bytes()) for path in root.rglob("*")
    }
    assert after == before


def test_a_file_that_grows_is_read_on_from_where_it_ended(tmp_path, monkeypatch):
    begun = []
    read_on = grown.read_on
    monkeypatch.setattr(
        grown, "read_on", lambda *args: begun.append(args[2] and args[2].offset) or read_on(*args)
    )
    (tmp_path / "runs" / "a").mkdir(parents=True)
    store, path = tmp_path / "a.sqlite", tmp_path / "runs" / "a" / NAME
    data = file_bytes(*losses(60))
    cuts = (1000, 1500, 2000, len(data))
    for cut in cuts:
        path.write_bytes(data[:cut])
        tally, past, kept = audited(tmp_path / "runs", store)
        assert counts(tally) == (1, 0, 0)
        assert encoded(kept) == encoded(scan(tmp_path / "runs"))
        assert repr(past) == repr(audited(tmp_path / "runs", tmp_path / f"{cut}.sqlite")[1])
    size = len(data) // 60
    assert [begin is not None for begin in begun] == [False, True, True]
    assert all(cut - 2 * size <= begin <= cut for begin, cut in zip(begun[1:], cuts[1:], strict=False))


def test_a_mark_outlives_other_rules_and_is_not_kept_without_curves(tmp_path, strict, monkeypatch):
    (tmp_path / "runs" / "a").mkdir(parents=True)
    store, path = tmp_path / "a.sqlite", tmp_path / "runs" / "a" / NAME
    data = file_bytes(*losses(60))

    def marks(cut, **more):
        path.write_bytes(data[:cut])
        assert encoded(audited(tmp_path / "runs", store, **more)[2])
        database = sqlite3.connect(store)
        (mark,) = database.execute("SELECT mark FROM unit").fetchone()
        database.close()
        return mark

    assert marks(1000) == b""
    kept = marks(1500)
    assert kept
    tally, *_ = audited(tmp_path / "runs", store, book=strict)
    assert counts(tally) == (0, 1, 0)
    assert marks(2000, book=strict) not in (b"", kept)
    monkeypatch.setattr(curves, "MAX_BYTES", 100)
    assert marks(2300) == b""
    assert marks(2500) == b""
