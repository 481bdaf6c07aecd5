"""Comparisons as text, JSON and page: each says what is different, and names stay text."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hostile_diagnoses import HOSTILE, hostile_run
from jsonschema import Draft202012Validator
from made_diagnoses import diagnosis, finding, zoo
from test_html_pages import Outline, policy_of
from test_text import STEERS

from loganalyzer.model.comparison import (
    Comparison,
    CurveComparison,
    FindingChange,
    HparamDifference,
    Parting,
    RunComparison,
)
from loganalyzer.model.finding import Place
from loganalyzer.report.comparison import text, words
from loganalyzer.report.comparison.document import build_document
from loganalyzer.report.html import comparison as page
from loganalyzer.report.json import comparison_schema, encode
from loganalyzer.report.renderers import Screen

PUBLISHED = Path(__file__).parents[2] / "docs" / "compare.schema.json"
PARTED = Parting(1200, 1150, 0.5, 12.4, 25.3, "a")
HEALTHY = diagnosis("new", "healthy")
SICK = diagnosis("old", "sick", [finding()])


def curve(**changes):
    fields = {
        "quantity": "loss",
        "split": "train",
        "part": "",
        "axis": "iteration",
        "tag_a": "loss",
        "tag_b": "loss",
        "relation": "parted",
        "first_step": 0,
        "last_step": 3150,
        "same_until": None,
        "parting": PARTED,
        "is_thinned": False,
    }
    return CurveComparison(**(fields | changes))


def pair(a=SICK, b=HEALTHY, **changes):
    fields = {
        "matched_by": "name",
        "hparams": (HparamDifference("lr", 0.1, 0.01), HparamDifference("momentum", None, 0.9)),
        "same_hparams": 4,
        "curves": (curve(),),
        "unpaired_a": (),
        "unpaired_b": ("val_loss",),
        "findings": (FindingChange("divergence", finding(), None),),
    }
    return RunComparison(a, b, **(fields | changes))


def of(*pairs, **changes):
    return Comparison("runs/a", "runs/b", pairs, **changes)


def shown(comparison, **screen):
    return text.render(comparison, Screen(**screen))


def test_one_pair_is_told_in_full():
    told = shown(of(pair()))
    assert told.startswith("A  ✗ sick     old\nB  ✓ healthy  new\n\n")
    assert "settings: 2 differ, 4 are the same\n  lr        0.1 → 0.01\n  momentum  – → 0.9\n" in told
    assert (
        "curves\n  loss, train: apart from step 1,200 on (after 1,150): A at 0.5, B at 12.4,"
        " 25 times what noise allows; A is better\n    A ▁"
    ) in told
    assert "  only in B: val_loss\n" in told
    assert told.endswith("findings\n  - gone: divergence (critical), since step 1,200 (38 %), 93 % sure\n")


@pytest.mark.parametrize("width", [40, 60, 80, 200])
@pytest.mark.parametrize("unicode", [True, False])
def test_a_pair_fits_one_screen_of_any_width(width, unicode):
    many = tuple(HparamDifference(f"p{n}", n, n + 1) for n in range(90))
    one = pair(hparams=many, curves=(curve(),) * 20)
    told = shown(of(one), width=width, unicode=unicode)
    assert all(len(line) <= width for line in told.splitlines())
    assert "... and 80 more; -v shows all" in told
    assert width < 80 or len(told.splitlines()) <= 48
    assert unicode or told.isascii()
    assert "p89" in shown(of(one), width=width, detail="full")


def test_curves_share_their_scale_and_the_mark_stands_below_the_step():
    lines = shown(of(pair()), width=80).splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("    A "))
    a, b, mark = lines[at : at + 3]
    assert a[6:] == b[6:]
    assert mark.index("▲") - 6 == 1200 * 40 // 3150


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"relation": "identical", "same_until": 99, "parting": None},
            "the same to the last digit up to step 99",
        ),
        ({"relation": "together", "parting": None}, "together to the end, by what noise allows"),
        ({"relation": "apart", "parting": None}, "not compared: fewer than three steps lie in both"),
        (
            {"same_until": 40, "axis": "epoch", "parting": Parting(42, 41, 1.0, None, None, "a")},
            "the same to the last digit up to epoch 40; apart from epoch 42 on: A at 1, B at NaN or infinite;"
            " A is better",
        ),
        (
            {"relation": "together", "parting": None, "same_until": 40, "is_thinned": True},
            "the same to the last digit up to step 40 at least; together to the end, by what noise allows",
        ),
    ],
)
def test_the_course_of_two_curves_in_words(changes, said):
    assert words.course_of(curve(**changes)) == said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, ""),
        ({"hparams": (HparamDifference("train/seed", 1, 2),)}, "Nothing but the seed differs"),
        ({"hparams": ()}, "All settings are the same"),
        ({"hparams": (), "same_hparams": 0}, "No settings are in these logs"),
        ({"hparams": (), "same_hparams": 0, "curves": (curve(), curve(quantity="lr"))}, ""),
        ({"hparams": (), "curves": (curve(relation="together", parting=None),)}, ""),
        ({"hparams": (HparamDifference("seed_everything_dir", 1, 2),)}, ""),
        ({"curves": (curve(parting=replace(PARTED, strength=3.9)),)}, "The curves are not far apart"),
        ({"curves": (curve(parting=replace(PARTED, strength=3.9)), curve())}, ""),
        ({"curves": (curve(parting=replace(PARTED, strength=None)),)}, ""),
    ],
)
def test_chance_is_named_where_nothing_else_can_be(changes, said):
    told = words.caution(pair(**changes))
    assert told.startswith(said)
    assert bool(told) == bool(said)


def test_other_rules_are_named_first():
    other = diagnosis("new", "healthy", rules_digest="1")
    assert "judged by different rules" in words.caution(pair(b=other))
    assert "judged by different rules" in shown(of(pair(b=other)))


def test_a_finding_that_moved_says_from_where():
    moved = FindingChange("divergence", finding(onset=Place(9, 0.1, None)), finding(hidden_by="x"))
    assert words.told(moved) == (
        "divergence (critical), since step 1,200 (38 %), 93 % sure, explained by x;"
        " it was since step 9 (10 %), 93 % sure"
    )


def folders():
    same = pair(a=HEALTHY, hparams=(), curves=(), findings=())
    return of(pair(), same, same, only_a=zoo()[:2], only_b=(SICK,) * 30)


def test_many_pairs_are_a_line_or_two_each_and_those_without_difference_are_counted():
    told = shown(folders(), width=80)
    assert "✓ old → new\n  sick → healthy; gone: divergence; loss, train apart from 1,200 on;" in told
    assert "nothing differs in 2 more\n" in told
    assert "only in A\n  ✓ z/healthy: loss-spikes\n" in told
    assert "... and 20 more; -v shows all" in told
    assert " ".join(told.split()).endswith(
        "3 pairs: 1 verdict changed, 0 findings new, 1 gone; 2 runs only in A; 30 runs only in B"
    )
    assert "nothing differs in" not in shown(folders(), detail="full")


def hostile_pair(name, number=0):
    one = hostile_run(name, number)
    return pair(
        one,
        one,
        hparams=(HparamDifference(name, name, float("nan")),),
        curves=(curve(tag_a=name, tag_b=name, part=name),),
        unpaired_a=(name,),
        findings=(FindingChange(name, None, one.findings[0]), FindingChange(name, one.findings[0], None)),
    )


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("detail", ["normal", "full"])
def test_hostile_names_steer_no_terminal(name, detail):
    assert not STEERS.search(shown(of(hostile_pair(name)), detail=detail))
    assert not STEERS.search(shown(of(hostile_pair(name), pair(), only_a=(hostile_run(name),)), width=60))


def test_published_schema_is_what_the_types_say():
    assert PUBLISHED.read_text() == comparison_schema(), "run `make schema`"


@pytest.mark.parametrize("one", [of(), of(pair()), folders(), of(*map(hostile_pair, HOSTILE))])
def test_the_document_keeps_to_its_schema(one):
    document = json.loads(encode(build_document(one)), parse_constant=pytest.fail)
    validator = Draft202012Validator(json.loads(comparison_schema()))
    assert list(validator.iter_errors(document)) == []
    assert list(validator.iter_errors(document | {"schema": "other/1"})) != []
    assert [len(document[key]) for key in ("pairs", "only_a", "only_b")] == [
        len(one.pairs),
        len(one.only_a),
        len(one.only_b),
    ]


def test_the_page_says_what_the_terminal_says_and_draws_both_curves():
    outline = Outline(page.render(of(pair())))
    said = outline.said()
    assert "apart from step 1,200 on (after 1,150)" in said
    assert "gone: divergence (critical)" in said
    assert "2 differ, 4 are the same." in said
    chart = outline.data("chart-old")
    assert [one["label"] for one in chart["panels"][0]["curves"]] == ["A: loss", "B: loss"]
    marks = {one["id"]: (one["onset"], one["end"]) for one in chart["findings"]}
    assert marks == {"≠": (1200, None), "A1": (1200, 3158)}


@pytest.mark.parametrize("one", [of(), of(pair()), folders(), of(*map(hostile_pair, HOSTILE, range(99)))])
def test_the_page_runs_its_own_scripts_and_nothing_else(one):
    outline = Outline(page.render(one))
    assert policy_of(outline)["default-src"] == "'none'"
    scripts = [attrs for attrs, _ in outline.scripts if attrs.get("type") != "application/json"]
    assert len(policy_of(outline)["script-src"].split()) == len(scripts)
    for tag, attrs in outline.tags:
        assert tag not in {"iframe", "object", "embed", "img", "base", "link"}
        assert "src" not in attrs
        assert not [name for name in attrs if name.startswith("on") or name == "style"]
        if tag == "a":
            assert attrs["href"].startswith("#")


def test_hostile_names_are_shown_in_the_page():
    said = Outline(page.render(of(*map(hostile_pair, HOSTILE, range(99))))).said()
    assert "<script>window.taken = 1</script>" in said
    assert "\\u202egnp.exe" in said


def test_a_page_of_many_pairs_has_cards_for_the_first_hundred():
    outline = Outline(page.render(of(*(pair() for _ in range(130)))))
    cards = [attrs for tag, attrs in outline.tags if tag == "article"]
    assert len(cards) == len({attrs["id"] for attrs in cards}) == page.MAX_CARDS
    assert "Of 30 more pairs" in outline.said()
