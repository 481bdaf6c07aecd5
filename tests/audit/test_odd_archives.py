"""Whatever stands in an archive, something is said of it, and the same in any order."""

from hypothesis import given, settings
from hypothesis import strategies as st

from loganalyzer.audit.lessons.causes.find import find_causes
from loganalyzer.audit.lessons.copies import copies_of
from loganalyzer.audit.lessons.cost import cost_of
from loganalyzer.audit.lessons.gate import gate
from loganalyzer.audit.lessons.siblings import siblings_of
from loganalyzer.audit.lessons.trials import trials_of
from loganalyzer.model.archive import Fault, PastRun
from loganalyzer.report.archive_words import (
    causes_lines,
    copies_lines,
    cost_lines,
    gate_lines,
    siblings_lines,
    trials_lines,
)

number = st.one_of(st.floats(), st.sampled_from([0.0, -0.0, 1e308, -1e308, 5e-324, 0.1, 1.0]))
value = st.one_of(
    number, st.booleans(), st.sampled_from(["", "adam", "sgd", "1", "nan", "\x1b[2J", "/a/b", "None"])
)
name = st.sampled_from(["lr", "grad_clip", "warmup", "seed", "opt/wd", "", "date", "\u202e", "batch_size"])
fault = st.builds(
    Fault,
    st.sampled_from(["divergence", "overfitting", "p\n"]),
    st.sampled_from(["info", "warning", "critical"]),
    st.just(0.9),
    st.sampled_from(["", "", "divergence"]),
    st.none(),
    st.one_of(st.none(), st.floats(0, 1)),
)
run = st.builds(
    PastRun,
    st.text("ab/0s_seed1", min_size=1, max_size=8),
    st.sampled_from(["sick", "suspect", "healthy", "insufficient", "unreadable"]),
    st.sampled_from(["", "divergence", "lost"]),
    st.lists(fault, max_size=2).map(tuple),
    st.dictionaries(name, value, max_size=5),
    st.integers(0, 10**15),
    st.one_of(st.none(), number),
    st.one_of(st.none(), st.floats(0, 1e9)),
    st.sampled_from(["", "loss", "reward"]),
    st.booleans(),
    st.one_of(st.none(), number),
    st.one_of(st.none(), st.floats(0, 1)),
    st.one_of(st.just(()), st.lists(number, min_size=8, max_size=8).map(tuple)),
    st.sampled_from(["", "c1", "c2", "c3", "c4"]),
    st.sampled_from(["", "o1"]),
)


def lines(runs):
    return [
        *causes_lines(find_causes(runs)),
        *trials_lines(trials_of(runs)),
        *cost_lines(cost_of(runs)),
        *copies_lines(copies_of(runs)),
        *siblings_lines(siblings_of(runs)),
        *gate_lines(gate(runs[::2], runs[1::2])),
    ]


@settings(max_examples=150)
@given(st.lists(run, max_size=24))
def test_odd_archives_are_described(runs):
    assert not {"\x1b", "\n", "\u202e"} & set("".join(lines(runs)))


@settings(max_examples=40)
@given(st.lists(run, max_size=16, unique_by=lambda one: one.name), st.randoms(use_true_random=False))
def test_their_order_does_not_matter(runs, rng):
    def described(runs):
        return (
            find_causes(runs),
            trials_of(runs),
            [repr(row) for row in (cost_of(runs).total, *cost_of(runs).by_folder)],
            copies_of(runs),
            repr(siblings_of(runs)),
        )

    shuffled = list(runs)
    rng.shuffle(shuffled)
    assert described(shuffled) == described(runs)
