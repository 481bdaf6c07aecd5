"""The page of an audit: what stands in it, and that nothing else gets in."""

import re
from dataclasses import replace

import pytest
from hostile_diagnoses import HOSTILE
from made_archives import archive, lessons
from test_html_pages import Outline, policy_of

from loganalyzer.model.lessons import CopyGroup, CostRow, Lessons, Rate, RateTable
from loganalyzer.report.html.archive import MOST_GROUPS, MOST_ROWS, archive_page

NOTHING = Lessons()


def page(made, learned=NOTHING, **links):
    return Outline(archive_page(replace(made, lessons=learned), **links))


def bars(outline):
    """The ends of the bars and of the lines across them, in percent of the width."""
    return [re.findall(r"[\d.]+", attrs["d"]) for tag, attrs in outline.tags if tag == "path"]


def test_it_says_what_runs_have_in_common_when_and_at_what_cost():
    said = page(archive(), lessons()).said()
    assert "Of 212 runs, 37 are sick and 5 are suspect" in said
    assert "35 of the 72 with lr >= 0.1" in said
    assert "overfitting: 5 of 212 runs; too few" in said
    assert "divergence by lr" in said
    assert "All other settings: 1 table" in said
    assert "gone in 9 of 10 pairs that differ in lr alone" in said
    assert "2024-04" in said
    assert "61,000 steps, 2 h 30 min where the logs have a clock" in said
    assert "A run costs the same at each of its steps." in said
    assert "nearly the same curve (lr): anna/run1, anna/run2" in said
    assert "9.5, worse" in said
    assert "not a training log" in said


def test_a_page_of_counts_alone_has_no_empty_sections():
    outline = page(archive(damaged=0, pathologies=(), unreadable=()), Lessons())
    assert [attrs["id"] for tag, attrs in outline.tags if tag == "h2"] == ["summary-title"]


def test_shares_and_intervals_are_drawn_over_one_axis():
    table = RateTable("divergence", "lr", (Rate("low", 1, 20, 0.01, 0.24), Rate("high", 5, 20, 0.11, 0.47)))
    causes = lessons().causes
    drawn = bars(page(archive(pathologies=()), Lessons(causes=type(causes)(20, 1, (), (), (), (table,)))))
    assert drawn == [["0", "6", "10.0"], ["2.0", "6", "48.0"], ["0", "6", "50.0"], ["22.0", "6", "94.0"]]


def test_runs_with_a_page_are_linked_to_it():
    outline = page(archive(), lessons(), hrefs={"anna/run1": "runs/anna-run1.html"})
    hrefs = [attrs["href"] for tag, attrs in outline.tags if tag == "a"]
    assert hrefs == ["#main", *["runs/anna-run1.html"] * 3]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_text(name):
    outline = page(
        archive(name, name, root=name), lessons(name, name, name, name), hrefs={name: "runs/a.html"}
    )
    tame = page(archive("a", "b"), lessons("a", "b", "c", "d"), hrefs={"a": "runs/a.html"})
    shape = [[tag for tag, _ in one.tags if tag != "code"] for one in (outline, tame)]
    assert shape[0] == shape[1]
    assert policy_of(outline) == policy_of(tame)
    assert not [
        key for _, attrs in outline.tags for key in attrs if key.startswith("on") or key in ("src", "style")
    ]


def test_long_tables_are_cut_and_say_so():
    many = lessons()
    row = CostRow("m", 1, 1, 1.0, 1, 1.0, 0)
    cost = type(many.cost)(row, (), (), tuple(row for _ in range(100)), ())
    copies = tuple(CopyGroup("copy", (f"a{n}", f"b{n}")) for n in range(40))
    outline = page(archive(pathologies=()), Lessons(cost=cost, copies=copies))
    assert sum(attrs.get("scope") == "row" for _, attrs in outline.tags) == MOST_ROWS
    assert f"{100 - MOST_ROWS} more" in outline.said()
    assert f"{40 - MOST_GROUPS} more" in outline.said()
