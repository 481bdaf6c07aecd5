"""Hyper-parameters of trackers: texts, JSON and YAML within bounds."""

import contextlib
import json
import math

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from loganalyzer.readers.stores.plain_yaml import from_yaml, settings_in
from loganalyzer.readers.stores.settings import flatten, from_json, number_of, typed

KEYS = st.text("abcxyz_", min_size=1, max_size=8)
LEAVES = (
    st.booleans() | st.integers(-(10**12), 10**12) | st.floats(allow_nan=False) | st.text("abc -", max_size=9)
)
TREES = st.dictionaries(
    KEYS, st.recursive(LEAVES, lambda inner: st.dictionaries(KEYS, inner) | st.lists(inner))
)


@pytest.mark.parametrize(
    "text, value",
    [
        ("1", 1.0),
        ("-.5e-3", -0.0005),
        ("1.", 1.0),
        (" 0.1\n", 0.1),
        ("inf", math.inf),
        ("-Infinity", -math.inf),
        (".inf", math.inf),
        ("True", True),
        ("false", False),
        ("yes", "yes"),
        ("None", "None"),
        ("", ""),
        ("1_000", "1_000"),
        ("0x10", "0x10"),
        ("12e4567", "12e4567"),
        ("1e400", "1e400"),
        ("--1", "--1"),
        ("+-inf", "+-inf"),
        ("..nan", "..nan"),
        ("١", "١"),
        ("9" * 401, "9" * 401),
        ("x" * 2000, "x" * 1000),
    ],
)
def test_texts_become_what_they_spell(text, value):
    assert typed(text) == value and type(typed(text)) is type(value)


def test_nan_is_spelled_in_many_ways():
    assert all(math.isnan(typed(text)) for text in ("nan", "NaN", ".nan", ".NaN", "-nan"))


@given(st.text(max_size=30))
def test_a_number_is_what_python_takes_for_one_and_nothing_else(text):
    value = number_of(text)
    if value is not None and not text.lstrip("+-").startswith("."):
        assert repr(value) == repr(float(text)) or math.isnan(value)


@given(TREES)
@settings(max_examples=40, deadline=None)
def test_json_and_yaml_give_the_same_settings(tree):
    flat = flatten(tree)
    assert flatten(from_json(json.dumps(tree))) == flat
    assert repr(flatten(from_yaml(yaml.safe_dump(tree, sort_keys=False).encode()))) == repr(flat)


def test_settings_are_flat_and_few():
    tree = {"a": {"b": [1, {"c": True}], "d": None}, "e": "x" * 5000, 3: 10**400}
    assert flatten(tree) == {"a/b/0": 1.0, "a/b/1/c": True, "e": "x" * 1000, "3": math.inf}
    assert len(flatten({str(i): i for i in range(5000)})) == 1000
    deep: object = 1
    for _ in range(200):
        deep = {"k": deep}
    assert flatten({"a": deep, "b": 2}) == {"b": 2.0}


@pytest.mark.parametrize("text", ["", "{", "[" * 200_000, '{"a": ' + "1" * 401 + "}", "nope", '"\\ud800'])
def test_odd_json_is_refused(text):
    with pytest.raises(ValueError):
        from_json(text)


def test_yaml_is_plain_data():
    text = b"""
    base: &base {lr: 1e-3, name: '1', flag: true, none: ~, nan: .nan}
    copy: *base
    merged: {<<: *base}
    object: !!python/object/apply:os.system ["echo no"]
    unknown: !mine 5
    date: 2024-01-01
    octal: 010
    norway: no
    ? [1, 2]
    : listed
    me: &me [*me, 1]
    """
    tree = from_yaml(text)
    assert tree["copy"] == tree["merged"]["<<"] == tree["base"] | {"none": None}
    assert (tree["base"]["lr"], tree["base"]["name"], tree["base"]["flag"]) == (0.001, "1", True)
    assert tree["object"] == ["echo no"] and tree["unknown"] == 5.0
    assert (tree["date"], tree["octal"], tree["norway"]) == ("2024-01-01", 10.0, "no")
    assert tree["[1.0, 2.0]"] == "listed" and tree["me"] == [None, 1.0]


LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 12)
)


@pytest.mark.parametrize(
    "text",
    [
        LAUGHS,
        "[" * 100_000,
        "{a: " * 60 + "}" * 60,
        "- x\n" * 10_001,
        "a: [",
        "a: 'b",
        "\t- a",
        "a: *missing",
        "x" * (1024 * 1024 + 1),
        "\0",
        "a: \x07",
    ],
)
def test_odd_yaml_is_refused(text):
    try:
        tree = from_yaml(text.encode())
    except ValueError:
        tree = None
    assert tree in (None, {"a": None})


@given(st.binary(max_size=100))
def test_no_bytes_are_too_odd(data):
    with contextlib.suppress(ValueError):
        flatten(from_yaml(data))


def test_a_settings_file_is_a_table_or_nothing(tmp_path):
    path = tmp_path / "params.yaml"
    assert settings_in(path) == {}
    for text, expected in (("a: 1", {"a": 1.0}), ("- a", {}), ("a: [", {}), ("", {})):
        path.write_text(text)
        assert settings_in(path) == expected
    path.write_text("a: 1\n" + "#" * 1024 * 1024)
    assert settings_in(path) == {}
    link = tmp_path / "link.yaml"
    link.symlink_to(path)
    assert settings_in(link) == {}
