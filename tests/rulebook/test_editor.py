"""The JSON Schema of rule files: what loads passes, and what an editor should underline does not."""

import json
import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from loganalyzer.rulebook.editor import rule_schema
from loganalyzer.rulebook.load import OTHERS, default_directory
from loganalyzer.rulebook.skeleton import skeleton

PUBLISHED = Path(__file__).parents[2] / "docs" / "rule.schema.json"
RULES = sorted(path for path in default_directory().glob("*/*.yaml") if path.parent.name not in OTHERS)
SCHEMA = json.loads(rule_schema())


class Editor(yaml.SafeLoader):
    """YAML 1.2 as editors read it: `no` and `on` are words, `1e-3` is a number."""


Editor.yaml_implicit_resolvers = {}
Editor.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("(true|false)$"), list("tf"))
NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?$")
Editor.add_implicit_resolver("tag:yaml.org,2002:float", NUMBER, list("-+.0123456789"))


def faults(text):
    content = yaml.load(text, Editor)
    return [error.json_path for error in Draft202012Validator(SCHEMA).iter_errors(content)]


def test_the_published_schema_is_fresh():
    assert PUBLISHED.read_text(encoding="utf-8") == rule_schema(), "run `make schema`"
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_the_rules_of_the_package_pass(path):
    assert faults(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("right", "wrong", "place"),
    [
        ("severity: warning", "severity: fatal", "$.severity"),
        ("schema: loganalyzer.rule/1", "schema: loganalyzer.rule/9", "$.schema"),
        ("use: end_level", "use: end_levle", "$.features.end.use"),
        ("of: loss}", "off: loss}", "$.features.end"),
        ("quantity: loss", "quantity: losses", "$.inputs.loss"),
        ("min_points: 5", "min_points: many", "$.needs.min_points"),
        ("title: The", "tittle: The", "$"),
        ("expect: fires", "expect: burns", "$.tests"),
    ],
)
def test_what_is_wrong_is_underlined(right, wrong, place):
    text = skeleton("high-loss", "mine", "MIN001")
    assert faults(text) == []
    assert right in text
    found = faults(text.replace(right, wrong, 1))
    assert found
    assert all(one.startswith(place) for one in found)
