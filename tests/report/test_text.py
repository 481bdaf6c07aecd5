import re

import pytest
from made_diagnoses import diagnosis, finding, zoo

from loganalyzer.model.diagnosis import Sparkline
from loganalyzer.model.finding import Place
from loganalyzer.model.run import ReadProblem
from loganalyzer.report.renderers import RENDERERS, Report, Screen

render = next(renderer.render for renderer in RENDERERS if renderer.name == "text")
STEERS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def shown(*diagnoses, **screen):
    return render(Report("logs", diagnoses), Screen(**screen))


def test_block_says_what_since_when_how_sure_why_and_what_to_do():
    block = shown(*zoo()).split("\n\n")[1]
    assert block == (
        "✗ lr-high/run_3\n"
        "  divergence since step 1,200 (38 %), 93 % sure\n"
        "  The loss ends at 41 times its best value and does not come back.\n"
        "    ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▂▂▂▃▃▃▃▄▄▄▄▅▅▅▅▆▆▆▆▇▇▇████  loss\n"
        "                      ▲ step 1,200\n"
        "  try: Lower the learning rate\n"
        "       because the learning rate was 0.1 when the loss turned\n"
        "       1. Divide the learning rate by ten.\n"
        "       2. Run again from the last good checkpoint.\n"
        "  or: Clip the gradient norm\n"
        "  also: overfitting since step 1,200 (38 %), 93 % sure"
    )


def test_summary_problems_and_hint_close_the_report():
    assert shown(*zoo()).endswith(
        "\n\ninput problems\n"
        "  logs/b/events.out.tfevents.1: byte 1,234: a damaged record was skipped\n\n"
        "6 runs: 2 sick, 1 suspect, 1 unreadable, 1 insufficient, 1 healthy\n"
        "more: loganalyzer explain divergence\n"
    )


def test_nothing_found_is_said():
    assert shown() == "\nno runs found\n"
    assert "explain" not in shown(diagnosis("a", "healthy"))


def test_full_detail_adds_evidence_hidden_findings_roles_and_rules_that_kept_still():
    text = shown(*zoo(), detail="full")
    for said in (
        "The loss rose to 41 times its best. [ratio = 41.25 times, threshold 10; loss, steps 1,200 to 3,158]",
        "explained by divergence",
        "loss-spikes since step 1,200",
        "loss: loss, train (named loss)",
        "overfitting: no validation loss",
        "kl-blowup: division by zero",
    ):
        assert said in text
        assert said not in shown(*zoo())


def test_brief_is_table_and_summary():
    lines = shown(*zoo(), detail="brief").splitlines()
    assert len(lines) == 1 + 6 + 1 + 1
    assert lines[-1].startswith("6 runs")


def test_doubtful_findings_sound_doubtful():
    text = shown(diagnosis(findings=[finding(origin="classifier")]))
    assert "  unclear, looks like divergence since" in text


@pytest.mark.parametrize("detail", ["brief", "normal", "full"])
@pytest.mark.parametrize("width", [None, 80])
@pytest.mark.parametrize("unicode", [True, False])
def test_hostile_text_steers_nothing(detail, width, unicode):
    evil = "[link=x]\x1b]0;pwn\x07\x9b2J\u202egnp\udc80\r\n[/bold]"
    one = finding(evil, tags=(evil,), message=evil)
    problems = (ReadProblem("unreadable", evil, evil),)
    text = shown(
        diagnosis(evil, "sick", [one], problems=problems, reason=evil),
        detail=detail,
        width=width,
        unicode=unicode,
    )
    assert not STEERS.search(text)
    assert "[link=x]\\x1b]0;pwn\\x07" in text.replace("\n", "")
    assert unicode or text.isascii()


def test_damage_is_listed_and_everyday_problems_are_counted():
    problems = (ReadProblem("ragged", "a.csv", "is ragged"), ReadProblem("truncated", "a.csv", "breaks off"))
    told = shown(diagnosis("n", "healthy", problems=problems))
    assert (
        "  a.csv: is ragged\n  1 truncated: live tails and reused folders, harmless; -v shows each\n" in told
    )
    assert "  a.csv: is ragged\n  a.csv: breaks off\n" in shown(
        diagnosis("n", "healthy", problems=problems), detail="full"
    )


def test_colour_comes_only_when_asked_for():
    colored = shown(*zoo(), color=True, width=80)
    assert "\x1b[1;31m✗ sick\x1b[0m" in colored
    assert re.sub("\x1b\\[[0-9;]*m", "", colored) == shown(*zoo(), width=80)


def test_long_tags_keep_their_curves_on_one_line():
    tag = "metrics/" * 20 + "loss"
    one = diagnosis(findings=[finding(tags=(tag,))], sparklines={tag: zoo()[0].sparklines["loss"]})
    curve = next(line for line in shown(one, width=80).splitlines() if "▇" in line)
    assert len(curve) <= 80
    assert curve.endswith("loss")
    assert tag in shown(one)


def test_long_sentences_wrap_below_their_beginning():
    one = finding(message="word " * 40)
    lines = [line for line in shown(diagnosis(findings=[one]), width=80).splitlines() if "word" in line]
    assert len(lines) == 3
    assert all(line.startswith("  word") and len(line) <= 80 for line in lines)


def test_a_terminal_is_not_flooded_and_says_so():
    many = [diagnosis(f"run{i:02}", findings=[finding()]) for i in range(30)]
    assert "... and 18 more runs with findings; -v shows all" in shown(*many, width=80)
    assert shown(*many).count("try: ") == 30
    noisy = diagnosis(
        "n", "healthy", problems=tuple(ReadProblem("ragged", "a.csv", "t", i) for i in range(50))
    )
    assert "... and 30 more; -v shows all" in shown(noisy, width=80)
    assert "... and" not in shown(noisy)


@pytest.mark.parametrize("width", [40, 56, 80, 200])
@pytest.mark.parametrize("last", [100, 123_456_789_000])
def test_curves_shrink_with_the_terminal(width, last):
    steps = tuple(last * n // 99 for n in range(100))
    line = Sparkline(steps, tuple(1.0 + n for n in range(100)))
    one = finding(tags=("train/some_long_loss",), onset=Place(steps[-1], 1.0, None))
    told = shown(diagnosis(findings=[one], sparklines={"train/some_long_loss": line}), width=width)
    curve, mark = [line for line in told.splitlines() if set(line) & set("▁▲")]
    assert max(map(len, (curve, mark))) <= width
    assert mark.index("▲") == curve.rindex("█")
    assert curve.endswith("loss")
    assert sum(curve.count(level) for level in "▁▂▃▄▅▆▇█") == min(48, width // 2)
