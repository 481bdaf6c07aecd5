"""From measures to labels: which criteria hold, which are near their border, and which names hide which."""

import csv
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.trainings import criteria_inside as inside
from benchmarks.trainings import criteria_learning as learning
from benchmarks.trainings import criteria_play as play
from benchmarks.trainings import criteria_validation as validation
from benchmarks.trainings.measures import FILE, Measures, load
from benchmarks.trainings.view import BORDER, YES, Reach, Verdict, View

Criterion = Callable[[View], Verdict]
COLUMNS = ("set", "run", "group", "framework", "fault", "labels", "also_ok", "onset", "confidence", "note")

# A judgement of a course needs a course.
LEAST_ROWS = 8
FACTS: Mapping[str, Criterion] = {
    "non-finite-loss": inside.non_finite_loss,
    "masked-non-finite": inside.masked_non_finite,
    "loss-scale-collapse": inside.loss_scale_collapse,
}
SUPERVISED: Mapping[str, Criterion] = {
    "collapse-to-chance": learning.collapse_to_chance,
    "stuck-at-chance": learning.stuck_at_chance,
    "majority-collapse": learning.majority_collapse,
    "constant-loss": learning.constant_loss,
    "divergence": learning.divergence,
    "unrecovered-spike": learning.unrecovered_spike,
    "loss-spikes": learning.loss_spikes,
    "oscillation": learning.oscillation,
    "sawtooth": learning.sawtooth,
    "slow-convergence": learning.slow_convergence,
    "stopped-early": learning.stopped_early,
    "plateau": learning.plateau,
    "underfitting": learning.underfitting,
    "overfitting": validation.overfitting,
    "unstable-validation": validation.unstable_validation,
    "validation-collapse": validation.validation_collapse,
    "leakage-suspect": validation.leakage_suspect,
    "metric-loss-disagreement": validation.metric_loss_disagreement,
    "initial-loss-too-high": inside.initial_loss_too_high,
    "zero-learning-rate": inside.zero_learning_rate,
    "zero-gradient": inside.zero_gradient,
    "lr-schedule-fault": inside.lr_jump,
    "exploding-gradient": inside.exploding_gradient,
    "gradient-spikes": inside.gradient_spikes,
    "vanishing-gradient": inside.vanishing_gradient,
    "dead-relu": inside.dead_relu,
    "saturated-activation": inside.saturated_activation,
    "weight-growth": inside.weight_growth,
    "large-equal-logits": inside.large_equal_logits,
    "clip-saturated": inside.clip_saturated,
}
CRITERIA: Mapping[str, Mapping[str, Criterion]] = {
    "classes": SUPERVISED,
    "regression": SUPERVISED,
    "gan": play.GAN,
    "game": play.GAME,
}
# What must be in the log for a name to be readable from it; else it is accepted but not asked for.
SEEN_IN: Mapping[str, tuple[str, ...]] = {
    "majority-collapse": ("f1",),
    "exploding-gradient": ("grad_norm", "gradients"),
    "vanishing-gradient": ("gradients",),
    "dead-relu": ("activations",),
    "saturated-activation": ("activations",),
    "weight-growth": ("weights", "weight_norm"),
    "large-equal-logits": ("logits",),
    "clip-saturated": ("clip",),
    "generator-collapse": ("fid",),
    "kl-blowup": ("kl",),
    "value-function-failure": ("explained_variance",),
}
# The first name says it all; the others are accepted beside it.
HIDES: Mapping[str, tuple[str, ...]] = {
    "majority-collapse": ("stuck-at-chance", "constant-loss", "underfitting", "plateau"),
    "stuck-at-chance": ("underfitting", "plateau", "slow-convergence", "stopped-early"),
    "collapse-to-chance": (
        "unrecovered-spike",
        "constant-loss",
        "plateau",
        "underfitting",
        "loss-spikes",
        "validation-collapse",
        "oscillation",
        "gradient-spikes",
        "overfitting",
    ),
    "constant-loss": ("plateau", "underfitting", "slow-convergence", "stopped-early"),
    "divergence": (
        "unrecovered-spike",
        "plateau",
        "underfitting",
        "loss-spikes",
        "validation-collapse",
        "unstable-validation",
        "oscillation",
        "gradient-spikes",
        "overfitting",
        "metric-loss-disagreement",
    ),
    "unrecovered-spike": ("plateau", "underfitting", "loss-spikes", "gradient-spikes", "overfitting"),
    "unstable-validation": ("stopped-early", "overfitting", "metric-loss-disagreement"),
    "oscillation": ("loss-spikes", "unstable-validation", "plateau", "underfitting"),
    "validation-collapse": ("overfitting", "unstable-validation", "metric-loss-disagreement"),
    "underfitting": ("plateau",),
    "slow-convergence": ("underfitting", "plateau", "stopped-early"),
    "sawtooth": ("oscillation", "loss-spikes"),
    "overfitting": ("metric-loss-disagreement",),
    "exploding-gradient": ("gradient-spikes",),
    "discriminator-wins": ("generator-collapse",),
    "reward-no-progress": ("value-function-failure",),
    "entropy-collapse": ("value-function-failure",),
    "masked-non-finite": ("non-finite-loss", "constant-loss", "plateau"),
}
# Names that practitioners use beside the first one, whatever the measures say.
ACCEPTED: Mapping[str, tuple[str, ...]] = {
    "collapse-to-chance": ("divergence", "constant-loss", "plateau", "unrecovered-spike", "loss-spikes"),
    "stuck-at-chance": ("constant-loss", "underfitting", "plateau", "majority-collapse"),
    "constant-loss": ("plateau", "underfitting", "stuck-at-chance"),
    "divergence": ("loss-spikes", "unrecovered-spike", "exploding-gradient", "lr-schedule-fault"),
    "unrecovered-spike": ("loss-spikes", "divergence"),
    "non-finite-loss": ("divergence", "loss-spikes", "exploding-gradient", "collapse-to-chance"),
    "masked-non-finite": ("non-finite-loss", "collapse-to-chance", "non-finite-metric"),
    "zero-learning-rate": (
        "constant-loss",
        "lr-schedule-fault",
        "plateau",
        "underfitting",
        "stuck-at-chance",
    ),
    "zero-gradient": ("constant-loss", "stuck-at-chance", "dead-relu", "vanishing-gradient"),
    "dead-relu": ("zero-gradient", "vanishing-gradient"),
    "plateau": ("underfitting", "constant-loss", "slow-convergence"),
    "underfitting": ("plateau", "slow-convergence"),
    "slow-convergence": ("underfitting", "stopped-early", "plateau"),
    "overfitting": ("wasted-compute",),
    "vanishing-gradient": ("stuck-at-chance", "constant-loss", "underfitting", "saturated-activation"),
    "validation-collapse": ("overfitting", "unstable-validation"),
    "stopped-early": ("slow-convergence",),
    "loss-scale-collapse": ("non-finite-loss", "constant-loss", "plateau"),
    "oscillation": ("loss-spikes",),
    "reward-no-progress": ("plateau",),
    "entropy-collapse": ("reward-no-progress",),
    "reward-collapse": ("entropy-collapse", "value-function-failure"),
    "kl-blowup": ("entropy-collapse", "value-function-failure"),
    "discriminator-wins": ("generator-collapse",),
}
# A border case of these leaves a sound run sound: they are remarks, or need more than a curve.
REMARKS = frozenset(
    {
        "stopped-early",
        "loss-spikes",
        "leakage-suspect",
        "gradient-spikes",
        "saturated-activation",
        "dead-relu",
        "clip-saturated",
        "lr-schedule-fault",
        "weight-growth",
        "value-function-failure",
        "sawtooth",
    }
)
# Read from histograms, which are written each tenth of a run: nothing before the first tenth can be seen.
IN_HISTOGRAMS = frozenset(
    {"vanishing-gradient", "dead-relu", "saturated-activation", "weight-growth", "large-equal-logits"}
)
# These are true of a whole run; they do not begin.
WHOLE_RUN = frozenset({"unstable-validation", "underfitting", "leakage-suspect"})
# These speak of a level that was not reached.
LEVELS = frozenset({"slow-convergence", "stopped-early", "plateau", "underfitting"})
STARTS_TROUBLE = frozenset(
    {"divergence", "collapse-to-chance", "unrecovered-spike", "non-finite-loss", "oscillation"}
)


