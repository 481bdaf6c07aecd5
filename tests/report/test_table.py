import pytest
from made_diagnoses import LOWER, diagnosis, finding, zoo
from rich.cells import cell_len

from loganalyzer.model.finding import Place
from loganalyzer.model.run import ReadProblem
from loganalyzer.report.renderers import Screen
from loganalyzer.report.terminal.table import hardest_first, table_lines


def plain(diagnoses, **screen):
    return [line.plain for line in table_lines(diagnoses, Screen(**screen))]


def test_sick_runs_come_first_then_names_decide():
    names = [one.run.name for one in hardest_first(zoo())]
    assert names == ["lr-high/run_3", "nan", "b", "bro\x1b[31mken\udc80", "short", "z/healthy"]


def test_a_pipe_gets_one_whole_line_a_run():
    long = "a/" * 150 + "run"
    header, row = plain([diagnosis(long, "sick", [finding()])])
    assert long in row
    assert row.endswith("divergence  step 1,200 (38 %)  93 %  Lower the learning rate")
    assert header.index("try first") == row.index("Lower the")


def test_a_wide_terminal_shows_the_remedy_beside_the_finding():
    assert plain([diagnosis(findings=[finding()])], width=120)[1].endswith("93 %  " + LOWER.title)


def test_a_narrow_terminal_shows_the_remedy_below_the_finding():
    lines = plain([diagnosis("r" * 60, findings=[finding()])], width=80)
    assert lines[2] == "  → Lower the learning rate"
    assert "rrr…rrr" in lines[1]
    assert lines[1].endswith("step 1,200 (38 %)  93 %")


@pytest.mark.parametrize("width", [60, 80, 100, 140])
@pytest.mark.parametrize("unicode", [True, False])
def test_nothing_is_wider_than_the_terminal(width, unicode):
    late = Place(123_456_789, 0.999, None)
    hard = diagnosis(
        "模型/" * 30, "insufficient", [finding("metric-loss-disagreement", onset=late)], reason="x" * 200
    )
    lines = plain([*zoo(), hard], width=width, unicode=unicode)
    assert max(map(cell_len, lines)) <= max(width, 80)
    assert any("99 %" in line for line in lines)
    assert unicode or all(line.isascii() for line in lines)


def test_columns_line_up_whatever_the_names():
    rows = plain([diagnosis("模型", findings=[finding()]), diagnosis("plain", findings=[finding()])])[1:]
    assert len({cell_len(row[: row.index("divergence")]) for row in rows}) == 1


def test_what_cannot_be_read_is_named_by_its_kind():
    problems = (ReadProblem("empty", "x.csv", "x.csv: expected a header, found nothing"),)
    lines = plain([diagnosis("x.csv", "unreadable", reason=problems[0].text, problems=problems)], width=80)
    assert lines[1:] == ["? unreadable  x.csv  empty"]


def test_healthy_runs_show_what_was_noted_but_have_no_remedy():
    row = plain([diagnosis("ok", "healthy", [finding("loss-spikes", "info")])])[1]
    assert row.split() == ["✓", "healthy", "ok", "loss-spikes", "step", "1,200", "(38", "%)", "93", "%"]
