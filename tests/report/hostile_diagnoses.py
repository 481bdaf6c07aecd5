"""Diagnoses whose every text tries to be more than text."""

from dataclasses import replace

from made_diagnoses import diagnosis, finding

from loganalyzer.model.diagnosis import Card, SeriesSummary, Sparkline
from loganalyzer.model.finding import Advice, Evidence, Outcome, Place, Reference
from loganalyzer.model.remedy import Remedy
from loganalyzer.model.role import Role
from loganalyzer.model.run import ReadProblem, Source

HOSTILE = (
    "<script>window.taken = 1</script>",
    "</script><script>window.taken = 2</script>",
    "<img src=x onerror='window.taken = 3'>",
    "<!--<script>",
    '" onmouseover="window.taken = 4',
    "javascript:window.taken = 5",
    "__proto__",
    "constructor",
    "{{ 7 * 7 }}{% raw %}",
    "$$\\frac{1}{2}$$",
    "@step{custom}",
    "\u202egnp.exe",
    "\udcff\ud800\x00\x1b[31m",
    "line\u2028break\r\n",
    "`code",
    "n" * 10_000,
)


def hostile_run(name, number=0):
    """A run in which every text is `name`."""
    links = (Reference(name, "javascript:window.taken = 6"), Reference(name, f"https://example.org/{name}"))
    steps = (name, name)
    found = finding(
        message=name,
        tags=(name,),
        evidence=(Evidence(name, 1.5, 1.0, name, name, 5, 9, name),),
        remedies=(Advice("cure", name, name, steps, "low", name, links),),
        onset=Place(5, 0.1, None),
        end=Place(9, 0.9, None),
    )
    made = diagnosis(
        name,
        findings=[found],
        problems=(ReadProblem("corrupt_data", name, name, 3, 2, 1),),
        sparklines={
            name: Sparkline(tuple(range(20)), (*[1.0] * 10, *[None] * 3, *[1e300] * 7)),
            f"{name}2": Sparkline(tuple(range(20)), (0.5,) * 20),
        },
        roles={
            name: Role("loss", "train", "lower", name, name),
            f"{name}2": Role("loss", "validation", "lower", name, name),
        },
        outcomes=(
            Outcome(name, "not_applicable", name),
            Outcome(name, "broken", name),
            Outcome(name, "silent", name),
        ),
        cards={"divergence": Card("divergence", name, name, (name,), links)},
        remedies={
            "cure": Remedy("", "cure", name, name, steps, "low", name, links, keras=(name,), pytorch=(name,))
        },
    )
    summary = SeriesSummary(name, "iteration", 20, 0, 19, 1.0, 1.0, 1.0, 1e300, 3, 0)
    run = replace(
        made.run,
        run_id=str(number),
        framework=name,
        hparams={name: name, "lr": float("nan"), "most": float("inf")},
        sources=(Source(name, name, 1, 2),),
        series=(summary,),
    )
    return replace(made, run=run, reason=name)


def hostile_runs():
    """One run for each hostile text."""
    return tuple(hostile_run(name, number) for number, name in enumerate(HOSTILE))