@dataclass(frozen=True)
class Truth:
    """What a curve shows: labels (none: healthy), names accepted beside them, and the onset of each label."""

    labels: tuple[str, ...]
    also_ok: tuple[str, ...]
    onsets: Mapping[str, float]
    confidence: str

    @property
    def row(self) -> dict[str, str]:
        """The cells of a table."""
        onsets = [
            f"{name}:{self.onsets[name]:g}"
            for name in self.labels
            if np.isfinite(self.onsets.get(name, np.nan))
        ]
        return {
            "labels": "|".join(self.labels) or "healthy",
            "also_ok": "|".join(self.also_ok),
            "onset": "|".join(onsets) if len(onsets) > 1 else onsets[0].rpartition(":")[2] if onsets else "",
            "confidence": self.confidence,
        }


def judge(measures: Measures, reach: Reach) -> Truth:
    """The labels of one run, from its hidden measures and what sound runs of its task reach."""
    view = View(measures, reach)
    criteria = dict(FACTS) if measures.kind in ("classes", "regression") else {}
    if measures.kind in ("gan", "game") or len(view.step) >= LEAST_ROWS:
        criteria |= CRITERIA[measures.kind]
    found = {name: criterion(view) for name, criterion in criteria.items()}
    sure = {name for name, (degree, _) in found.items() if degree == YES}
    near = {name for name, (degree, _) in found.items() if degree == BORDER}
    sure, near = _schedule(found, sure, near)
    sure, near = _levels(view, sure, near)
    unseen = {name for name in sure | near if name in SEEN_IN and not view.shows(*SEEN_IN[name])}
    accepted = set(unseen)
    sure, near = sure - unseen, near - unseen
    hidden = {h for name in sorted(sure) for h in HIDES.get(name, ()) if h not in _hiders(name)} & sure
    accepted |= hidden
    labels = tuple(sorted((sure - hidden) | measures.facts | _other(view, sure)))
    return _truth(labels, near, accepted, {name: onset for name, (_, onset) in found.items()}, view)


