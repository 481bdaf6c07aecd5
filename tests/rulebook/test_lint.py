from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rule_files import REMEDY, RULE, write_rules

from loganalyzer.errors import RulebookError
from loganalyzer.features import FEATURES
from loganalyzer.features.curve import Curve
from loganalyzer.features.registry import feature
from loganalyzer.rulebook.lint import lint, lint_rulebook
from loganalyzer.rulebook.load import default_directory, load_located


def lowest_index(of: Curve) -> float:
    """Where the curve is lowest."""
    return float(of.value.argmin())


def rise_since(of: Curve, since: float, window: float = 1.0) -> float:
    """How far the end lies above the value at an index."""
    return float(of.value[-1] - of.value[int(since)]) / window


def length(of: Curve, other: Curve | None = None) -> float:
    """The number of samples."""
    return float(len(of.series) if other is None else len(other.series))


KNOWN = {one.name: one for one in map(feature, (lowest_index, rise_since, length))}


def linted(directory):
    errors = lint_rulebook(load_located([directory]), KNOWN)
    return [f"{os.path.relpath(e.path, directory)}:{e.line}:{e.column}: {e.text}" for e in errors]


def changed(text, old, new):
    assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
    return text.replace(old, new)


def test_a_sound_rulebook_has_no_faults(tmp_path):
    assert linted(write_rules(tmp_path)) == []


def faults(directory, rule, spot):
    """The texts of the faults at the place of `spot` in the rule."""
    before = rule[: rule.index(spot)]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    prefix = f"shape/rising.yaml:{line}:{column}: "
    lines = linted(write_rules(directory, rule))
    return [one.removeprefix(prefix) for one in lines if one.startswith(prefix)] or lines


