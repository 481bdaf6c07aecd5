"""One fault, one headline: causes hide their symptoms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from loganalyzer.model.finding import SEVERITY_RANK, Finding

# what weights and gradients do while the loss is lost: told with it, not beside it
_IN_THE_NETWORK = frozenset(
    {
        "clip-saturated",
        "exploding-gradient",
        "gradient-spikes",
        "vanishing-gradient",
        "weight-growth",
        "zero-gradient",
    }
)

# how a run got on is no news once it is known how it was lost, whose evidence tells of the learning rate
PROGRESS = frozenset(
    {"lr-schedule-fault", "plateau", "slow-convergence", "stopped-early", "underfitting", "wasted-compute"}
)
LOST = frozenset(
    {
        "collapse-to-chance",
        "constant-loss",
        "divergence",
        "non-finite-loss",
        "oscillation",
        "stuck-at-chance",
        "unrecovered-spike",
        "zero-learning-rate",
    }
)

# where training itself is lost, what validation and metrics do is no second fault
_BESIDE_TRAINING = frozenset(
    {"majority-collapse", "metric-loss-disagreement", "unstable-validation", "validation-collapse"}
)

# cause -> what is only its symptom in the same run
HIDES: dict[str, frozenset[str]] = {
    "non-finite-loss": frozenset(
        {
            "collapse-to-chance",
            "constant-loss",
            "divergence",
            "oscillation",
            "overfitting",
            "stuck-at-chance",
            "unrecovered-spike",
        }
    )
    | _IN_THE_NETWORK
    | _BESIDE_TRAINING
    | {"loss-scale-collapse", "dead-relu", "saturated-activation"},
    "collapse-to-chance": frozenset(
        {"constant-loss", "oscillation", "overfitting", "stuck-at-chance", "unrecovered-spike"}
    )
    | _BESIDE_TRAINING
    | _IN_THE_NETWORK,
    "divergence": frozenset({"constant-loss", "oscillation", "overfitting", "unrecovered-spike"})
    | _BESIDE_TRAINING
    | _IN_THE_NETWORK,
    "dead-relu": frozenset({"vanishing-gradient", "zero-gradient"}),
    "exploding-gradient": frozenset({"gradient-spikes", "weight-growth"}),
    "loss-spikes": frozenset({"gradient-spikes"}),
    "masked-non-finite": frozenset({"constant-loss", "exploding-gradient", "overfitting", "zero-gradient"}),
    "stuck-at-chance": frozenset({"clip-saturated", "overfitting"}) | _BESIDE_TRAINING,
    "constant-loss": frozenset({"clip-saturated", "overfitting"}) | _BESIDE_TRAINING,
    "entropy-collapse": frozenset({"reward-collapse", "reward-no-progress"}),
    "kl-blowup": frozenset({"reward-collapse", "reward-no-progress"}),
    "value-function-failure": frozenset({"reward-collapse", "reward-no-progress"}),
    # the lowest point of a validation loss that swings with training is no turn
    "oscillation": frozenset({"overfitting", "unstable-validation"}),
    # what is wrong with the validation set makes its losses no measure
    "leakage-suspect": frozenset({"overfitting"}),
    "validation-collapse": frozenset({"metric-loss-disagreement", "overfitting", "unstable-validation"}),
    "unrecovered-spike": frozenset(),
    "zero-learning-rate": frozenset({"constant-loss", "stuck-at-chance"}),
    "plateau": frozenset({"lr-schedule-fault", "underfitting", "wasted-compute"}),
    "underfitting": frozenset({"slow-convergence", "wasted-compute"}),
    "slow-convergence": frozenset({"stopped-early"}),
    "overfitting": frozenset({"stopped-early", "wasted-compute"}),
}


WORSE_THAN_IT_BEGAN = 1.3
"""Times the progress given back: more than all of it, by more than the noise of where a loss starts."""
A_TREND = 8.0
"""Times the jitter that a rise of validation is more than jumps: one in white noise has three or four."""


def _lost_beyond_a_guess(divergence: Finding, collapse: Finding) -> bool:
    """Whether the loss ends elsewhere than at that of a guess, or chance is itself only presumed."""
    known = {evidence.name for evidence in collapse.evidence}
    if "loss_end" in known:
        return False
    return "chance" not in known or _measured(divergence, "giveback") > WORSE_THAN_IT_BEGAN


def _rises_beyond_jumps(overfitting: Finding, unstable: Finding) -> bool:
    """Whether validation rose by far more than neighbouring validations lie apart."""
    jitter = _measured(unstable, "jitter")
    return 0.0 < A_TREND * jitter <= _measured(overfitting, "rise")


def _never_moved(constant: Finding, _: Finding) -> bool:
    """Whether nothing was trained from the first point on: then accuracy has nothing to tell."""
    return constant.onset is None or constant.onset.fraction == 0.0


def _is_as_severe(sawtooth: Finding, other: Finding) -> bool:
    """Whether what repeats with the epoch is more than a remark: then it explains the swings, or the pace."""
    return SEVERITY_RANK[sawtooth.severity] >= SEVERITY_RANK[other.severity]


def _is_earlier(masked: Finding, shown: Finding) -> bool:
    """Whether the logger hid NaN before the first one that the log shows."""
    return bool(masked.onset and shown.onset and masked.onset.fraction < shown.onset.fraction)


# two names of one fault, of which the run itself says what is the cause: else the second one is
SETTLED: dict[tuple[str, str], Callable[[Finding, Finding], bool]] = {
    ("divergence", "collapse-to-chance"): _lost_beyond_a_guess,
    ("overfitting", "unstable-validation"): _rises_beyond_jumps,
    ("constant-loss", "stuck-at-chance"): _never_moved,
    ("masked-non-finite", "non-finite-loss"): _is_earlier,
    ("sawtooth", "oscillation"): _is_as_severe,
    ("sawtooth", "slow-convergence"): _is_as_severe,
}


def _measured(finding: Finding, name: str) -> float:
    return next((one.value for one in finding.evidence if one.name == name), 0.0)


def strongest(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """One finding for each pathology: the most confident, the earliest of equals."""
    best: dict[str, Finding] = {}
    for finding in findings:
        held = best.get(finding.pathology)
        if held is None or _strength(finding) < _strength(held):
            best[finding.pathology] = finding
    return tuple(best.values())


def _strength(finding: Finding) -> tuple[int, float, float, str]:
    onset = finding.onset.fraction if finding.onset else 1.0
    return -SEVERITY_RANK[finding.severity], -finding.confidence, onset, finding.rule


def merge(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings hardest first, symptoms marked with the cause that hides them; a guess hides nothing."""
    kept = strongest(findings)
    causes = {finding.pathology: finding for finding in kept if finding.origin != "classifier"}
    marked = [replace(finding, hidden_by=_cause(finding, causes)) for finding in kept]
    return tuple(sorted(marked, key=_order))


def _cause(finding: Finding, present: Mapping[str, Finding]) -> str:
    """The first cause that is there, by the order of the table; a cause of two names comes before it."""
    for (one, other), is_first in SETTLED.items():
        if finding.pathology in (one, other) and one in present and other in present:
            cause = one if is_first(present[one], present[other]) else other
            if cause != finding.pathology:
                return cause
    lost = LOST if finding.pathology in PROGRESS else frozenset()
    settled = {other for pair in SETTLED if finding.pathology in pair for other in pair}
    causes = [
        one
        for one in HIDES
        if one in present and one not in settled and (finding.pathology in HIDES[one] or one in lost)
    ]
    return causes[0] if causes else ""


def _order(finding: Finding) -> tuple[bool, int, float, str]:
    return bool(finding.hidden_by), -SEVERITY_RANK[finding.severity], -finding.confidence, finding.pathology