def _hiders(name: str) -> frozenset[str]:
    """Names that hide `name` themselves."""
    return frozenset(other for other, names in HIDES.items() if name in names)


def _schedule(found: Mapping[str, Verdict], sure: set[str], near: set[str]) -> tuple[set[str], set[str]]:
    """A jump of the learning rate is a fault when trouble begins with it, else it is near to one."""
    if "lr-schedule-fault" in sure:
        at = found["lr-schedule-fault"][1]
        starts = [found[name][1] for name in STARTS_TROUBLE & sure]
        if not any(at * 0.95 - 2 <= start <= at * 1.15 + 2 for start in starts):
            return sure - {"lr-schedule-fault"}, near | {"lr-schedule-fault"}
    return sure, near


def _levels(view: View, sure: set[str], near: set[str]) -> tuple[set[str], set[str]]:
    """What follows from the level at which a loss is.

    A loss that moves around that of a guess is stuck rather than constant, a collapse to it is no divergence,
    and an absurd loss has no level at all.
    """
    if "loss" not in view.measures.curves or not len(view.step):
        return sure, near
    if "stuck-at-chance" in sure and float(np.ptp(view.loss)) >= 0.003 * float(np.median(view.loss)):
        sure = sure - {"constant-loss"}
    if "collapse-to-chance" in sure and view.loss[-1] <= 2 * view.chance:
        sure = sure - {"divergence"}
    return (sure - LEVELS, near - LEVELS) if view.is_absurd else (sure, near)


def _other(view: View, sure: set[str]) -> set[str]:
    """Something is wrong that has no name here."""
    has_loss = "loss" in view.measures.curves and len(view.step) >= LEAST_ROWS
    return {"other"} if has_loss and view.is_absurd and not sure else set()


def _truth(
    labels: tuple[str, ...], near: set[str], accepted: set[str], onsets: Mapping[str, float], view: View
) -> Truth:
    names = set(labels)
    accepted |= {other for name in names for other in ACCEPTED.get(name, ())} | near
    serious = near - REMARKS
    confidence = "high"
    if not names - {"truncated-run", "restart-overlap"} and serious:
        labels, confidence = tuple(sorted((*labels, "ambiguous"))), "low"
    elif serious:
        confidence = "medium"
    steps = [c.step[0] for c in view.measures.logged.values() if len(c.step)]
    first = float(min(steps)) if steps else 0.0
    tenth = float(view.step[len(view.step) // 10]) if len(view.step) else first
    begins = {
        name: max(tenth if name in IN_HISTOGRAMS else first, float(onset))
        for name, onset in onsets.items()
        if name in labels and name not in WHOLE_RUN
    }
    return Truth(labels, tuple(sorted(accepted - set(labels))), begins, confidence)


def reach_of(runs: Sequence[Measures]) -> Reach:
    """What sound runs reach, where validation is best: the median of their training loss and accuracy."""
    losses, accuracies = [], []
    for run in runs:
        if "val_loss" not in run.curves:
            continue
        best = int(np.nanargmin(run.curves["val_loss"]))
        losses.append(float(run.curves["loss"][best]))
        if "val_accuracy" in run.curves:
            accuracies.append(float(run.curves["val_accuracy"].max()))
    return Reach(
        float(np.median(losses)) if losses else 0.0, float(np.median(accuracies)) if accuracies else 1.0
    )


def write_truth(out: Path) -> None:
    """Judge all runs below `out` and write `out/truth.csv`."""
    tasks: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(out.glob(f"*/*/{FILE}")):
        tasks[path.parts[-3]].append(path.parent)
    rows = []
    for task, folders in sorted(tasks.items()):
        runs = {folder: load(folder) for folder in folders}
        reach = reach_of([run for folder, run in runs.items() if folder.name.startswith("plain-")])
        for folder, run in runs.items():
            fault, framework, _ = folder.name.rsplit("-", 2)
            known = {
                "set": "made",
                "run": f"{task}/{folder.name}",
                "group": task,
                "framework": framework,
                "fault": fault,
                "note": "",
            }
            rows.append(known | judge(run, reach).row)
    with (out / "truth.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
