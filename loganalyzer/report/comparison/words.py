"""What is different, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from loganalyzer.model.comparison import (
    Comparison,
    CurveComparison,
    FindingChange,
    HparamDifference,
    Parting,
    RunComparison,
)
from loganalyzer.model.finding import Finding
from loganalyzer.model.run import Hyperparameter
from loganalyzer.report.terminal.words import percent, place, plural

Fate = Literal["new", "gone", "still"]

_SEEDS = frozenset({"seed", "random_seed", "manual_seed", "random_state"})
# Beyond this many times what noise allows few pairs of curves lie that differ in their seed alone.
_CLEAR = 4.0
_LETTERS = {"a": "A", "b": "B"}


def role_name(curve: CurveComparison) -> str:
    """What a curve measures: `loss, train`, `loss (box), validation`."""
    part = f" ({curve.part})" if curve.part else ""
    split = "" if curve.split == "none" else f", {curve.split}"
    quantity = "learning rate" if curve.quantity == "lr" else curve.quantity.replace("_", " ")
    return f"{quantity}{part}{split}"


def course_of(curve: CurveComparison) -> str:
    """How two curves run beside each other, as a sentence without its end."""
    unit = "epoch" if curve.axis == "epoch" else "step"
    same = "" if curve.same_until is None else f"the same to the last digit up to {unit} {curve.same_until:,}"
    if curve.relation == "identical":
        return same
    if curve.relation == "apart":
        return "not compared: fewer than three steps lie in both"
    if curve.same_until is not None and curve.is_thinned:
        same += " at least"
    said = "together to the end, by what noise allows" if curve.parting is None else _parted(curve, unit)
    return f"{same}; {said}" if same else said


def _parted(curve: CurveComparison, unit: str) -> str:
    parting = curve.parting
    if parting is None:
        return ""
    between = (
        f" (after {parting.after:,})"
        if parting.after is not None and parting.after < parting.step - 1
        else ""
    )
    levels = ", ".join(f"{letter} at {_level(level)}" for letter, level in _levels(parting))
    gap = "" if parting.strength is None else f", {_times(parting.strength)} times what noise allows"
    better = f"; {_LETTERS[parting.better]} is better" if parting.better else ""
    return f"apart from {unit} {parting.step:,} on{between}: {levels}{gap}{better}"


def _levels(parting: Parting) -> tuple[tuple[str, float | None], ...]:
    return ("A", parting.level_a), ("B", parting.level_b)


def _times(strength: float) -> str:
    return f"{strength:,.0f}" if strength >= 10 else f"{strength:.2g}"


def _level(value: float | None) -> str:
    return "NaN or infinite" if value is None else f"{value:.4g}"


def fate(change: FindingChange) -> Fate:
    """What became of a finding: new, gone, or still there."""
    if change.a is None:
        return "new"
    return "gone" if change.b is None else "still"


def told(change: FindingChange) -> str:
    """A finding as it is now, or was where it is gone; of one that stays, what moved."""
    if change.b is None:
        return claim(change.a) if change.a is not None else ""
    if change.a is None or claim(change.a) == claim(change.b):
        return claim(change.b)
    return f"{claim(change.b)}; it was {_told_short(change.a)}"


def claim(finding: Finding) -> str:
    """A finding in one breath."""
    return f"{finding.pathology} ({finding.severity}), {_told_short(finding)}"


def _told_short(finding: Finding) -> str:
    since = f"since {place(finding.onset)}, " if finding.onset else ""
    hidden = f", explained by {finding.hidden_by}" if finding.hidden_by else ""
    return f"{since}{percent(finding.confidence)} sure{hidden}"


def setting(value: Hyperparameter | None) -> str:
    """A hyper-parameter as text, a dash where it is not named."""
    if value is None:
        return "–"
    return f"{value:g}" if isinstance(value, float) else str(value)


def counted(pair: RunComparison) -> str:
    """How many settings differ: `1 differs, 9 are the same`."""
    differ = f"{len(pair.hparams):,} {'differs' if len(pair.hparams) == 1 else 'differ'}"
    return f"{differ}, {pair.same_hparams:,} {'is' if pair.same_hparams == 1 else 'are'} the same"


def caution(pair: RunComparison) -> str:
    """What to keep in mind before a difference is taken for an effect; empty where nothing speaks against."""
    parted = [curve for curve in pair.curves if curve.parting is not None]
    if pair.a.rules_digest != pair.b.rules_digest:
        return "The two were judged by different rules: a finding may come or go for that alone; scan again."
    if not parted or any(curve.quantity == "lr" for curve in parted):
        return ""
    if not pair.hparams and not pair.same_hparams:
        return "No settings are in these logs: what parts the curves may be chance; compare more seeds."
    if _are_seeds(pair.hparams):
        what = "Nothing but the seed differs" if pair.hparams else "All settings are the same"
        return f"{what}: what parts the curves is chance, or a change of data or code."
    if all(one.parting and one.parting.strength and one.parting.strength < _CLEAR for one in parted):
        return "The curves are not far apart: another seed can do as much; compare more seeds."
    return ""


def _are_seeds(hparams: Sequence[HparamDifference]) -> bool:
    return all(one.name.lower().replace("/", ".").rpartition(".")[2] in _SEEDS for one in hparams)


def is_changed(pair: RunComparison) -> bool:
    """Whether the verdict differs, or what is found."""
    return pair.a.verdict != pair.b.verdict or any(fate(change) != "still" for change in pair.findings)


def in_short(pair: RunComparison) -> str:
    """What is different between the two runs of a pair, in one line; empty where nothing is."""
    parts = [] if pair.a.verdict == pair.b.verdict else [f"{pair.a.verdict} → {pair.b.verdict}"]
    for word in ("new", "gone"):
        names = [change.pathology for change in pair.findings if fate(change) == word]
        parts += [f"{word}: {', '.join(names)}"] if names else []
    first = [curve for curve in pair.curves if curve.parting is not None][:1]
    parts += [f"{role_name(one)} apart from {one.parting.step:,} on" for one in first if one.parting]
    if pair.hparams:
        names = [one.name for one in pair.hparams]
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        parts.append(f"other {', '.join(names[:3])}{more}")
    return "; ".join(parts)


def summary(comparison: Comparison) -> str:
    """The whole comparison in one line."""
    pairs = comparison.pairs
    fates = [fate(change) for pair in pairs for change in pair.findings]
    by_hparams = sum(pair.matched_by == "hyper-parameters" for pair in pairs)
    matched = f" ({by_hparams:,} by hyper-parameters)" if by_hparams else ""
    verdicts = sum(pair.a.verdict != pair.b.verdict for pair in pairs)
    said = (
        f"{plural(len(pairs), 'pair')}{matched}: {plural(verdicts, 'verdict')} changed,"
        f" {plural(fates.count('new'), 'finding')} new, {fates.count('gone'):,} gone"
    )
    alone = ((comparison.only_a, "A"), (comparison.only_b, "B"))
    return said + "".join(f"; {plural(len(runs), 'run')} only in {side}" for runs, side in alone if runs)
