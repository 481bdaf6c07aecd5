"""Bad input gives all points that are intact, says what is wrong and where, and touches no neighbour."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from bad_events import EVENTS
from bad_framing import POINTS, SOUND
from bad_texts import TEXTS
from bad_trees import TREES
from event_files import NAME

from loganalyzer.readers import find_runs, read_runs

CASES = [*EVENTS, *TEXTS, *TREES]
MIB_ABOVE_START = 256
# What is large, or claims to be, is scanned as a whole; of the others one of each outcome.
LARGE = re.compile("A(11|16|20|21|31|32|33|34)|B(15|18|19|27|28|29)|E(15|16|20|31|32|43|46|50|52|53)")


def written(case, root):
    (root / "bad").mkdir(parents=True)
    case.write(root / "bad")
    return root


def with_neighbour(root):
    (root / "sound").mkdir(parents=True)
    (root / "sound" / NAME).write_bytes(SOUND)
    return root


def comparable(runs):
    """Points with their values as text, so that NaN equals itself and nothing is rounded."""
    return {
        name: {tag: [(step, repr(value)) for step, value in points] for tag, points in tags.items()}
        for name, tags in runs.items()
    }


def outcome(case):
    kinds = tuple(sorted({kind for kind, _ in case.problems}))
    return case.name[0], case.code, kinds, *case.runs


ONE_OF_EACH = {outcome(case): case for case in reversed(CASES)}
SCANNED = [case for case in CASES if LARGE.match(case.name) or ONE_OF_EACH[outcome(case)] is case]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_all_that_is_intact_is_read_and_the_rest_is_told(case, tmp_path):
    runs, problems = {}, []
    for found in find_runs(with_neighbour(written(case, tmp_path))):
        for run in read_runs(found):
            if run.name == "sound":
                assert (list(run.series[0].value), run.problems) == ([value for _, value in POINTS], ())
                continue
            runs[run.name] = {
                one.tag: list(zip(one.step.tolist(), one.value.tolist(), strict=True)) for one in run.series
            }
            problems += [(problem.kind, problem.offset) for problem in run.problems]
    assert comparable(runs) == comparable(case.runs)
    assert problems == list(case.problems)


def test_names_of_cases_differ():
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.fixture(scope="module")
def scanned(tmp_path_factory):
    """What a scan of each case makes of it with a sound run beside it, and of that run alone."""
    base = tmp_path_factory.mktemp("scanned")
    roots = {"": base / "alone"} | {case.name: base / str(number) for number, case in enumerate(SCANNED)}
    for case in SCANNED:
        written(case, roots[case.name])
    for root in roots.values():
        with_neighbour(root)
    done = subprocess.run(
        [sys.executable, "-P", str(Path(__file__).with_name("scan_each.py"))],
        input="".join(f"{root}\n" for root in roots.values()),
        cwd=base,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert not list(base.rglob("CANARY"))
    return dict(zip(roots, map(json.loads, done.stdout.splitlines()), strict=True))


def sound_run(result):
    return next(run for run in json.loads(result["out"])["runs"] if run["name"] == "sound")


@pytest.mark.parametrize("case", SCANNED, ids=str)
def test_a_scan_ends_in_time_and_memory_and_judges_the_neighbour_as_ever(case, scanned):
    result = scanned[case.name]
    assert (result["code"], result["err"]) == (case.code, "")
    assert result["mib"] <= MIB_ABOVE_START
    assert json.dumps(sound_run(result)) == json.dumps(sound_run(scanned[""]))
    names = {run["name"] for run in json.loads(result["out"])["runs"]}
    assert names == {*case.runs, "sound"}
