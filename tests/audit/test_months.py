"""The share of sick runs by month."""

from past_runs import past

from loganalyzer.audit.lessons.cost import NO_CLOCK
from loganalyzer.audit.lessons.months import months_of

MARCH, APRIL = 1_711_000_000.0, 1_711_929_600.0


def test_judged_runs_are_counted_by_the_month_in_which_they_started():
    runs = [
        past("a", started=MARCH),
        past("b", "divergence", started=MARCH),
        past("c", "overfitting", severity="warning", started=APRIL),
        past("d", "divergence", started=APRIL),
        past("e", "divergence", started=APRIL - 1),
        past("f", started=MARCH, verdict="unreadable"),
        past("g"),
    ]
    counted = [(rate.label, rate.failing, rate.runs) for rate in months_of(reversed(runs))]
    assert counted == [("2024-03", 2, 3), ("2024-04", 1, 2), (NO_CLOCK, 0, 1)]


def test_copies_count_once():
    runs = [past(name, "divergence", started=MARCH, content="same") for name in "abc"]
    (rate,) = months_of(runs)
    assert (rate.failing, rate.runs) == (1, 1)
