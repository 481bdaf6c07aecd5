import pytest
from made_diagnoses import LOWER, diagnosis, finding, zoo
from rich.cells import cell_len

from loganalyzer.model.finding import Place
from loganalyzer.model.run import ReadProblem
from loganalyzer.report.renderers import Screen
from loganalyzer.report.terminal.table import hardest_first, table_lines


def plain(diagnoses, **screen):
    return ["".join(text for text, _ in line) for line in table_lines(diagnoses, Screen(**screen))]


def test_sick_runs_come_first_then_names_decide():
    names = [one.run.name for one in hardest_first(zoo())]
    assert names == ["lr-high/run_3", "nan", "b", "bro\x1b[31mken\udc80", "short", "z/healthy"]


def test_a_pipe_gets_one_whole_line_a_run():
    header, row = plain([diagnosis("a/" * 25 + "run", "sick", [finding()])])
    assert "a/" * 25 + "run" in row
    assert row.endswith("divergence  step 1,200 (38 %)  93 %  Lower the learning rate")
    assert header.index("try first") == row.index("Lower the")


def test_in_a_pipe_a_long_name_sticks_out_whole_and_widens_no_other_row():
    long = "a/" * 150 + "run"
    header, first, second = plain([diagnosis(name, "sick", [finding()]) for name in (long, "b")])
    assert f"{long}  divergence  step" in first
    assert header.index("try first") == second.index("Lower the") < 130


def test_a_wide_terminal_shows_the_remedy_beside_the_finding():
    assert plain([diagnosis(findings=[finding()])], width=120)[1].endswith("93 %  " + LOWER.title)


def test_a_narrow_terminal_shows_the_finding_below_the_whole_name():
    assert plain([diagnosis("r" * 60, findings=[finding()])], width=80) == [
        "✗ sick   " + "r" * 60,
        "    divergence  step 1,200 (38 %)  93 %  → Lower the learning rate",
    ]


def test_the_ends_of_long_names_survive():
    lines = plain([diagnosis(f"{i}/{'r' * 90}/{i}", findings=[finding()]) for i in (1, 2)], width=80)
    assert [line[9:11] + line[-2:] for line in lines[::2]] == ["1//1", "2//2"]
    assert all("rr…rr" in line and len(line) == 80 for line in lines[::2])


def test_a_narrow_terminal_says_why_there_is_no_verdict():
    one = diagnosis(
        "short", "insufficient", reason="2 points in its longest curve, at least 3 are needed, 5 are better"
    )
    assert plain([one], width=60) == [
        "– insufficient  short",
        "    → 2 points in its longest curve, at least 3 are needed,…",
    ]


@pytest.mark.parametrize("width", [40, 60, 80, 100, 140])
@pytest.mark.parametrize("unicode", [True, False])
def test_nothing_is_wider_than_the_terminal(width, unicode):
    late = Place(123_456_789, 0.999, None)
    hard = [
        diagnosis("模型/" * 30, "suspect", [finding("metric-loss-disagreement", onset=late)]),
        diagnosis("x" * 200, "insufficient", reason="x" * 200),
    ]
    lines = plain([*zoo(), *hard], width=width, unicode=unicode)
    assert max(map(cell_len, lines)) <= width
    gap = "\n    " if width == 40 else "  "
    assert f"metric-loss-disagreement{gap}step 123,456,789 (99 %)" in "\n".join(lines)
    assert unicode or all(line.isascii() for line in lines)


def test_columns_line_up_whatever_the_names():
    rows = plain([diagnosis("模型", findings=[finding()]), diagnosis("plain", findings=[finding()])])[1:]
    assert len({cell_len(row[: row.index("divergence")]) for row in rows}) == 1


def test_what_cannot_be_read_is_named_by_its_kind():
    problems = (ReadProblem("empty", "x.csv", "x.csv: expected a header, found nothing"),)
    lines = plain([diagnosis("x.csv", "unreadable", reason=problems[0].text, problems=problems)], width=80)
    assert lines[1].split() == ["?", "unreadable", "x.csv", "empty"]


def test_healthy_runs_show_what_was_noted_but_have_no_remedy():
    row = plain([diagnosis("ok", "healthy", [finding("loss-spikes", "info")])])[1]
    assert row.split() == ["✓", "healthy", "ok", "loss-spikes", "step", "1,200", "(38", "%)", "93", "%"]
