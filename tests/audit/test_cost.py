import pytest
from hypothesis import given
from hypothesis import strategies as st
from past_runs import past

from loganalyzer.audit.lessons.cost import ASSUMPTIONS, cost_of
from loganalyzer.model.archive import Fault, PastRun

MAY = 1715000000.0
HOUR = 3600.0


def test_steps_and_seconds_after_a_fault_could_be_told_and_after_the_best_point():
    run = past("ann/a", "divergence", decidable=0.25, steps=1000, started=MAY, duration=8 * HOUR, best_at=0.2)
    total = cost_of([run]).total
    assert (total.steps_after_decidable, total.seconds_after_decidable) == (750, 6 * HOUR)
    assert (total.steps_after_best, total.seconds_after_best) == (800, pytest.approx(6.4 * HOUR))


def test_two_critical_findings_count_under_both_and_once_in_the_total():
    faults = (
        Fault("divergence", "critical", 1.0, decidable=0.5),
        Fault("non-finite-loss", "critical", 1.0, decidable=0.9),
    )
    cost = cost_of([PastRun("a", "sick", "divergence", faults, steps=100)])
    assert [(row.label, row.steps_after_decidable) for row in cost.by_pathology] == [
        ("divergence", 50),
        ("non-finite-loss", 10),
    ]
    assert (cost.total.runs, cost.total.steps_after_decidable) == (1, 50)


def test_warnings_and_hidden_findings_stop_no_run():
    faults = (
        Fault("overfitting", "warning", 1.0, decidable=0.1),
        Fault("divergence", "critical", 1.0, hidden_by="restart", decidable=0.1),
    )
    cost = cost_of([PastRun("a", "suspect", "overfitting", faults, steps=100, best_at=0.4)])
    assert cost.total.steps_after_decidable == 0
    assert [(row.label, row.steps_after_best) for row in cost.by_pathology] == [("overfitting", 60)]


def test_a_fault_of_unknown_moment_costs_nothing():
    assert cost_of([past("a", "divergence", steps=100)]).total.steps_after_decidable == 0


def test_runs_without_a_clock_are_counted_apart():
    runs = [
        past("a", "divergence", decidable=0.5, steps=10),
        past("b", steps=10, started=MAY, duration=HOUR, best_at=0.5),
    ]
    cost = cost_of(runs)
    assert (cost.total.without_clock, cost.total.seconds_after_best) == (1, 0.5 * HOUR)
    assert [(row.label, row.without_clock) for row in cost.by_month] == [("2024-05", 0), ("no clock", 1)]


@pytest.mark.parametrize(
    ("started", "month"),
    [(1717199999.9, "2024-05"), (1717200000.0, "2024-06"), (float("nan"), "no clock"), (1e300, "no clock")],
)
def test_months_turn_in_utc(started, month):
    assert [row.label for row in cost_of([past("a", started=started, duration=1.0)]).by_month] == [month]


def test_folders_are_the_first_part_of_a_name():
    rows = cost_of([past("ann/x/1"), past("ann/y/2"), past("bob/1"), past("lone")]).by_folder
    assert [(row.label, row.runs) for row in rows] == [(".", 1), ("ann", 2), ("bob", 1)]


def test_copies_and_unjudged_runs_cost_nothing_more():
    run = past("ann/a", "divergence", decidable=0.5, steps=100, content="f00")
    copy = past("zoe/a", "divergence", decidable=0.5, steps=100, content="f00")
    unread = past("x", verdict="unreadable", steps=100, best_at=0.0)
    assert cost_of([copy, unread, run]) == cost_of([run])


def test_the_assumptions_are_shown():
    assert cost_of([]).assumptions == ASSUMPTIONS


runs_of_any_kind = st.lists(
    st.builds(
        lambda number, faults, steps, duration: past(
            f"u{number % 3}/{number}",
            *sorted(faults),
            decidable=0.3,
            steps=steps,
            duration=duration,
            started=MAY,
            best_at=0.8,
        ),
        st.integers(0, 10**6),
        st.sets(st.sampled_from(["divergence", "collapse-to-chance", "constant-loss"])),
        st.integers(0, 10**6),
        st.one_of(st.none(), st.floats(0, 1e6)),
    ),
    max_size=12,
)


@given(runs_of_any_kind)
def test_folders_and_months_add_up_to_the_total(runs):
    cost = cost_of(runs)
    for rows in (cost.by_folder, cost.by_month):
        assert sum(row.runs for row in rows) == cost.total.runs == len(runs)
        assert sum(row.steps_after_best for row in rows) == cost.total.steps_after_best
        assert sum(row.seconds_after_decidable for row in rows) == pytest.approx(
            cost.total.seconds_after_decidable
        )
    assert cost_of(reversed(runs)) == cost
