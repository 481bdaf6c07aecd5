"""Pages of a report: what stands in them, what may run in them, and that nothing else gets in."""

import json
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from itertools import permutations

import pytest
from hostile_diagnoses import HOSTILE, hostile_run, hostile_runs
from made_diagnoses import LOWER, diagnosis, finding, zoo

from loganalyzer.model.finding import Place
from loganalyzer.report.html import pages, render
from loganalyzer.report.renderers import Report

VOID = {"meta", "link", "input", "br"}


class Outline(HTMLParser):
    """The tags of a page, checked for nesting, with the text of scripts and of all else."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.scripts, self.text = [], [], [], []
        self.feed(page)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append((dict(attrs), []))
        if tag not in VOID and tag != "path":
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] == "script":
            self.scripts[-1][1].append(data)
        elif self.open and self.open[-1] != "style":
            self.text.append(data)

    def data(self, name):
        (found,) = [text for attrs, text in self.scripts if attrs.get("id") == name]
        return json.loads("".join(found))

    def said(self):
        return re.sub(r"\s+", " ", " ".join(self.text))


def page_of(*diagnoses):
    return Outline(render(Report("logs", diagnoses)))


def policy_of(outline):
    (policy,) = [a["content"] for tag, a in outline.tags if a.get("http-equiv") == "Content-Security-Policy"]
    return dict(part.strip().split(" ", 1) for part in policy.split(";"))


@pytest.mark.parametrize("diagnoses", [(), (diagnosis(findings=[finding()]),), zoo(), hostile_runs()])
def test_a_page_runs_exactly_the_scripts_it_names_and_loads_nothing(diagnoses):
    outline = page_of(*diagnoses)
    policy = policy_of(outline)
    inlined = ["".join(text) for attrs, text in outline.scripts if attrs.get("type") != "application/json"]
    hashes = [f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in inlined]
    assert policy["script-src"].split() == hashes
    assert policy["default-src"] == "'none'"
    assert policy["img-src"] == "data:"
    for tag, attrs in outline.tags:
        assert tag not in {"iframe", "object", "embed", "img", "base"}
        assert "src" not in attrs
        assert not [name for name in attrs if name.startswith("on") or name == "style"]
        assert tag != "link"


@pytest.mark.parametrize("diagnoses", [zoo(), hostile_runs()])
def test_pages_beside_each_other_name_only_files_of_their_folder(diagnoses):
    files = dict(pages(Report("logs", diagnoses)))
    assert len([name for name in files if name.startswith("runs/")]) == len(diagnoses)
    for name, text in files.items():
        assert re.fullmatch(r"(assets|runs)/[a-z0-9.-]{1,90}|index\.html", name)
        if not name.endswith(".html"):
            continue
        outline = Outline(text)
        assert policy_of(outline)["script-src"] == "'self'"
        up = "../" if name.startswith("runs/") else ""
        for tag, attrs in outline.tags:
            if tag in {"script", "link"} and attrs.get("type") != "application/json":
                assert attrs.get("src", attrs.get("href")).removeprefix(up) in files


@pytest.mark.parametrize("name", HOSTILE)
def test_links_lead_to_the_web_or_stay_in_the_report(name):
    outline = page_of(hostile_run(name), *zoo())
    anchors = {attrs["id"] for _, attrs in outline.tags if "id" in attrs}
    for tag, attrs in outline.tags:
        if tag == "a":
            assert attrs["href"].startswith("https://") or attrs["href"][1:] in anchors


def test_hostile_names_make_no_element_and_are_shown():
    plain = tuple(hostile_run(f"plain{number}", number) for number in range(len(HOSTILE)))
    mean, tame = page_of(*hostile_runs()), page_of(*plain)
    counts = [sum(tag == "script" for tag, _ in one.tags) for one in (mean, tame)]
    assert counts[0] == counts[1]
    assert "<script>window.taken = 1</script>" in mean.said()
    assert "{{ 7 * 7 }}" in mean.said()
    assert "\\u202egnp.exe" in mean.said()
    assert "nnn…nnn" in mean.said()


@pytest.mark.parametrize("name", HOSTILE)
def test_data_of_hostile_runs_is_read_back_and_holds_nothing_that_steers(name):
    outline = page_of(hostile_run(name), *zoo())
    table = outline.data("table-data")
    assert len(table["rows"]) == 1 + len(zoo())
    for attrs, text in outline.scripts:
        if attrs.get("type") == "application/json":
            assert not re.search("[<>&\u2028\u2029\u202e\udcff]", "".join(text))


@pytest.mark.parametrize("diagnoses", [zoo()[:3], hostile_runs()[:3]])
def test_bytes_depend_on_the_runs_alone(diagnoses):
    told = [dict(pages(Report("logs", order))) for order in permutations(diagnoses)]
    assert all(one == told[0] for one in told)
    assert [*told[0]] == [*told[-1]]


def test_one_run_has_a_page_without_table():
    said = page_of(diagnosis(findings=[finding()])).said()
    assert "The loss ends at 41 times its best value and does not come back." in said
    assert "The loss rose to 41 times its best." in said
    assert "Divide the learning rate by ten." in said
    assert "the learning rate was 0.1 when the loss turned" in said
    assert "no validation loss" in said
    assert "Summary" not in said


def test_a_card_says_what_it_is_about():
    said = page_of(*zoo()).said()
    assert "since step 1,200 (38 %)" in said
    assert "a damaged record was skipped" in said
    assert "Explained by this: 1 finding" in said
    assert "2 points in its longest curve, at least 3 are needed" in said
    assert "Not checked, and why: 1 rule" in said
    assert "division by zero" in said


def test_a_remedy_is_told_in_full_once():
    twice = [finding(), finding("overfitting", "warning", remedies=(replace(LOWER, because="it came back"),))]
    said = page_of(diagnosis(findings=twice)).said()
    assert said.count("Divide the learning rate by ten.") == 1
    assert "Lower the learning rate , as above, and here because it came back." in said


def test_no_runs_are_a_page_too():
    assert "No runs were found." in page_of().said()


def test_a_page_of_one_run_is_small():
    assert len(render(Report("logs", (diagnosis(findings=[finding()]),))).encode()) < 2_500_000


def test_the_index_links_every_run_and_runs_link_their_neighbours():
    files = dict(pages(Report("logs", zoo())))
    index = Outline(files["index.html"])
    linked = {attrs["href"] for tag, attrs in index.tags if tag == "a" and "/" in attrs["href"]}
    assert linked == {name for name in files if name.startswith("runs/")}
    first = Outline(files["runs/lr-high-run-3.html"])
    hrefs = [attrs["href"] for tag, attrs in first.tags if tag == "a"]
    assert "../index.html" in hrefs
    assert "../runs/nan.html" in hrefs


def test_a_run_decided_at_its_very_end_wasted_nothing():
    late = diagnosis(findings=[finding(decidable=Place(3158, 1.0, None))])
    early = diagnosis("early", findings=[finding(decidable=Place(316, 0.1, None))])
    assert "Compute spent" not in page_of(late, replace(late)).said()
    assert "90 % of the steps came after that moment" in page_of(late, early).said()
