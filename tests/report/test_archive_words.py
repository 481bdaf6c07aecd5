from dataclasses import replace

from loganalyzer.model.lessons import (
    Cause,
    Causes,
    Condition,
    CopyGroup,
    Cost,
    CostRow,
    Gate,
    GateLine,
    LeftOut,
    Outlier,
    Rate,
    SiblingGroup,
    Trial,
    Unexplained,
)
from loganalyzer.report.archive_words import (
    MOST_LINES,
    causes_lines,
    copies_lines,
    cost_lines,
    gate_lines,
    siblings_lines,
    trials_lines,
)

HOSTILE = "a\x1b[31m\n\u202e"
CAUSE = Cause(
    "collapse-to-chance",
    (Condition("lr", ">=", "0.1"), Condition("warmup", "=", "0")),
    Rate("", 35, 36, 0.858, 0.995),
    Rate("", 2, 176, 0.003, 0.041),
    0.009,
)
ROW = CostRow("total", 3, 1500, 7200.0, 30, 90000.0, 0)
GROUP = SiblingGroup("ppo/seed*", "val", ("a", "b"), Rate("", 1, 2, 0.1, 0.9), 0.5, 0.01, 0.49, 0.51)


def causes(*found, unexplained=(), left_out=()):
    return Causes(212, 2, found, tuple(unexplained), tuple(left_out), ())


def test_a_combination_is_one_sentence():
    assert list(causes_lines(causes(CAUSE))) == [
        "collapse-to-chance: 37 of 212 runs; 35 of the 36 with lr >= 0.1 and warmup = 0 (97 %, 86 to 99 %), "
        "2 of the 176 otherwise (1 %, 1 to 4 %); corrected p = 0.009"
    ]


def test_what_parts_the_runs_alike_is_named_with_the_cause():
    also = (Condition("clip", "is not set"), Condition("opt", "!=", "sgd"))
    _, line = causes_lines(causes(replace(CAUSE, also=also)))
    assert line == "  the same runs have clip is not set, opt != sgd: nothing tells them apart"


def test_silence_has_a_reason_and_names_of_one_reason_share_a_line():
    found = causes(
        unexplained=[Unexplained("divergence", 2, 212, "too few")],
        left_out=[LeftOut("seed", "a seed"), LeftOut("out", "a path"), LeftOut("log", "a path")],
    )
    assert list(causes_lines(found)) == [
        "divergence: 2 of 212 runs; too few",
        "not looked at: out, log (a path)",
        "not looked at: seed (a seed)",
    ]


def test_an_archive_without_hyper_parameters_is_told():
    (line,) = causes_lines(replace(causes(), runs=0))
    assert "hyper-parameters" in line


def test_trials_say_what_trying_again_would_have_done():
    trial = Trial(
        "divergence", "lower-learning-rate", "lr", Rate("", 8, 9, 0.565, 0.98), Rate("", 1, 4, 0.05, 0.7)
    )
    (line,) = trials_lines([trial])
    assert line == (
        "divergence, lower-learning-rate: gone in 8 of 9 pairs that differ in lr alone (89 %, 56 to 98 %); "
        "without any change in 1 of 4"
    )
    (bare,) = trials_lines([replace(trial, repeats=Rate("", 0, 0, 0.0, 1.0))])
    assert bare.endswith("98 %)")


def test_costs_are_in_steps_and_time_with_the_dearest_first():
    rows = tuple(replace(ROW, label=f"user{at:02}", seconds_after_decidable=float(at)) for at in range(12))
    months = tuple(replace(ROW, label=f"2024-{at:02}") for at in range(1, 13))
    lines = list(cost_lines(Cost(ROW, (replace(ROW, without_clock=1),), rows, months, ("assumed",))))
    told = "1,500 steps (2.0 h) after a fault could be told"
    assert lines[0] == f"total: 3 runs, {told}, 30 steps (25.0 h) after the best point"
    assert lines[2].endswith("; 1 run without a clock")
    folders = lines[lines.index("by folder") + 1 : lines.index("by month")]
    assert folders[0].startswith("  user11: 3 runs, 1,500 steps (11 s)")
    assert (len(folders), folders[-1]) == (MOST_LINES + 1, "  ... and 2 more")
    shown = lines[lines.index("by month") + 1 :]
    assert shown[0].startswith("  2024-03") and shown[9].startswith("  2024-12")
    assert lines[-1] == "assumed"


