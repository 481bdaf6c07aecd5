from types import SimpleNamespace

import pytest

from loganalyzer.cli.exits import FailOn, code_of_error, scan_code
from loganalyzer.errors import LogAnalyzerError, ReadError, RulebookError


def judged(verdict, *kinds):
    return SimpleNamespace(
        verdict=verdict, run=SimpleNamespace(problems=[SimpleNamespace(kind=kind) for kind in kinds])
    )


@pytest.mark.parametrize(
    ("verdicts", "fail_on", "code"),
    [
        (["healthy"], "critical", 0),
        (["insufficient"], "warning", 0),
        (["suspect"], "critical", 0),
        (["suspect"], "warning", 1),
        (["healthy", "sick"], "critical", 1),
        (["sick"], "warning", 1),
        (["sick", "suspect"], "never", 0),
        ([], "critical", 4),
        (["unreadable", "unreadable"], "never", 4),
    ],
)
def test_verdicts_make_the_code(verdicts, fail_on, code):
    assert scan_code([judged(verdict) for verdict in verdicts], FailOn(fail_on)) == code


@pytest.mark.parametrize("kind", ["truncated", "restarted", "duplicate"])
def test_everyday_problems_are_clean(kind):
    assert scan_code([judged("healthy", kind)], FailOn.CRITICAL) == 0


@pytest.mark.parametrize(
    "kind", ["corrupt_data", "over_limit", "unreadable", "skipped", "ragged", "non_numeric"]
)
def test_damage_is_told_but_findings_win(kind):
    damaged = judged("healthy", "truncated", kind)
    assert scan_code([judged("healthy"), damaged], FailOn.CRITICAL) == 3
    assert scan_code([judged("sick"), damaged], FailOn.CRITICAL) == 1
    assert scan_code([judged("sick"), damaged], FailOn.NEVER) == 3


def test_a_path_left_out_is_told():
    assert scan_code([judged("healthy")], FailOn.CRITICAL, skipped=True) == 3


def test_errors_are_refusals_unless_there_is_nothing_to_read():
    assert code_of_error(ReadError("x")) == 4
    assert code_of_error(LogAnalyzerError("x")) == 2
    assert code_of_error(RulebookError(())) == 2
