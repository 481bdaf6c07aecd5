import pytest

from loganalyzer.rulebook.load import default_directory, load_rulebook

RULES = load_rulebook([default_directory()])
PATHOLOGIES = sorted({rule.pathology for rule in RULES.rules})


@pytest.mark.parametrize("pathology", PATHOLOGIES)
def test_a_page_says_what_why_and_what_to_do(run, pathology):
    code, out, err = run("explain", pathology)
    words = " ".join(out.split())
    assert (code, err) == (0, "")
    for rule in (rule for rule in RULES.rules if rule.pathology == pathology):
        assert " ".join(rule.description.split()) in words
        for param in rule.params.values():
            assert " ".join(param.help.split()) in words
        for text in rule.falsepositives:
            assert " ".join(text.split()) in words
        for use in rule.remedies:
            remedy = RULES.remedies[use.id]
            assert all(
                " ".join(step.split()) in words for step in (*remedy.do, *remedy.keras, *remedy.pytorch)
            )
    assert "{" not in out.split("what to do")[0]


def test_remedies_come_in_the_order_of_the_rule(run):
    rule = next(rule for rule in RULES.rules if rule.pathology == "divergence")
    _, out, _ = run("explain", "divergence")
    places = [out.index(f"{i}. {RULES.remedies[use.id].title}") for i, use in enumerate(rule.remedies, 1)]
    assert places == sorted(places)


@pytest.mark.parametrize("name", ["overfiting", "Overfitting", "over_fitting"])
def test_a_slip_of_the_pen_is_guessed(run, name):
    code, out, err = run("explain", name)
    assert (code, out) == (2, "")
    assert "did you mean overfitting?" in err
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
