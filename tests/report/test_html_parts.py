"""The parts pages are made of: file names, tiny curves, charts, the note, and words."""

import json
import re
from dataclasses import replace
from itertools import pairwise
from math import isfinite

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from made_diagnoses import CLIP, LOWER, diagnosis, finding

from loganalyzer.model.diagnosis import SeriesSummary, Sparkline
from loganalyzer.model.finding import Place
from loganalyzer.model.role import Role
from loganalyzer.report.html.chart import MAX_PANELS, chart_of
from loganalyzer.report.html.data import brief, script_json, share
from loganalyzer.report.html.note import note_of
from loganalyzer.report.html.slugs import slugs
from loganalyzer.report.html.spark import HEIGHT, WIDTH, path_of, spark_of
from loganalyzer.report.html.templating import duration, is_web, number, prose
from loganalyzer.report.html.trend import trends


@given(st.lists(st.text(st.characters(exclude_categories=()), max_size=80)))
@example(["\ud800", "\udcff"])
def test_slugs_are_unique_short_and_plain(names):
    made = slugs(names)
    assert len(made) == len(set(made)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9-]{0,80}", slug) for slug in made)


def test_slugs_tell_what_they_are_of():
    assert slugs(["lr-high/run_3", "LR high/run 3", "", "con", "../../etc"]) == [
        "lr-high-run-3",
        "lr-high-run-3-2",
        "run-e3b0c442",
        *slugs(["con"]),
        "etc",
    ]
    assert slugs(["con"])[0].startswith("con-")


@given(st.recursive(st.none() | st.booleans() | st.text() | st.integers(), st.lists))
def test_json_for_scripts_is_json_without_markup(value):
    text = script_json(value)
    assert not re.search("[<>&\u2028\u2029\ud800-\udfff]", text)
    json.loads(text)


def test_a_mixed_list_is_looked_through():
    assert json.loads(script_json([[1, "\x1b"], {"\u202e": "ok"}])) == [[1, "\\x1b"], {"\\u202e": "ok"}]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_brief_numbers_are_right_to_six_digits(value):
    assert brief(value) == pytest.approx(value, rel=5e-6, abs=0)


def points(path):
    return [tuple(map(int, pair.split())) for pair in re.findall(r"[ML](\d+ \d+)", path)]


@given(st.lists(st.none() | st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=200))
def test_a_tiny_curve_stays_in_its_box(values):
    path = path_of(Sparkline(tuple(range(len(values))), tuple(values)))
    assert (path == "") == all(value is None for value in values)
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points(path))


def test_a_tiny_curve_keeps_a_lone_spike_and_breaks_where_it_is_not_finite():
    values = [0.0] * 200
    values[77] = 1.0
    assert min(y for _, y in points(path_of(Sparkline(tuple(range(200)), tuple(values))))) == 2
    gap = path_of(Sparkline(tuple(range(100)), (*[1.0] * 40, *[None] * 20, *[2.0] * 40)))
    assert gap.count("M") == 2


def test_the_noise_of_a_constant_curve_does_not_fill_the_picture():
    heights = [y for _, y in points(path_of(Sparkline(tuple(range(20)), (1.0, 1.005) * 10)))]
    assert max(heights) - min(heights) <= 3


ROLES = {
    "a/lr": Role("lr", "none", "none", ""),
    "epoch": Role("epoch", "none", "none", ""),
    "grad": Role("grad_norm", "train", "none", ""),
    "acc": Role("accuracy", "train", "higher", ""),
    "loss": Role("loss", "train", "lower", ""),
    "val": Role("loss", "validation", "lower", ""),
    "reward": Role("reward", "train", "higher", ""),
}


