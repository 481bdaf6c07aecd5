"""Remedies as past runs have tried them: what became of a pathology where one setting was changed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf, isnan

from loganalyzer.audit.lessons.counting import rate
from loganalyzer.audit.lessons.outcomes import criticals, is_judged, once, pathologies
from loganalyzer.audit.lessons.settings import is_seed, key_of, names_aside
from loganalyzer.model.archive import PastRun
from loganalyzer.model.lessons import Trial
from loganalyzer.model.run import Hyperparameter

MIN_PAIRS = 3
"""The Wilson interval of two successes in two starts at a third, that of three in three at two fifths."""


@dataclass(frozen=True, slots=True)
class Knob:
    """A remedy as a change of one hyper-parameter, of any of these names in small letters without signs.

    `up` says that more of it is the remedy. `off` is what a value stands for that is missing, zero or no.
    """

    remedy: str
    names: frozenset[str]
    up: bool
    off: float | None = None


_RATE = frozenset({"lr", "learningrate", "baselr", "initlr", "lr0", "maxlr", "peaklr", "initiallr", "eta"})
_CLIP = frozenset(
    {"clip", "gradclip", "clipgrad", "clipnorm", "maxgradnorm", "gradientclipval", "gradclipnorm"}
)
_CLIP |= {"globalclipnorm", "gradientclipping", "gradientclip", "gradnormclip", "gradclipval", "clipgradnorm"}
_WARM_UP = frozenset({"warmup", "warmupsteps", "warmupepochs", "warmupratio", "warmupiters", "lrwarmup"})
_WARM_UP |= {"numwarmupsteps", "lrwarmupsteps", "warmupfraction"}
_DECAY = frozenset({"weightdecay", "wd", "l2", "l2reg", "dropout", "dropoutrate", "pdrop", "labelsmoothing"})
_BATCH = frozenset({"batchsize", "bs", "batch", "trainbatchsize", "perdevicetrainbatchsize", "minibatchsize"})
_SIZE = frozenset(
    {"hiddensize", "hidden", "hiddendim", "width", "numlayers", "nlayers", "layers", "depth", "dim"}
)
_LENGTH = frozenset(
    {"epochs", "numepochs", "nepochs", "maxepochs", "maxsteps", "totaltimesteps", "numtrainepochs"}
)
_BETA2 = frozenset({"beta2", "adambeta2"})
_ENTROPY = frozenset({"entcoef", "entropycoef", "entropybonus", "entropycoeff", "entcoeff"})
_POLICY = frozenset({"cliprange", "clipparam", "clipcoef", "clipeps", "targetkl"})

KNOBS = (
    Knob("clip-gradients", _CLIP, up=False, off=inf),
    Knob("enlarge-batch", _BATCH, up=True),
    Knob("limit-policy-updates", _POLICY, up=False),
    Knob("lower-adam-beta2", _BETA2, up=False),
    Knob("lower-capacity", _SIZE, up=False),
    Knob("lower-learning-rate", _RATE, up=False),
    Knob("raise-capacity", _SIZE, up=True),
    Knob("raise-entropy-bonus", _ENTROPY, up=True, off=0.0),
    Knob("raise-learning-rate", _RATE, up=True),
    Knob("regularise", _DECAY, up=True, off=0.0),
    Knob("train-longer", _LENGTH, up=True),
    Knob("warm-up-learning-rate", _WARM_UP, up=True, off=0.0),
)
_OFF = frozenset({"", "none", "null", "off", "no", "false"})
_NUMBER = re.compile(r"[-+]?[\d.]*\d(?:e[-+]?\d+)?")

_Graded = tuple[float, PastRun]


def trials_of(runs: Iterable[PastRun]) -> tuple[Trial, ...]:
    """What each remedy did in pairs of runs alike but for it, sorted; no run is on one side of two pairs."""
    judged = [run for run in once(runs) if is_judged(run)]
    aside = names_aside(judged)
    names = sorted(set().union(*(run.hparams for run in judged)) - aside)
    tried = [(name, knob) for name in names for knob in KNOBS if _plain(name) in knob.names]
    found = [trial for name, knob in tried for trial in _trials(judged, name, knob, aside)]
    return tuple(sorted(found, key=lambda one: (one.pathology, one.remedy, one.name)))


def _trials(runs: Sequence[PastRun], name: str, knob: Knob, aside: Collection[str]) -> Iterator[Trial]:
    changed: dict[str, list[bool]] = {}
    repeated: dict[str, list[bool]] = {}
    for group in _alike(runs, name, knob, frozenset(aside) | {name}):
        for pathology in sorted(frozenset().union(*(pathologies(run) for _, run in group))):
            for run, other in _pairs(group, pathology):
                changed.setdefault(pathology, []).append(_is_gone(pathology, run, other))
            for run, other in _repeats(group, pathology):
                repeated.setdefault(pathology, []).append(_is_gone(pathology, run, other))
    for pathology, gone in changed.items():
        if len(gone) >= MIN_PAIRS:
            again = repeated.get(pathology, [])
            rates = rate("", sum(gone), len(gone)), rate("", sum(again), len(again))
            yield Trial(pathology, knob.remedy, name, *rates)


def _alike(runs: Sequence[PastRun], name: str, knob: Knob, aside: frozenset[str]) -> Iterator[list[_Graded]]:
    """Runs alike but for one name, each with the strength of the remedy in it, in order of strength."""
    groups: dict[object, list[_Graded]] = {}
    for run in runs:
        strength = _strength(run.hparams.get(name), knob)
        if strength is not None:
            # Folders are often named for the value that is being changed.
            folder = _NUMBER.sub("*", run.name.rpartition("/")[0])
            groups.setdefault((folder, run.tag, key_of(run, aside)), []).append((strength, run))
    for group in groups.values():
        if len(group) > 1:
            yield sorted(group, key=lambda one: (one[0], one[1].name))


def _strength(value: Hyperparameter | None, knob: Knob) -> float | None:
    """How much of the remedy a value means, on any rising scale; None where it cannot be compared."""
    if isinstance(value, str) and value.strip().lower() not in _OFF:
        return None
    number = 1.0 if value is True else value if isinstance(value, float | int) and value else None
    if number is None:
        is_zero = value is not None and not isinstance(value, str | bool)
        number = knob.off if knob.off is not None else (0.0 if is_zero else None)
    if number is None or isnan(number):
        return None
    return float(number) if knob.up else -float(number)


def _pairs(group: Sequence[_Graded], pathology: str) -> Iterator[tuple[PastRun, PastRun]]:
    """Each failing run with the nearest stronger one: of its own seed where there is one."""
    seeds: dict[object, list[_Graded]] = {}
    for one in group:
        seeds.setdefault(_seed_of(one[1]), []).append(one)
    used: set[tuple[str, str]] = set()
    for part in (*seeds.values(), group) if len(seeds) > 1 else (group,):
        for run, other in _nearest(part, pathology, used):
            used |= {("first", run.name), ("second", other.name)}
            yield run, other


def _nearest(
    group: Sequence[_Graded], pathology: str, used: Collection[tuple[str, str]]
) -> Iterator[tuple[PastRun, PastRun]]:
    """Pairs from a group in order of strength: the strongest failing run takes the weakest above it first."""
    free: list[_Graded] = []
    waiting: list[_Graded] = []
    for strength, run in reversed(group):
        if waiting and waiting[-1][0] > strength:
            free += waiting
            waiting = []
        if free and pathology in pathologies(run) and ("first", run.name) not in used:
            yield run, free.pop()[1]
        if ("second", run.name) not in used:
            waiting.append((strength, run))


def _repeats(group: Sequence[_Graded], pathology: str) -> Iterator[tuple[PastRun, PastRun]]:
    """Each failing run with the next one of the same strength."""
    for (strength, run), (same, other) in pairwise(group):
        if strength == same and pathology in pathologies(run):
            yield run, other


def _is_gone(pathology: str, run: PastRun, other: PastRun) -> bool:
    return pathology not in pathologies(other) and criticals(other) <= criticals(run)


def _seed_of(run: PastRun) -> object:
    return frozenset((name, value) for name, value in run.hparams.items() if is_seed(name))


def _plain(name: str) -> str:
    """The last part of a name in small letters without signs: `optim/learning_rate` as `learningrate`."""
    return re.sub(r"[^a-z0-9]", "", re.split(r"[/.]", name)[-1].lower())
