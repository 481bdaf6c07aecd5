import pytest

from loganalyzer.report.pages import pathology_page
from loganalyzer.report.renderers import Screen
from loganalyzer.rulebook.load import default_directory, load_rulebook

RULES = load_rulebook([default_directory()])
PATHOLOGIES = sorted({rule.pathology for rule in RULES.rules})


def test_the_page_is_the_one_of_the_rulebook(run):
    code, out, err = run("explain", "divergence")
    assert (code, err) == (0, "")
    assert out == pathology_page("divergence", RULES, Screen())


@pytest.mark.parametrize("name", ["overfiting", "Overfitting", "over_fitting"])
def test_a_slip_of_the_pen_is_guessed(run, name):
    code, out, err = run("explain", name)
    assert (code, out) == (2, "")
    assert "did you mean overfitting" in err
    assert f"known: {', '.join(PATHOLOGIES)}\n" in err


def test_what_nobody_knows_gets_the_list_alone(run):
    code, _, err = run("explain", "\x1b[31mxyzzy")
    assert code == 2
    assert "did you mean" not in err
    assert "\x1b" not in err


def test_a_terminal_gets_colour_and_no_long_lines(run, terminal):
    stream = terminal()
    run("explain", "divergence")
    text = stream.text()
    assert "\x1b[" in text
    assert max(len(line) for line in text.replace("\x1b[1;31m", "").splitlines() if "http" not in line) < 100
