import pytest
from made_diagnoses import diagnosis, finding, zoo

from loganalyzer.model.finding import Place
from loganalyzer.report.terminal.words import VERDICTS, headline, percent, place, sign, summary


@pytest.mark.parametrize(
    ("fraction", "words"),
    [(0.0, "0 %"), (1e-9, "1 %"), (0.004, "1 %"), (0.376, "38 %"), (0.996, "99 %"), (1.0, "100 %")],
)
def test_only_all_of_it_is_a_hundred_percent(fraction, words):
    assert percent(fraction) == words


def test_place_is_a_step_and_a_share():
    assert place(Place(1200, 0.38, None)) == "step 1,200 (38 %)"
    assert place(None) == ""


def test_headline_is_not_a_symptom():
    hidden, open_ = finding("exploding-gradient", hidden_by="divergence"), finding("divergence")
    assert headline(diagnosis(findings=[hidden, open_])) is open_
    assert headline(diagnosis(findings=[hidden])) is None


def test_summary_leaves_out_what_there_is_none_of():
    assert summary(zoo()) == "6 runs: 2 sick, 1 suspect, 1 unreadable, 1 insufficient, 1 healthy"
    assert summary(zoo()[:1]) == "1 run: 1 healthy"
    assert summary(()) == "no runs found"


def test_verdicts_differ_without_colour():
    for unicode in (True, False):
        assert len({sign(verdict, unicode=unicode) for verdict in VERDICTS}) == len(VERDICTS)
