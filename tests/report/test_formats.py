"""The formats for other programs: each is read back by what will read it, hostile names among the runs."""

from __future__ import annotations

import csv
import io
import json
import re
from itertools import permutations
from xml.etree import ElementTree

import pytest
from made_diagnoses import diagnosis, finding, zoo

from loganalyzer.model.finding import Place
from loganalyzer.model.run import ReadProblem
from loganalyzer.report.markdown import code
from loganalyzer.report.renderers import RENDERERS, Report, Screen

HOSTILE = (
    "<script>alert(1)</script>",
    "=HYPERLINK(\"http://x\")",
    "a`b``c|d",
    "\x1b[31mred\u202egnp.exe",
    "]]>&amp;",
    "@team #12 __proto__",
    "n" * 10_000,
    "bad\udcffname",
    "half\ud800 a pair",
    "line\r\nbreak",
)  # fmt: skip


def rendered(name, *diagnoses):
    (renderer,) = [one for one in RENDERERS if one.name == name]
    return renderer.render(Report("logs", diagnoses), Screen())


def hostile():
    return tuple(
        diagnosis(
            name,
            findings=[finding(message=f"about {name}", decidable=Place(1300, 0.41, None))],
            problems=(ReadProblem("corrupt_data", name, f"broken: {name}", 3),),
        )
        for name in HOSTILE
    )


@pytest.mark.parametrize("name", [one.name for one in RENDERERS])
@pytest.mark.parametrize("diagnoses", [(), (diagnosis(findings=[finding()]),), zoo(), hostile()])
def test_every_format_is_plain_text_without_what_steers_a_terminal(name, diagnoses):
    text = rendered(name, *diagnoses)
    assert text.endswith("\n") or (name == "jsonl" and not diagnoses)
    text.encode("utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)


@pytest.mark.parametrize("name", [one.name for one in RENDERERS])
def test_the_order_of_the_runs_does_not_matter(name):
    assert len({rendered(name, *order) for order in permutations((*zoo()[1:4], hostile()[0]))}) == 1


def rows(*diagnoses):
    return list(csv.DictReader(io.StringIO(rendered("csv", *diagnoses))))


def test_csv_has_a_row_for_each_finding_that_nothing_explains():
    hidden = finding("overfitting", "warning", hidden_by="divergence")
    first, second, healthy = rows(
        diagnosis("a", findings=[finding(), finding("loss-spikes", "info"), hidden]),
        diagnosis("b", "healthy"),
    )
    assert (first["run"], first["pathology"], first["onset_step"]) == ("a", "divergence", "1200")
    assert (float(first["confidence"]), first["try_first"]) == (0.934, "Lower the learning rate")
    assert second["pathology"] == "loss-spikes"
    assert (healthy["run"], healthy["verdict"], healthy["pathology"]) == ("b", "healthy", "")


def test_no_cell_of_csv_is_a_formula():
    found = rows(*hostile())
    assert len(found) == len(HOSTILE)
    assert all(not value.startswith(("=", "+", "-", "@")) for row in found for value in row.values() if value)


def test_json_lines_are_the_runs_of_the_document():
    lines = rendered("jsonl", *zoo()).splitlines()
    assert [json.loads(line) for line in lines] == json.loads(rendered("json", *zoo()))["runs"]


def cases(*diagnoses):
    suite = ElementTree.fromstring(rendered("junit", *diagnoses)).find("testsuite")
    assert suite is not None
    return suite, {case.get("name"): case for case in suite}


def test_junit_fails_the_sick_skips_the_unjudged_and_counts_them():
    suite, found = cases(
        diagnosis("a/sick", findings=[finding(), finding("overfitting", "warning")]),
        diagnosis("suspect", "suspect", findings=[finding("overfitting", "warning")]),
        diagnosis("fine", "healthy", findings=[finding("loss-spikes", "info")]),
        diagnosis("short", "insufficient", reason="2 points"),
        diagnosis("torn", "unreadable", reason="no record"),
    )
    counts = {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "5", "failures": "1", "errors": "1", "skipped": "1"}
    failure = found["sick"].find("failure")
    assert failure is not None
    assert failure.get("type") == "divergence"
    assert "overfitting" in (failure.text or "")
    assert found["sick"].get("classname") == "a"
    assert [child.tag for child in found["suspect"]] == ["system-out"]
    assert list(found["fine"]) == []
    assert found["short"][0].get("message") == "2 points"
    assert found["torn"][0].tag == "error"


def test_junit_keeps_hostile_names_as_text():
    suite, found = cases(*hostile())
    assert len(found) == len(HOSTILE)
    assert {element.tag for element in suite.iter()} == {"testsuite", "testcase", "failure"}


def test_sarif_has_a_result_and_a_rule_for_each_finding():
    (run,) = json.loads(rendered("sarif", *zoo()))["runs"]
    visible = [f for one in zoo() for f in one.findings if not f.hidden_by]
    assert len(run["results"]) == len(visible)
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == sorted({one.pathology for one in visible})
    assert {result["ruleId"] for result in run["results"]} == set(rules)
    assert {result["level"] for result in run["results"]} <= {"error", "warning", "note"}


def test_sarif_names_the_file_as_a_uri_and_a_fault_by_the_same_print_each_time():
    one = diagnosis("a b", findings=[finding()])
    (first,) = json.loads(rendered("sarif", one))["runs"][0]["results"]
    (again,) = json.loads(rendered("sarif", diagnosis("a b", findings=[finding(confidence=0.5)])))["runs"][0][
        "results"
    ]
    place = first["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert place == "logs/a%20b/events.out.tfevents.1"
    assert first["partialFingerprints"] == again["partialFingerprints"]
    (other,) = json.loads(rendered("sarif", diagnosis("c", findings=[finding()])))["runs"][0]["results"]
    assert other["partialFingerprints"] != first["partialFingerprints"]


def test_markdown_has_a_row_for_each_run_that_needs_care():
    text = rendered("markdown", diagnosis("a", findings=[finding()]), diagnosis("b", "healthy"))
    assert "| ❌ | `a` | divergence | step 1,200 (38 %) | 93 % | Lower the learning rate |" in text
    assert "| `b` |" not in text
    assert "  - try: Lower the learning rate, because the learning rate was 0.1 when the loss turned" in text


def test_markdown_of_hostile_names_has_no_tag_mention_or_broken_table():
    text = rendered("markdown", *hostile())
    table = [line for line in text.splitlines() if line.startswith("| ❌")]
    assert len(table) == len(HOSTILE)
    assert all(len(re.findall(r"(?<!\\)\|", line)) == 7 for line in table)
    outside = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", text)
    assert not re.search(r"@team|#12|<script", outside)


@pytest.mark.parametrize("text", ["a", "`", "``a", "a`", "", " a", "|"])
def test_a_code_span_ends_where_its_text_does(text):
    span = code(text)
    fence = re.match("`+", span)
    assert fence is not None
    inner = span[len(fence[0]) : -len(fence[0])]
    assert fence[0] not in re.findall("`+", inner)
    assert inner.strip() == text.strip().replace("|", "\\|")


def test_a_sick_run_without_a_finding_fails_with_its_reason():
    (failure,) = ElementTree.fromstring(rendered("junit", diagnosis("x", reason="said so"))).iter("failure")
    assert failure.attrib == {"message": "said so", "type": "sick"}