NAMES = [
    ("name: rising", "name: falling", "falling", "expected the name `rising` of the file, found `falling`"),
    ("family: shape", "family: form", "form", "expected the family `shape` of the folder, found `form`"),
    ("  n: {use", "  n-n: {use", "n-n", "`n-n` cannot be a name; expected lower case letters, digits and _"),
    ("  n: {use", "  if: {use", "if: ", "`if` cannot be a name; expected lower case letters, digits and _"),
    ("  n: {use", "  classes: {use", "classes", "`classes` is a fact already; choose another name"),
    ("  n: {use", "  exp: {use", "exp: ", "`exp` is a function already; choose another name"),
    ("  n: {use", "  min_rise: {use", "min_rise: {use", "`min_rise` is one of the params already"),
    ("  n: {use", "  val: {use", "val: {use", "`val` is one of the inputs already; choose another name"),
]
FEATURES_OF_THE_RULE = [
    (
        "lowest_index",
        "lowest_inex",
        "lowest_inex",
        "no feature function `lowest_inex`; did you mean `lowest_index`?",
    ),
    ("{use: lowest_index, of: val}", "{use: lowest_index}", "best: {use", "lowest_index needs of as well"),
    ("since: best}", "sinse: best}", "rise: {use", "rise_since needs since as well"),
    (
        "since: best}",
        "since: best, widow: 3}",
        "3}\n  n:",
        "rise_since takes no `widow`; did you mean `window`?",
    ),
    ("index, of: val", "index, of: vall", "vall", "`vall` is no input; did you mean `val`?"),
    ("index, of: val", "index, of: 3", "3}\n  rise:", "`3` is no input; expected one of lr, val"),
    (
        "since: best}",
        "since: n}",
        "n}\n  n:",
        "`n` is no param, fact or feature above this one; expected one of adversarial, best,",
    ),
    ("since: best}", "since: val}", "val}\n  n:", "`val` is no param, fact or feature above this one;"),
]
EXPRESSIONS = [
    (
        ">= min_rise and",
        ">= min_ries and",
        "min_ries",
        "`min_ries` is no param, feature or fact; did you mean `min_rise`?",
    ),
    ("condition: rise", "condition: rise[0]", "[0]", "unexpected `[`; an expression has numbers,"),
    ("condition: rise", "condition: rise ** 2", "rise ** 2", "only + - * / are allowed between numbers"),
    (
        "rise >= min_rise and n >= min_points",
        "rise + min_rise + n + min_points",
        "rise + min_rise + n",
        "expected a condition with a comparison, found a number; compare it",
    ),
    (
        "confidence: clip(0.5",
        "confidence: clop(0.5",
        "clop",
        "only abs, min, max, clip, isfinite, log, exp, sqrt can be",
    ),
    (
        "clip(0.5 + rise",
        "clip(0.5 + ruse",
        "ruse",
        "`ruse` is no param, feature or fact; did you mean `rise`?",
    ),
    (
        "when: isfinite(rates)",
        "when: isfinite(rats)",
        "rats)",
        "`rats` is no param, feature or fact; did you mean `rates`?",
    ),
    (
        "when: rise > 2 * min_rise",
        "when: rise",
        "rise}\n",
        "expected a condition with a comparison, found a number",
    ),
]
SENTENCES = [
    (
        "Up by {rise:.0%}",
        "Up by {ruse:.0%}",
        "{ruse",
        "`ruse` is no param, feature or fact; did you mean `rise`?",
    ),
    (
        "Up by {rise:.0%}",
        "Up by {rise.real}",
        "{rise.real",
        "`{rise.real}` is no field; expected {name}, {name:.3g}",
    ),
    ("{best@step}.", "{rise@step}.", "{rise@step}", "`rise` is no index feature; expected one of best"),
    (
        '"{rise:.0%} up"',
        '"{ryse:.0%} up"',
        "{ryse",
        "`ryse` is no param, feature or fact; did you mean `rise`?",
    ),
    (
        "it rose by {rise:.0%}",
        "it rose by {ryse}",
        "{ryse",
        "`ryse` is no param, feature or fact; did you mean `rise`?",
    ),
]
PLACES = [
    ("onset: best", "onset: rise", "rise\nend", "`rise` is no index feature; expected one of best"),
    ('end: ""', "end: bestt", "bestt", "`bestt` is no index feature; did you mean `best`?"),
    ("{value: rise,", "{value: ruse,", "ruse", "`ruse` is no param, feature or fact; did you mean `rise`?"),
    (
        "{value: rise,",
        '{value: "",',
        '"", threshold',
        "expected the name of a number; expected one of adversarial, best,",
    ),
    (
        "threshold: min_rise, of",
        "threshold: 0.1, of",
        "0.1, of",
        "`0.1` is no param, feature or fact; expected one of",
    ),
    ("of: val, start: best,", "of: vall, start: best,", "vall", "`vall` is no input; did you mean `val`?"),
    (
        "of: val, start: best,",
        "of: val, start: rise,",
        "rise, say",
        "`rise` is no index feature; expected one of best",
    ),
    (
        "of: val, start: best,",
        "of: val, stop: rise,",
        "rise, say",
        "`rise` is no index feature; expected one of best",
    ),
]
USED = [
    (" and n >= min_points", "", "min_points: {default", "`min_points` is used nowhere; use it or remove it"),
    (" and n >= min_points", " and min_points > 0", "n: {use", "`n` is used nowhere; use it or remove it"),
]
REFERENCES = [
    ("{id: stop,", "{id: stopp,", "stopp", "no remedy `stopp`; did you mean `stop`?"),
    (
        "https://example.org",
        "http://example.org",
        '"http://',
        "expected an https:// address, found `http://example.org/book`",
    ),
    (
        "https://example.org/book",
        "https:// example.org",
        '"https:// ',
        "expected an https:// address, found `https:// ex",
    ),
]
CASES = [
    ("expect: fires", "expect: silent", "tests:", "no test expects `fires`; add one"),
    ("expect: not_applicable", "expect: fires", "tests:", "no test expects `not_applicable`; add one"),
    (
        "name: nothing there",
        "name: rises",
        "rises, expect: not",
        "another test has the name `rises`; rename one",
    ),
    ('{val: "2 1 2"}', '{vall: "2 1 2"}', '"2 1 2"', "`vall` is no input; did you mean `val`?"),
    ('{val: "2 1 2"}', '{val: "2 1 two"}', "two", "expected a number, _ or ( ... )xn, found `two`"),
    ("at: {best: 9}", "at: {bist: 9}", "9}}", "`bist` is no feature; did you mean `best`?"),
    (
        "not_applicable}",
        "not_applicable, facts: {clases: 3}}",
        "3}}",
        "`clases` is no fact; did you mean `classes`?",
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "spot", "said"),
    NAMES + FEATURES_OF_THE_RULE + EXPRESSIONS + SENTENCES + PLACES + USED + REFERENCES + CASES,
)
def test_a_fault_is_told_at_its_place(tmp_path, old, new, spot, said):
    found = faults(tmp_path, changed(RULE, old, new), spot)
    assert [one for one in found if one.startswith(said)], found


@given(st.integers(0, len(RULE)), st.integers(0, 30), st.text("aeinors01.:-x{}[]()\"'<>=+*_ \n", max_size=12))
def test_whatever_is_written_there_is_a_rulebook_with_faults_or_refused(start, count, new):
    with TemporaryDirectory() as directory:
        rule = RULE[:start] + new + RULE[start + count :]
        try:
            loaded = load_located([write_rules(Path(directory), rule)])
        except RulebookError as error:
            assert all(one.line >= 1 and one.column >= 1 and one.text for one in error.errors)
            return
        lines = rule.count("\n") + 1
        assert all(1 <= one.line <= lines and one.column >= 1 for one in lint_rulebook(loaded, KNOWN))


