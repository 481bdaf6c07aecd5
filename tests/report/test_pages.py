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
    by_name = {line.split()[0]: line for line in lines[1:-2]}
    assert list(by_name) == [rule.name for rule in RULES.rules]
    for rule in RULES.rules:
        assert rule.title in by_name[rule.name]
        assert (rule.name == rule.pathology) is not by_name[rule.name].endswith(f"({rule.pathology})")
