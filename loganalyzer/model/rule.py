"""A rule as data: what it looks at, what it measures, when it speaks, and its own tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from loganalyzer.model.finding import Reference, Severity
from loganalyzer.model.remedy import Remedy
from loganalyzer.model.role import Quantity, Split

Status = Literal["experimental", "test", "stable", "deprecated"]
Expectation = Literal["fires", "silent", "not_applicable"]
Known = Literal["early", "end"]


@dataclass(frozen=True, slots=True)
class Input:
    """A curve the rule asks for, by role; `optional` ones may be missing: features of them are then NaN.

    `split` is an order of preference: the first one that the run has is looked at. Of one quantity logged
    at several grains (epochs, batches) one curve is judged, or each of them if `every` says so. With `all`
    the features get every such curve at once, layers from the input of the network to its output.
    """

    quantity: tuple[Quantity, ...]
    split: tuple[Split, ...]
    optional: bool = False
    every: bool = False
    all: bool = False


@dataclass(frozen=True, slots=True)
class Needs:
    """What every required input must have, or the rule is not applicable: samples, and all values finite."""

    min_points: int = 2
    finite: bool = False


@dataclass(frozen=True, slots=True)
class Param:
    """A threshold with its unit and a sentence that says what it means and where the number comes from."""

    default: float
    unit: str
    help: str


@dataclass(frozen=True, slots=True)
class FeatureUse:
    """A call of the feature function `use`; arguments name inputs, params or features, or are numbers."""

    use: str
    arguments: Mapping[str, str | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One number to show: `value`, `threshold`, `start`, `stop` name features or params, `of` an input.

    `say` is a sentence with `{name}` or `{name:format}` fields over features, params and facts, and
    `{name@step}` for the logged step of an index feature; `when` is a condition, an empty one always holds.
    """

    value: str
    say: str
    threshold: str = ""
    unit: str = ""
    of: str = ""
    start: str = ""
    stop: str = ""
    when: str = ""


@dataclass(frozen=True, slots=True)
class RemedyUse:
    """A remedy offered by this rule, `because` of what the run shows (fields as in `EvidenceLine.say`).

    `when` is a condition over features and params; an empty one always holds.
    """

    id: str
    because: str
    when: str = ""


@dataclass(frozen=True, slots=True)
class RuleCase:
    """A test in a rule: curves in series notation, what must come out, and where features must lie.

    An input that takes all curves gets several, with `|` between them.
    """

    name: str
    expect: Expectation
    series: Mapping[str, str] = field(default_factory=dict)
    at: Mapping[str, float] = field(default_factory=dict)
    facts: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of one file; `condition` and `confidence` are written in the closed expression language.

    `onset` and `end` name index features of the first required input ("" for none). `known` says whether
    what the rule fires on can be known early in a run, or only once the run has ended.
    """

    schema: str
    id: str
    name: str
    pathology: str
    title: str
    family: str
    status: Status
    severity: Severity
    since: str
    description: str
    falsepositives: tuple[str, ...]
    inputs: Mapping[str, Input]
    needs: Needs
    params: Mapping[str, Param]
    features: Mapping[str, FeatureUse]
    condition: str
    confidence: str
    message: str
    onset: str
    end: str
    evidence: tuple[EvidenceLine, ...]
    remedies: tuple[RemedyUse, ...]
    references: tuple[Reference, ...]
    tests: tuple[RuleCase, ...] = ()
    known: Known = "early"


@dataclass(frozen=True, slots=True)
class Profile:
    """Other defaults for the params of rules: `thresholds` by name of the rule, then of the param."""

    schema: str
    name: str
    description: str
    thresholds: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All rules (sorted by id) and remedies (by id) in force; `digest` is a hash of their files.

    `profile` is the name of the profile whose thresholds the rules have.
    """

    rules: tuple[Rule, ...]
    remedies: Mapping[str, Remedy]
    digest: str
    profile: str = "default"