def test_an_optional_input_that_no_feature_looks_at(tmp_path):
    rule = changed(RULE, "{use: length, of: lr}", "{use: length, of: val}")
    rule = changed(rule, "{value: rates, of: lr,", "{value: rates, of: val,")
    assert faults(tmp_path, rule, "lr: {quantity") == [
        "no feature looks at the optional input `lr`; remove it"
    ]


def test_a_rule_that_needs_no_curve_needs_no_case_without_one(tmp_path):
    rule = changed(RULE, "split: validation}", "split: validation, optional: true}")
    rule = changed(rule, "expect: not_applicable", "expect: silent")
    assert linted(write_rules(tmp_path, rule)) == []


def test_a_rule_without_references_and_tests(tmp_path):
    rule = RULE[: RULE.index("references:")] + "references: []\ntests: []\n"
    assert [line.split(": ", 1)[1] for line in linted(write_rules(tmp_path, rule))] == [
        "expected at least one reference, found none; say where it comes from",
        "no test expects `fires`; add one",
        "no test expects `not_applicable`; add one",
        "no test expects `silent`; add one",
    ]


def test_a_broken_text_does_not_make_its_names_look_unused(tmp_path):
    lines = linted(write_rules(tmp_path, changed(RULE, "n >= min_points", "n >= min_points[0]")))
    assert len(lines) == 1
    lines = linted(write_rules(tmp_path, changed(RULE, "{rates} rates", "{rates rates")))
    assert len(lines) == 1


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("id: stop", "id: halt", "2:5: expected the id `stop` of the file, found `halt`"),
        ("id: stop", "id: halt", "2:5: no rule offers the remedy `halt`; name it in a rule or remove it"),
        ("do: Stop at the best step.", "do: []", "5:1: expected 1 to 3 steps, found 0"),
        ("do: Stop at the best step.", "do: [a, b, c, d]", "5:1: expected 1 to 3 steps, found 4"),
        ('[{title: A book, url: "https://example.org/book"}]', "[]", "8:1: expected at least one reference"),
        ("https://example.org", "ftp://example.org", "8:35: expected an https:// address"),
    ],
)
def test_a_fault_of_a_remedy(tmp_path, old, new, line):
    lines = linted(write_rules(tmp_path, remedy=changed(REMEDY, old, new)))
    assert [one for one in lines if one.startswith(f"remedies/stop.yaml:{line}")], lines


def test_an_id_twice(tmp_path):
    write_rules(tmp_path)
    twin = RULE.replace("name: rising", "name: twin", 1)
    (tmp_path / "shape" / "twin.yaml").write_text(twin, encoding="utf-8")
    assert linted(tmp_path) == [
        "shape/rising.yaml:2:5: the id `T001` is that of twin too; change one",
        "shape/twin.yaml:2:5: the id `T001` is that of rising too; change one",
    ]


def test_a_block_text_says_where_in_it(tmp_path):
    rule = changed(
        RULE, "condition: rise >= min_rise and", "condition: >\n  rise >= min_rise and other > 1 and"
    )
    (line,) = linted(write_rules(tmp_path, rule))
    assert line.startswith("shape/rising.yaml:26:12: at character 22 of the text: `other` is no param")


def test_a_folder_of_ones_own_may_offer_the_remedies_of_the_package(tmp_path):
    remedy = next(iter(sorted(load_located([default_directory()]).rulebook.remedies)))
    rule = changed(RULE, "{id: stop,", f"{{id: {remedy},")
    rule = rule.replace("lowest_index", "best_index").replace("length", "count").replace("T001", "MINE1")
    rule = rule.replace("rise_since, of: val, since: best", "count, of: val")
    write_rules(tmp_path, rule)
    (error,) = lint(tmp_path)
    assert error.path == str(tmp_path / "remedies" / "stop.yaml")
    assert "no rule offers the remedy `stop`" in error.text


def test_the_functions_used_above_exist():
    assert {"best_index", "count"} <= FEATURES.keys()


def test_faults_of_form_and_of_meaning_are_told_at_once(tmp_path):
    rule = changed(RULE, "severity: ", "severity: very ")
    rule = changed(rule, "condition: ", "condition: nonsense > 1 and ")
    texts = [error.text for error in lint(write_rules(tmp_path, rule))]
    assert any("is not allowed here" in text for text in texts)
    assert any("nonsense" in text for text in texts)


def test_a_file_of_which_nothing_can_be_made_hides_no_fault_of_the_others_and_causes_none(tmp_path):
    other = changed(RULE, "condition: ", "condition: nonsense > 1 and ")
    write_rules(tmp_path, other)
    before = {error.text for error in lint(tmp_path)}
    (tmp_path / "shape" / "broken.yaml").write_text("schema: [")
    texts = [error.text for error in lint(tmp_path)]
    assert before - set(texts) == set()
    assert not [text for text in set(texts) - before if "no remedy" in text or "no rule offers" in text]
    assert {Path(error.path).name for error in lint(tmp_path)} >= {"broken.yaml", "rising.yaml"}