def test_copies_say_what_they_share():
    groups = [CopyGroup("same curves", ("a", "b"), ("clip",)), CopyGroup("copy", tuple("abcdef"))]
    assert list(copies_lines(groups)) == [
        "the same curves under other settings (clip): a, b",
        "the same run: a, b, c, d and 2 more",
    ]


def test_long_lists_are_cut_and_say_so():
    lines = list(copies_lines([CopyGroup("copy", (f"a{at}", f"b{at}")) for at in range(MOST_LINES + 3)]))
    assert (len(lines), lines[-1]) == (MOST_LINES + 1, "... and 3 more")


def test_groups_with_a_run_that_stands_out_come_first():
    odd = replace(
        GROUP, label="dqn", failed=Rate("", 0, 2, 0, 0.6), outliers=(Outlier("dqn/seed3", 0.9, 12.34),)
    )
    first, second = siblings_lines([GROUP, odd])
    assert first == "dqn: 2 seeds, 0 sick, best val 0.5 ± 0.01; dqn/seed3 is far worse (0.9, 12.3 deviations)"
    assert second == "ppo/seed*: 2 seeds, 1 sick, best val 0.5 ± 0.01"
    assert list(siblings_lines([replace(GROUP, mean=None, deviation=None)])) == ["ppo/seed*: 2 seeds, 1 sick"]


def test_the_gate_names_what_is_new_and_counts_the_rest():
    lines = (
        GateLine("a", "as before", 5, "", p_value=0.4),
        GateLine("b", "worse", 5, "best val 0.6, siblings 0.5 ± 0.01", p_value=0.0004),
        GateLine("c", "new critical", 5, "divergence: in none of the 5 siblings", ("divergence",)),
        GateLine("d", "no siblings", 0, ""),
    )
    assert list(gate_lines(Gate(lines))) == [
        "new critical: c: divergence: in none of the 5 siblings",
        "worse: b: best val 0.6, siblings 0.5 ± 0.01 (p = 0.0004)",
        "1 run without siblings in the baseline: neither a run of the name nor one of the settings",
        "1 run within the noise of seeds",
    ]


def test_names_from_logs_steer_no_terminal():
    cause = Cause(
        HOSTILE, (Condition(HOSTILE, "=", HOSTILE),), Rate("", 1, 2, 0, 1), Rate("", 0, 2, 0, 1), 0.01
    )
    found = causes(
        replace(cause, also=cause.conditions),
        unexplained=[Unexplained(HOSTILE, 1, 2, "x")],
        left_out=[LeftOut(HOSTILE, "x")],
    )
    row = replace(ROW, label=HOSTILE)
    group = replace(GROUP, label=HOSTILE, tag=HOSTILE, outliers=(Outlier(HOSTILE, 0.9, -5.0),))
    trial = Trial(HOSTILE, "clip-gradients", HOSTILE, Rate("", 1, 3, 0, 1), Rate("", 0, 0, 0, 1))
    lines = [
        *causes_lines(found),
        *trials_lines([trial]),
        *cost_lines(Cost(row, (row,), (row,), (row,), ())),
        *copies_lines([CopyGroup("same curves", (HOSTILE,), (HOSTILE,))]),
        *siblings_lines([group]),
        *gate_lines(Gate((GateLine(HOSTILE, "worse", 3, HOSTILE, p_value=0.001),))),
    ]
    assert len(lines) >= 12
    assert not {"\x1b", "\n", "\u202e"} & set("".join(lines))
