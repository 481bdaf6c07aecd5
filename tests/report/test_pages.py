import re
from itertools import pairwise

import pytest

from loganalyzer.report.pages import pathology_page, rule_page, rules_table
from loganalyzer.report.renderers import Screen
from loganalyzer.rulebook.load import default_directory, load_rulebook

RULES = load_rulebook([default_directory()])
PATHOLOGIES = sorted({rule.pathology for rule in RULES.rules})


def flat(text):
    return " ".join(text.split())


def says_all_of(page, rule):
    words = flat(page)
    parts = [rule.description, rule.condition, *rule.falsepositives]
    parts += [f"{name} = {param.default:g}" for name, param in rule.params.items()]
    parts += [param.help for param in rule.params.values()]
    parts += [f"{reference.title} {reference.url}" for reference in rule.references]
    for use in rule.remedies:
        remedy = RULES.remedies[use.id]
        parts += [remedy.title, remedy.why, remedy.risk, *remedy.do, *remedy.keras, *remedy.pytorch]
    return [part for part in parts if flat(part) not in words]


@pytest.mark.parametrize("rule", RULES.rules, ids=lambda rule: rule.name)
def test_the_page_of_a_rule_says_all_of_it(rule):
    page = rule_page(rule, RULES, Screen())
    assert says_all_of(page, rule) == []
    assert rule.id in page


@pytest.mark.parametrize("pathology", PATHOLOGIES)
def test_the_page_of_a_pathology_says_all_of_its_rules(pathology):
    page = pathology_page(pathology, RULES, Screen())
    for rule in (rule for rule in RULES.rules if rule.pathology == pathology):
        assert says_all_of(page, rule) == []
    assert "{" not in page.split("what to do")[0]


def test_remedies_come_in_the_order_of_the_rule():
    rule = next(rule for rule in RULES.rules if rule.name == "divergence")
    page = pathology_page("divergence", RULES, Screen())
    places = [page.index(f"{i}. {RULES.remedies[use.id].title}") for i, use in enumerate(rule.remedies, 1)]
    assert places == sorted(places)


@pytest.mark.parametrize("width", [60, 80, 200])
def test_prose_is_wrapped_for_reading(width):
    lines = pathology_page("divergence", RULES, Screen(width)).splitlines()
    longest = max(len(line) for line in lines if all(len(word) < 30 for word in line.split()))
    assert min(width, 110) - 20 < longest <= min(width, 110)


def test_the_table_names_what_sets_a_rule_apart():
    lines = rules_table(RULES, Screen()).splitlines()
    by_name = {line.split()[0]: line for line in lines if line.startswith("  ")}
    assert sorted(by_name) == sorted(rule.name for rule in RULES.rules)
    for rule in RULES.rules:
        assert rule.title in by_name[rule.name]
        assert (rule.name == rule.pathology) is not by_name[rule.name].endswith(f"({rule.pathology})")


def test_the_table_keeps_families_and_pathologies_together():
    family, families, pathologies = "", {}, {}
    for line in rules_table(RULES, Screen()).splitlines()[1:-2]:
        if line.startswith("  "):
            families[line.split()[0]] = family
            pathologies.setdefault(family, []).append(line.split()[0])
        elif line:
            assert line not in families.values()
            family = line
    by_name = {rule.name: rule for rule in RULES.rules}
    assert families == {name: rule.family for name, rule in by_name.items()}
    for names in pathologies.values():
        found = [by_name[name].pathology for name in names]
        assert sum(a != b for a, b in pairwise(found)) == len(set(found)) - 1


def test_several_rules_of_one_pathology_are_counted_and_told_apart():
    page = flat(pathology_page("sawtooth", RULES, Screen()))
    own = [rule for rule in RULES.rules if rule.pathology == "sawtooth"]
    assert f"{len(own)} rules look for it: sawtooth (warning), " in page
    for rule in own[1:]:
        assert f"how {rule.name} recognises it {rule.title}. {rule.description.split('.')[0]}" in page
    assert "rules look for it" not in pathology_page("weight-growth", RULES, Screen())


def test_a_pathology_without_a_rule_of_its_name_takes_no_title_from_one():
    page = pathology_page("lr-schedule-fault", RULES, Screen())
    assert page.startswith("lr-schedule-fault\n\n")
    for rule in (rule for rule in RULES.rules if rule.pathology == "lr-schedule-fault"):
        assert f"how {rule.name} recognises it {rule.title}. " in flat(page)


def test_a_curve_without_a_split_is_named_by_its_quantity_alone():
    for pathology in PATHOLOGIES:
        looks = re.findall(r"looks at .*", pathology_page(pathology, RULES, Screen()))
        assert not [line for line in looks if "none" in line]
    assert "looks at norms: every curve of grad_norm\n" in pathology_page("zero-gradient", RULES, Screen())


def test_the_page_of_a_rule_says_what_its_measurements_are():
    rule = next(rule for rule in RULES.rules if rule.name == "overfitting")
    page = flat(rule_page(rule, RULES, Screen()))
    for name, use in rule.features.items():
        assert f"- {name} = {use.use}(" in page
