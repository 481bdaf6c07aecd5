from __future__ import annotations

import pytest

from loganalyzer.rulebook.clauses import threshold_clauses

NAMES = frozenset({"low", "high"})


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("x >= low", [("low", "x", True)]),
        ("low < x + 1", [("low", "x + 1", True)]),
        ("x <= high and x > low", [("high", "x", False), ("low", "x", True)]),
        ("low <= x < high", [("low", "x", True), ("high", "x", False)]),
        ("x >= low and (x <= high or y > 1)", [("low", "x", True)]),
        ("(x >= low and y > 2) and x < high", [("low", "x", True), ("high", "x", False)]),
    ],
)
def test_clauses_that_hold_a_measurement_against_a_name(condition, expected):
    found = threshold_clauses(condition, NAMES)
    assert [(one.threshold, one.measured.source, one.at_least) for one in found] == expected


@pytest.mark.parametrize(
    "condition",
    [
        "x >= low or y > 1",
        "not x >= low",
        "x == low",
        "x >= low * 2",
        "x * low >= low",
        "min(x, low) > 1",
        "x",
    ],
)
def test_what_is_no_such_clause(condition):
    assert threshold_clauses(condition, NAMES) == ()
