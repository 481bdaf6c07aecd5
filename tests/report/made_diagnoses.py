"""Diagnoses made by hand, with everything in them that a report may have to show."""

from math import inf, nan

from loganalyzer.model.diagnosis import Card, Diagnosis, RunSummary, SeriesSummary, Sparkline
from loganalyzer.model.finding import Advice, Evidence, Finding, Outcome, Place, Reference
from loganalyzer.model.role import Role
from loganalyzer.model.run import ReadProblem, Source

BOOK = Reference("Deep Learning, chapter 8", "https://www.deeplearningbook.org/")
LOWER = Advice(
    "lower-learning-rate",
    "Lower the learning rate",
    "the learning rate was 0.1 when the loss turned",
    ("Divide the learning rate by ten.", "Run again from the last good checkpoint."),
    "low",
    "slower training",
    (BOOK,),
)
CLIP = Advice(
    "clip-gradients", "Clip the gradient norm", "it rose before the loss", ("Clip at 1.",), "low", "", ()
)


def finding(pathology="divergence", severity="critical", **changes):
    fields = {
        "rule": f"loss-{pathology}",
        "confidence": 0.934,
        "tags": ("loss",),
        "onset": Place(1200, 0.38, 1.7e9),
        "end": Place(3158, 1.0, None),
        "message": "The loss ends at 41 times its best value and does not come back.",
        "evidence": (
            Evidence(
                "ratio", 41.25, 10.0, "times", "loss", 1200, 3158, "The loss rose to 41 times its best."
            ),
        ),
        "remedies": (LOWER, CLIP),
    }
    return Finding(pathology, severity=severity, **(fields | changes))


def diagnosis(name="lr-high/run_3", verdict="sick", findings=(), **changes):
    run = RunSummary(
        run_id=name,
        name=name,
        framework="keras",
        sources=(Source(f"logs/{name}/events.out.tfevents.1", "tfevents", 4096, 60),),
        problems=changes.pop("problems", ()),
        hparams={"lr": 0.1, "optimizer": "sgd", "nesterov": True, "clip": nan},
        series=(SeriesSummary("loss", "iteration", 60, 0, 3158, 2.3, 12.4, 0.3, 12.4, 0, 0),),
    )
    fields = {
        "reason": "",
        "roles": {
            "loss": Role("loss", "train", "lower", "named loss"),
            "acc": Role("accuracy", "train", "higher", ""),
        },
        "outcomes": (
            Outcome("loss-divergence", "fires"),
            Outcome("overfitting", "not_applicable", "no validation loss"),
            Outcome("kl-blowup", "broken", "division by zero"),
        ),
        "sparklines": {
            "loss": Sparkline(tuple(range(0, 3200, 50)), tuple([2.0] * 24 + [0.5 * i for i in range(40)]))
        },
        "cards": {
            "divergence": Card("divergence", "Loss diverges", "It grows.", ("warm restarts",), (BOOK,))
        },
        "rules_digest": "0badcafe",
        "version": "0.1.0",
    }
    return Diagnosis(run, verdict, findings=tuple(findings), **(fields | changes))


def zoo():
    """One run of each kind, unsorted, with odd numbers and odd names among them."""
    hidden = finding("exploding-gradient", hidden_by="divergence", confidence=0.7)
    odd = finding(
        "non-finite-loss",
        evidence=(Evidence("first", nan, inf, "", "loss", None, None, "The loss is NaN."),),
        onset=None,
        end=None,
        remedies=(),
    )
    info = finding("loss-spikes", "info", confidence=0.6, remedies=())
    cut = ReadProblem(
        "corrupt_data", "logs/b/events.out.tfevents.1", "a damaged record was skipped", 1234, 60, 1
    )
    return (
        diagnosis("z/healthy", "healthy", [info]),
        diagnosis("lr-high/run_3", "sick", [finding(), finding("overfitting", "warning"), hidden, info]),
        diagnosis("b", "suspect", [finding("slow-convergence", "warning")], problems=(cut,)),
        diagnosis("nan", "sick", [odd]),
        diagnosis("short", "insufficient", reason="2 points in its longest curve, at least 3 are needed"),
        diagnosis("bro\x1b[31mken\udc80", "unreadable", reason="not a training log"),
    )
