"""docs/coverage.md names each rule there is and no other, and no pathology is without one."""

import re
from pathlib import Path

import pytest

from loganalyzer.rulebook.load import default_directory, load_rulebook

PAGE = (Path(__file__).parents[1] / "docs" / "coverage.md").read_text(encoding="utf-8")
RULES = {rule.name: rule for rule in load_rulebook([default_directory()]).rules}
IDS = """
clip-saturated collapse-to-chance constant-loss dead-relu discriminator-wins divergence duplicate-run
entropy-collapse exploding-gradient generator-collapse gradient-spikes initial-loss-too-high kl-blowup
large-equal-logits leakage-suspect loss-scale-collapse loss-spikes lr-schedule-fault majority-collapse
masked-non-finite metric-loss-disagreement non-finite-loss non-finite-metric oscillation overfitting
plateau restart-overlap reward-collapse reward-no-progress saturated-activation sawtooth slow-convergence
stopped-early stuck-at-chance truncated-run underfitting unrecovered-spike unstable-validation
validation-collapse value-function-failure vanishing-gradient wasted-compute weight-growth zero-gradient
zero-learning-rate
"""
PATHOLOGIES = frozenset(IDS.split())


def rows():
    """The cells of each row of a table, with the heading it stands under."""
    heading = ""
    for line in PAGE.splitlines():
        if line.startswith("## "):
            heading = line[3:]
        elif line.startswith("| ") and not line.startswith(("| what goes wrong", "| pathology")):
            yield heading, [cell.strip() for cell in line.strip("|").split(" | ")]


def names(text):
    return re.findall(r"`([a-z0-9-]+)`", text)


BY_PATHOLOGY = {names(cells[0])[0]: cells for heading, cells in rows() if heading.startswith("Pathologies")}
KNOWN = [(cells[0], cells) for heading, cells in rows() if not heading.startswith("Pathologies")]


def test_every_pathology_has_a_rule():
    assert {rule.pathology for rule in RULES.values()} == PATHOLOGIES
    assert set(BY_PATHOLOGY) == PATHOLOGIES


@pytest.mark.parametrize("pathology", sorted(PATHOLOGIES))
def test_the_rules_of_a_pathology_are_all_named(pathology):
    _, severity, cell = BY_PATHOLOGY[pathology]
    own = {name for name, rule in RULES.items() if rule.pathology == pathology}
    assert set(names(cell)) == own
    assert severity == RULES[names(cell)[0]].severity


@pytest.mark.parametrize(("what", "cells"), KNOWN, ids=[what for what, _ in KNOWN])
def test_what_goes_wrong_has_a_rule_that_exists_or_a_reason_why_not(what, cells):
    assert len(cells) == 3
    answer, notes = cells[1:]
    if answer == "none":
        assert len(notes.split()) >= 4
    else:
        assert names(answer)
        assert set(names(answer)) <= set(RULES)


def test_every_rule_answers_something():
    assert {name for _, cells in KNOWN for name in names(cells[1])} == set(RULES)