@pytest.mark.parametrize(
    ("logged", "blamed", "shown"),
    [
        ("a/lr epoch acc val loss", "", "loss"),
        ("a/lr epoch acc val", "", "val"),
        ("a/lr epoch acc grad", "", "acc"),
        ("loss val a/lr reward", "", "reward"),
        ("loss val a/lr", "val loss", "val"),
        ("loss val a/lr", "a/lr loss", "loss"),
        ("loss val a/lr", "a/lr", "loss"),
        ("loss val grad", "grad", "grad"),
        ("loss reward", "loss", "loss"),
        ("loss val", "unknown", "loss"),
        ("a/lr epoch", "a/lr", "a/lr"),
        ("strange a/lr", "", "strange"),
    ],
)
def test_the_curve_of_a_row_is_chosen_by_what_it_stands_for(logged, blamed, shown):
    lines = dict.fromkeys(logged.split(), Sparkline((0, 10), (2.0, 1.0)))
    spark = spark_of(diagnosis(sparklines=lines, roles=ROLES), blamed.split(), 5)
    assert (spark.tag, spark.onset) == (shown, WIDTH // 2)


def test_a_run_without_curves_has_no_tiny_one():
    assert spark_of(diagnosis(sparklines={"loss": Sparkline((), ())}), (), None) is None


def drawn(**changes):
    one = diagnosis(findings=[finding()], **changes)
    return chart_of(one, one.findings)


def test_a_chart_has_train_and_validation_in_one_panel_and_the_rate_below():
    line = Sparkline((0, 10), (2.0, 1.0), (100.0, 107.5))
    roles = {
        "v": Role("loss", "validation", "lower", ""),
        "t": Role("loss", "train", "lower", ""),
        "a": Role("accuracy", "train", "higher", ""),
        "lr": Role("lr", "none", "none", ""),
    }
    chart = drawn(roles=roles, sparklines=dict.fromkeys(roles, line))
    assert [panel["quantity"] for panel in chart["panels"]] == ["loss", "accuracy", "lr"]
    loss = chart["panels"][0]
    assert [curve["split"] for curve in loss["curves"]] == ["train", "validation"]
    assert [chart["shared"][loss["curves"][0][key]] for key in "xyt"] == [(0, 10), (2, 1), (0, 7.5)]
    assert chart["findings"][0]["onset"] == 1200
    assert chart["findings"][0]["end"] == 3158


def drops(n, at):
    """A curve of `n` points that falls slowly, and from point `at` on lies at a tenth."""
    return Sparkline(
        tuple(range(0, 5 * n, 5)), tuple((2.0 - 0.004 * i) * (1 if i < at else 0.1) for i in range(n))
    )


def unfolded(value):
    """What the page makes of a shared entry."""
    if not isinstance(value, dict):
        return list(value)
    return [value["first"] + at * value["by"] for at in range(value["count"])]


SOME = st.lists(st.none() | st.integers(-5, 5) | st.floats(-5, 5), max_size=9)


@given(st.lists(SOME | st.builds(lambda a, b, n: list(range(a, a + b * n, b)), *[st.integers(1, 9)] * 3)))
def test_shared_numbers_are_each_written_once_and_come_back(lists):
    curves = [{"x": list(values), "t": None} for values in lists]
    shared = share(curves, ("x", "t"))
    assert [unfolded(shared[curve["x"]]) for curve in curves] == lists
    assert all(curve["t"] is None for curve in curves)
    assert len(shared) == len({tuple(values) for values in lists})


def test_steps_at_one_distance_take_no_room():
    assert share([{"x": range(0, 1000, 5)}, {"x": [0.1] * 50}, {"x": [0, 1, 3, 4]}], ("x",)) == [
        {"first": 0, "by": 5, "count": 200},
        {"first": 0.1, "by": 0, "count": 50},
        (0, 1, 3, 4),
    ]


def test_segments_tile_the_curve_and_tell_how_it_runs():
    before, after = trends(drops(120, 80), "lower")
    assert (before.first, before.last, after.first, after.last) == (0, 395, 400, 595)
    assert (before.change, after.change) == ("start", "jump")
    assert before.said == "falls from 2 to 1.684"
    assert after.said == "level at 0.1602"
    for part in (before, after):
        assert (part.step[0], part.step[-1]) == (part.first, part.last)


@given(
    st.lists(st.none() | st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=60),
    st.sampled_from(["lower", "higher", "none"]),
)
def test_trends_stay_within_any_curve(values, better):
    line = Sparkline(tuple(range(len(values))), tuple(values))
    found = trends(line, better)
    assert [one.first for one in found[1:]] == [one.last + 1 for one in found[:-1]]
    assert (found[0].first, found[-1].last) == (0, len(values) - 1)
    for one in found:
        held = [value for value in values[one.first : one.last + 1] if value is not None]
        assert (one.said == "not finite") == (not held)
        assert all(min(held) <= value <= max(held) for value in one.value)


def test_a_decay_over_decades_is_no_level_in_its_lower_half():
    line = Sparkline(tuple(range(100)), tuple(10 ** (-n / 20) for n in range(100)))
    (only,) = trends(line, "lower")
    assert only.said.startswith("falls from 1 to 1.1")


@pytest.mark.parametrize("first", [0, 12_345_678, 1_700_000_000, -1_700_000_000])
def test_segments_lie_on_their_curve_however_many_steps_went_before(first):
    line = drops(120, 80)
    one = diagnosis(sparklines={"loss": replace(line, step=tuple(first + step for step in line.step))})
    (curve,) = chart_of(one, ())["panels"][0]["curves"]
    corners = [part["x"] for part in curve["segments"]]
    assert [(x[0] - first, x[-1] - first) for x in corners] == [(0, 395), (400, 595)]
    assert all(earlier < later for x in corners for earlier, later in pairwise(x))


@pytest.mark.parametrize("first", [-(2**63), 2**63 - 60])
def test_steps_that_floats_do_not_tell_apart_are_cut_as_well(first):
    line = Sparkline(tuple(range(first, first + 60)), tuple(2 / (n + 1) for n in range(60)))
    parts = trends(line, "lower")
    assert (parts[0].first, parts[-1].last) == (first, first + 59)
    assert all(isfinite(value) for part in parts for value in (*part.step, *part.value))


def test_only_curves_that_are_talked_about_are_cut():
    roles = {name: Role("loss", "train", "lower", "", name) for name in ("loss", "other")}
    lines = dict.fromkeys(roles, drops(120, 80))

    def cut(found):
        one = diagnosis(findings=found, sparklines=lines, roles=roles)
        curves = [curve for panel in chart_of(one, found)["panels"] for curve in panel["curves"]]
        return {curve["tag"]: len(curve["segments"]) for curve in curves}

    assert cut([finding(tags=("other",))]) == {"loss": 0, "other": 2}
    assert cut([finding(tags=("other + loss",))]) == {"loss": 2, "other": 2}
    assert cut([finding(severity="info", tags=("other",))]) == {"other": 2, "loss": 0}
    assert cut([]) == {"loss": 2, "other": 0}


def test_what_a_finding_names_is_drawn_first_and_the_rest_is_counted():
    roles = {f"x{n}": Role("score", "train", "higher", "", f"part {n}") for n in range(9)}
    roles["loss"] = Role("grad_norm", "train", "none", "")
    chart = drawn(roles=roles, sparklines=dict.fromkeys(roles, Sparkline((0, 1), (1.0, 2.0))))
    assert len(chart["panels"]) == MAX_PANELS
    assert chart["panels"][0]["quantity"] == "grad norm"
    assert chart["left_out"] == 10 - MAX_PANELS


def test_decades_are_drawn_in_logarithms_unless_they_are_shares():
    wide = Sparkline((0, 1), (1e-4, 1.0))
    assert drawn(sparklines={"loss": wide})["panels"][0]["log"]
    assert not drawn(sparklines={"acc": wide})["panels"][0]["log"]
    assert not drawn(sparklines={"loss": Sparkline((0, 1), (0.0, 1.0))})["panels"][0]["log"]


def test_a_run_without_curves_has_no_chart():
    assert drawn(sparklines={}) is None


def test_steps_have_epochs_where_these_are_logged():
    roles = {"epoch": Role("epoch", "none", "none", ""), "loss": Role("loss", "train", "lower", "")}
    lines = {"epoch": Sparkline((0, 100), (0.0, 4.0)), "loss": Sparkline((0, 100), (2.0, 1.0))}
    assert drawn(roles=roles, sparklines=lines)["epochs"] == {"x": (0, 100), "y": [0, 4]}


def test_a_clock_out_of_order_gives_no_time_axis():
    bad = Sparkline((0, 1), (1.0, 2.0), (float("nan"), 5.0))
    assert drawn(sparklines={"loss": bad})["panels"][0]["curves"][0]["t"] is None


def test_the_note_names_the_commonest_fault_and_the_cure_that_helps_most():
    runs = [diagnosis(f"d{n}", findings=[finding(remedies=(LOWER, CLIP))]) for n in range(3)]
    runs += [diagnosis("o", "suspect", [finding("overfitting", "warning", remedies=(CLIP,))])]
    runs += [diagnosis(f"h{n}", "healthy") for n in range(4)]
    note = note_of(runs)
    assert (
        note.lead == "Of 8 runs, 3 are sick and 1 is suspect: 50 % need a look before their results are used."
    )
    assert [(fault.pathology, len(fault.runs)) for fault in note.faults] == [
        ("divergence", 3),
        ("overfitting", 1),
    ]
    assert [(todo.title, len(todo.runs)) for todo in note.first] == [(LOWER.title, 3), (CLIP.title, 1)]


def test_the_note_counts_what_came_after_the_log_told():
    clock = Sparkline((0, 100), (1.0, 9.0), (1000.0, 8200.0))
    told = finding(decidable=Place(25, 0.25, 2800.0))
    note = note_of([diagnosis("a", findings=[told], sparklines={"loss": clock}), diagnosis("b", "healthy")])
    (waster,) = note.wasters
    assert (waster.step, waster.share, waster.seconds) == (25, 0.75, 5400.0)
    assert note.wasted_s == 5400.0


def test_a_hidden_finding_heads_nothing():
    note = note_of([diagnosis(findings=[finding("x", hidden_by="y"), finding("y")])])
    assert [fault.pathology for fault in note.faults] == ["y"]


def test_words():
    assert [duration(s) for s in (0.5, 59, 60, 3661, 90000)] == [
        "0.5 s",
        "59 s",
        "1 min",
        "1 h 1 min",
        "1 d 1 h",
    ]
    assert number(10**400).startswith("10,000,000")
    assert [number(v) for v in (1234567.0, 0.1, None, True, "x", float("inf"))] == [
        "1,234,567",
        "0.1",
        "",
        "True",
        "x",
        "inf",
    ]
    assert prose("set `lr <= 1` now") == "set <code>lr &lt;= 1</code> now"
    assert prose("a `b < c") == "a `b &lt; c"
    assert is_web("https://a.org")
    assert not is_web("javascript:alert(1)")
    assert not is_web("//a.org")


def test_tags_of_summaries_say_how_many_points_were_thinned():
    one = diagnosis(findings=[finding()])
    long = SeriesSummary("loss", "iteration", 90_000, 0, 89_999, 1, 1, 1, 1, 0, 0)
    chart = chart_of(replace(one, run=replace(one.run, series=(long,))), one.findings)
    assert chart["panels"][0]["curves"][0]["n"] == 90_000
