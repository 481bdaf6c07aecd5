"""Two runs, or two lots of them, held against each other."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import nan

import numpy as np

from loganalyzer.audit.parting import course
from loganalyzer.model.comparison import (
    Comparison,
    CurveComparison,
    FindingChange,
    HparamDifference,
    MatchedBy,
    RunComparison,
)
from loganalyzer.model.diagnosis import Diagnosis, Sparkline
from loganalyzer.model.finding import Finding
from loganalyzer.model.role import QUANTITIES, SPLITS, Role
from loganalyzer.model.run import Hyperparameter, Series
from loganalyzer.readers.assemble import read_runs
from loganalyzer.readers.limits import DEFAULTS, Limits
from loganalyzer.readers.walk import RunFiles

Curves = Mapping[str, Series]
Hparams = Mapping[str, Hyperparameter]

# What says how far or how fast a run is, and what nobody has found a meaning for.
_NOT_COMPARED = frozenset({"epoch", "time", "throughput", "memory", "count", "unknown"})
_NO_CURVES: Curves = {}


@dataclass(frozen=True, slots=True)
class Lot:
    """The runs of one side; `curves` has, by name, the curves by tag of runs that come with all points."""

    root: str
    diagnoses: tuple[Diagnosis, ...]
    curves: Mapping[str, Curves] = field(default_factory=dict)


def read_curves(found: Iterable[RunFiles], limits: Limits = DEFAULTS) -> Mapping[str, Curves]:
    """The curves of all runs that were found, by the name of the run and the tag."""
    runs = (run for files in found for run in read_runs(files, limits))
    return {run.name: {series.tag: series for series in run.series} for run in runs}


def compare_all(a: Lot, b: Lot) -> Comparison:
    """Match the runs of two lots by name, then by hyper-parameters, and compare each pair.

    One run against one run is a pair whatever they are called. Hyper-parameters match where all of them are
    the same, there are some, and no other run of either side has them as well.
    """
    pairs = [
        compare(
            one,
            other,
            a.curves.get(one.run.name, _NO_CURVES),
            b.curves.get(other.run.name, _NO_CURVES),
            matched_by=by,
        )
        for one, other, by in _matched(a.diagnoses, b.diagnoses)
    ]
    taken = {id(run) for pair in pairs for run in (pair.a, pair.b)}
    only_a, only_b = (_by_name(one for one in lot.diagnoses if id(one) not in taken) for lot in (a, b))
    pairs.sort(key=lambda pair: (pair.a.run.name, pair.b.run.name))
    return Comparison(a.root, b.root, tuple(pairs), only_a, only_b)


def _by_name(diagnoses: Iterable[Diagnosis]) -> tuple[Diagnosis, ...]:
    return tuple(sorted(diagnoses, key=lambda one: (one.run.name, one.run.run_id)))


def _matched(
    a: Sequence[Diagnosis], b: Sequence[Diagnosis]
) -> Iterator[tuple[Diagnosis, Diagnosis, MatchedBy]]:
    if len(a) == len(b) == 1:
        yield a[0], b[0], "choice"
        return
    named = _paired(a, b, lambda one: one.run.name)
    yield from ((one, other, "name") for one, other in named)
    done = {id(run) for pair in named for run in pair}
    rest_a, rest_b = ([one for one in side if id(one) not in done] for side in (a, b))
    yield from ((one, other, "hyper-parameters") for one, other in _paired(rest_a, rest_b, _settings))


def _paired(
    a: Sequence[Diagnosis], b: Sequence[Diagnosis], key: Callable[[Diagnosis], str]
) -> list[tuple[Diagnosis, Diagnosis]]:
    """The runs that have the same key, which must not be empty nor shared within a side."""
    counts = [Counter(map(key, side)) for side in (a, b)]
    partner = {key(one): one for one in b if counts[1][key(one)] == 1}
    alone = [one for one in a if counts[0][key(one)] == 1]
    return [(one, partner[key(one)]) for one in alone if key(one) and key(one) in partner]


def _settings(diagnosis: Diagnosis) -> str:
    return repr(sorted(diagnosis.run.hparams.items())) if diagnosis.run.hparams else ""


def compare(
    a: Diagnosis,
    b: Diagnosis,
    curves_a: Curves = _NO_CURVES,
    curves_b: Curves = _NO_CURVES,
    *,
    matched_by: MatchedBy = "choice",
) -> RunComparison:
    """Hold B against A; curves by tag, where given, are compared in place of their drawn points."""
    hparams = tuple(_hparams(a.run.hparams, b.run.hparams))
    named = a.run.hparams.keys() | b.run.hparams.keys()
    tags = list(_tag_pairs(a, b))
    return RunComparison(
        a=a,
        b=b,
        matched_by=matched_by,
        hparams=hparams,
        same_hparams=len(named) - len(hparams),
        curves=tuple(_curve(a, b, pair, curves_a, curves_b) for pair in tags),
        unpaired_a=_left_over(a, {tag for tag, _ in tags}),
        unpaired_b=_left_over(b, {tag for _, tag in tags}),
        findings=_findings(a, b),
    )


def _hparams(a: Hparams, b: Hparams) -> Iterator[HparamDifference]:
    for name in sorted(a.keys() | b.keys()):
        one, other = a.get(name), b.get(name)
        # By repr NaN is NaN, and 1 is not True, as whoever wrote the settings would say.
        if repr(_number(one)) != repr(_number(other)):
            yield HparamDifference(name, one, other)


def _number(value: Hyperparameter | None) -> Hyperparameter | None:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _tag_pairs(a: Diagnosis, b: Diagnosis) -> Iterator[tuple[str, str]]:
    """Tags that play the same role: those of one name, then what is left of a role if it is one each."""
    roles_a, roles_b = _by_role(a), _by_role(b)
    for role in sorted(roles_a.keys() & roles_b.keys()):
        shared = sorted(roles_a[role] & roles_b[role])
        yield from ((tag, tag) for tag in shared)
        rest_a, rest_b = (sorted(tags[role].difference(shared)) for tags in (roles_a, roles_b))
        if len(rest_a) == len(rest_b) == 1:
            yield rest_a[0], rest_b[0]


def _by_role(diagnosis: Diagnosis) -> dict[tuple[int, int, str, str], set[str]]:
    """The drawn tags by quantity, split, part and axis."""
    axes = {series.tag: series.axis for series in diagnosis.run.series}
    found: dict[tuple[int, int, str, str], set[str]] = defaultdict(set)
    for tag, line in diagnosis.sparklines.items():
        role = diagnosis.roles.get(tag)
        if role is not None and role.quantity not in _NOT_COMPARED and line.step:
            key = (
                QUANTITIES.index(role.quantity),
                SPLITS.index(role.split),
                role.part,
                axes.get(tag, "iteration"),
            )
            found[key].add(tag)
    return found


def _left_over(diagnosis: Diagnosis, paired: set[str]) -> tuple[str, ...]:
    return tuple(sorted({tag for tags in _by_role(diagnosis).values() for tag in tags} - paired))


def _curve(
    a: Diagnosis, b: Diagnosis, tags: tuple[str, str], curves_a: Curves, curves_b: Curves
) -> CurveComparison:
    role: Role = a.roles[tags[0]]
    left, thin_a = _series(a, tags[0], curves_a)
    right, thin_b = _series(b, tags[1], curves_b)
    ran = course(left, right, role.direction, (thin_a, thin_b))
    return CurveComparison(
        quantity=role.quantity,
        split=role.split,
        part=role.part,
        axis=left.axis,
        tag_a=tags[0],
        tag_b=tags[1],
        relation=ran.relation,
        first_step=ran.first_step,
        last_step=ran.last_step,
        same_until=ran.same_until,
        parting=ran.parting,
        is_thinned=thin_a or thin_b,
    )


def _series(diagnosis: Diagnosis, tag: str, curves: Curves) -> tuple[Series, bool]:
    """A curve with all its points, or the drawn ones of it and whether these are fewer."""
    if tag in curves:
        return curves[tag], False
    line: Sparkline = diagnosis.sparklines[tag]
    whole = next((one for one in diagnosis.run.series if one.tag == tag), None)
    value = np.array([nan if one is None else one for one in line.value])
    axis = "iteration" if whole is None else whole.axis
    is_thinned = whole is not None and whole.n > len(line.step)
    return Series(tag, np.array(line.step, dtype=np.int64), value, axis=axis), is_thinned


def _findings(a: Diagnosis, b: Diagnosis) -> tuple[FindingChange, ...]:
    """Each pathology that is visible on one side, hardest first as B and then A have them."""
    known_a, known_b = _hardest(a), _hardest(b)
    visible = dict.fromkeys(
        finding.pathology for side in (b, a) for finding in side.findings if not finding.hidden_by
    )
    return tuple(FindingChange(name, known_a.get(name), known_b.get(name)) for name in visible)


def _hardest(diagnosis: Diagnosis) -> dict[str, Finding]:
    """The first finding of each pathology, a visible one before one that is explained."""
    found: dict[str, Finding] = {}
    for finding in sorted(diagnosis.findings, key=lambda finding: bool(finding.hidden_by)):
        found.setdefault(finding.pathology, finding)
    return found
