"""A Dask cluster says what one process says, whatever becomes of its workers."""

import os
import signal
import socket
import sys
from contextlib import suppress

import psutil
import pytest
from archives import audited, counts, falling, write_archive, write_csv
from dask_cluster import cluster
from killers import killed_by_name
from typer.testing import CliRunner

from loganalyzer.audit.archive import spread
from loganalyzer.audit.archive.cluster import _check, connected
from loganalyzer.audit.archive.run import Auditor
from loganalyzer.audit.archive.spread import Spread
from loganalyzer.audit.gather import gather
from loganalyzer.audit.scan import ScanOptions, scan
from loganalyzer.cli.app import app
from loganalyzer.engine.diagnose import default_rulebook
from loganalyzer.errors import LogAnalyzerError
from loganalyzer.report.json import encode_diagnosis
from loganalyzer.store.store import Store

RUNS = 24


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(spread, "BATCH", 2)


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    return write_archive(tmp_path_factory.mktemp("archive") / "runs", RUNS)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with cluster(tmp_path_factory.mktemp("cluster")) as at:
        yield at


def encoded(diagnoses):
    return [encode_diagnosis(one) for one in diagnoses]


def audit(*arguments):
    result = CliRunner().invoke(app, ["audit", "--format", "json", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


def test_two_workers_say_what_one_process_says(archive, address, tmp_path):
    one = audit(archive, "--store", tmp_path / "one")
    there = audit(archive, "--store", tmp_path / "there", "--dask", address)
    assert one == there == (0, one[1], f"{RUNS} read, 0 unchanged\n")
    again = audit(archive, "--store", tmp_path / "there", "--dask", address)
    assert again == (0, one[1], f"0 read, {RUNS} unchanged\n")


def test_nothing_listens_but_on_this_machine(address):
    with connected(address, ()):
        here = psutil.Process()
        ours = [here, *here.children(recursive=True)]
        places = [place.laddr.ip for one in ours for place in one.net_connections("inet")]
    assert len(places) > 6
    assert set(places) == {"127.0.0.1"}


def test_a_worker_killed_under_way_loses_and_doubles_nothing(archive, address, tmp_path):
    found = gather([archive]).found
    told = []
    with connected(address, [archive]) as client, Store(tmp_path / "a.sqlite") as store:

        def on_run(*progress):
            if not told:
                os.kill(min(client.run(os.getpid).values()), signal.SIGKILL)
            told.append(progress)

        auditor = Auditor(default_rulebook(), ScanOptions(), Spread(client=client))
        tally = auditor.run(found, store, on_run)
        kept = tuple(store.diagnoses())
    assert counts(tally) == (RUNS, 0, 0)
    assert len(told) == RUNS / 2
    assert encoded(kept) == encoded(scan(archive))


def test_a_scheduler_that_is_lost_is_a_clear_stop_and_what_was_kept_stays(archive, tmp_path, capfd):
    found = gather([archive]).found
    with cluster(tmp_path, workers=1) as at, connected(at, [archive]) as client:
        process = client.run_on_scheduler(os.getpid)

        def on_run(*_):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

        auditor = Auditor(default_rulebook(), ScanOptions(), Spread(client=client))
        with Store(tmp_path / "a") as store, pytest.raises(LogAnalyzerError, match="goes on from there"):
            auditor.run(found, store, on_run)
    assert capfd.readouterr() == ("", "")
    tally, _, kept = audited(archive, tmp_path / "a")
    assert 0 < tally.unchanged < RUNS
    assert encoded(kept) == encoded(scan(archive))


def allow_no_failures(dask_scheduler):
    dask_scheduler.allowed_failures = 0


def test_a_run_that_kills_workers_is_one_unreadable_run(address, tmp_path):
    root = write_archive(tmp_path / "runs", 5)
    write_csv(root / "run003-killer" / "history.csv", falling())
    with connected(address, [root]) as client:
        client.run_on_scheduler(allow_no_failures)
        tally, _, kept = audited(root, tmp_path / "a.sqlite", client=client, judge=killed_by_name)
    assert counts(tally) == (6, 0, 0)
    (bad,) = [one for one in kept if one.verdict == "unreadable"]
    assert (bad.run.name, "ends the process" in bad.reason) == ("run003-killer/history.csv", True)
    assert encoded(one for one in kept if one is not bad) == encoded(
        one for one in scan(root) if "killer" not in one.run.name
    )


def test_what_workers_do_not_see_is_refused(archive, address, tmp_path):
    refused = pytest.raises(LogAnalyzerError, match=r"worker tcp://127.*elsewhere is not there; give a path")
    with refused, connected(address, [archive, tmp_path / "elsewhere"]):
        pass


def test_a_scheduler_without_workers_is_refused(tmp_path):
    refused = pytest.raises(LogAnalyzerError, match="no workers")
    with cluster(tmp_path, workers=0) as address, refused, connected(address, ()):
        pass


class Elsewhere:
    """A client whose one worker answers so."""

    def __init__(self, answer):
        self.answer = answer

    def run(self, function, *arguments):
        if isinstance(self.answer, Exception):
            raise self.answer
        return {"tcp://w:1": self.answer}


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (("0.0.1", []), r"worker tcp://w:1: expected loganalyzer .*, found 0\.0\.1; install the same"),
        (ModuleNotFoundError("No module named 'loganalyzer'"), "cannot load loganalyzer .*; install version"),
    ],
)
def test_workers_that_would_say_something_else_are_refused(answer, why):
    with pytest.raises(LogAnalyzerError, match=why):
        _check(Elsewhere(answer), "tcp://s:1", [])


def test_a_scheduler_that_does_not_answer_is_told_soon():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        refused = pytest.raises(
            LogAnalyzerError, match=rf"--dask {address}: no scheduler answers within 0\.5 s"
        )
        with refused, connected(address, (), timeout_s=0.5):
            pass


@pytest.mark.parametrize("address", ["", "processes", "inproc://1/2", "tcp://host", "http://host:1", "a b:1"])
def test_what_is_no_address_is_refused(address):
    refused = pytest.raises(LogAnalyzerError, match="expected the address of a scheduler, as tcp://host:8786")
    with refused, connected(address, ()):
        pass


def test_an_audit_that_cannot_begin_makes_no_store(archive, tmp_path):
    code, out, _ = audit(archive, "--store", tmp_path / "a", "--dask", "nowhere")
    assert (code, out, list(tmp_path.iterdir())) == (1, "", [])


def test_without_dask_the_command_to_install_it_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    refused = pytest.raises(LogAnalyzerError, match=r"pip install 'loganalyzer\[dask\]'")
    with refused, connected("tcp://127.0.0.1:1", ()):
        pass
