from __future__ import annotations

import sys

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from loganalyzer.rulebook import locate
from loganalyzer.rulebook.locate import Document, MappingNode, ScalarNode, SequenceNode, compose

LOADERS = [yaml.SafeLoader, yaml.CSafeLoader]


@pytest.fixture(params=LOADERS, ids=lambda loader: loader.__name__, autouse=True)
def _loader(request, monkeypatch):
    monkeypatch.setattr(locate, "_LOADER", request.param)


def composed(text):
    """The node of a text and the complaints as (line, column, text)."""
    complaints = []
    data = text if isinstance(text, bytes) else text.encode()
    node = compose(data, lambda place, said: complaints.append((place.line, place.column, said)))
    return node, complaints


def plain(node):
    match node:
        case MappingNode():
            return {key: plain(entry.value) for key, entry in node.entries.items()}
        case SequenceNode():
            return [plain(item) for item in node.items]
        case ScalarNode():
            return node.text
    raise AssertionError(node)


def test_the_c_parser_is_used_where_there_is_one():
    assert yaml.CSafeLoader in LOADERS
    assert "yaml._yaml" in sys.modules


def test_nodes_and_places():
    node, complaints = composed(
        "a: 1\nb:\n  - x y\n  - 'q'\n  - {k: no}\nc: |\n  two\n  lines\nd: long\n  plain\n"
    )
    assert complaints == []
    assert plain(node) == {
        "a": "1",
        "b": ["x y", "q", {"k": "no"}],
        "c": "two\nlines",
        "d": "long plain",
    }
    entries = node.entries
    assert entries["a"].value == ScalarNode(1, 4, "1", "", True)
    assert entries["b"].key[:2] == (2, 1)
    assert entries["b"].value.items[1] == ScalarNode(4, 5, "q", "'", True)
    assert entries["b"].value.items[2].entries["k"].value == ScalarNode(5, 9, "no", "", True)
    assert entries["c"].value.style == "|"
    assert not entries["c"].value.inline
    assert not entries["d"].value.inline


def test_a_byte_order_mark_and_crlf_are_read():
    node, complaints = composed(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")
    assert plain(node) == {"a": "1", "b": "2"}
    assert complaints == []
    assert node.entries["b"].key[:2] == (2, 1)


def test_all_duplicate_keys_are_told_and_the_first_is_kept():
    node, complaints = composed("a: 1\nb: {c: 1, c: 2}\na: 3\n")
    assert plain(node) == {"a": "1", "b": {"c": "1"}}
    assert [place[:2] for place in complaints] == [(2, 11), (3, 1)]
    assert complaints[1][2] == "key `a` is already in line 1; remove one"


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("", 1, 1, "empty"),
        ("# only\n", 1, 1, "empty"),
        ("a: 1\n---\nb: 2\n", 2, 1, "second document"),
        ("a: &x 1\n", 1, 4, "anchor &x"),
        ("a: *x\n", 1, 4, "aliases"),
        ("a: !!python/object/apply:os.system ['true']\n", 1, 4, "tag tag:yaml.org,2002:python/object/apply"),
        ("a: !!str 1\n", 1, 4, "tag"),
        ("a: !mine 1\n", 1, 4, "tag !mine"),
        ("!!map {a: 1}\n", 1, 1, "tag"),
        ("? [a, b]\n: 1\n", 1, 3, "expected a key"),
        ("{{a}: 1}\n", 1, 2, "expected a key"),
        ("%YAML 1.1\n---\na: 1\n", 1, 1, "directives"),
        ("a: 1\n%TAG ! tag:x\n", 2, 1, "directives"),
        ("a: b: c\n", 1, 5, "not YAML"),
        ("a: [1\n", 2, 1, "not YAML"),
        ("a: 'open\n", 2, 1, "not YAML"),
        ("a: 1\n  b: 2\n", 2, 4, "not YAML"),
        ("a:\n\t- 1\n", 2, 1, "not YAML"),
        ("a: @b\n", 1, 4, "not YAML"),
        ("a: 1\nb: \x1b[31m\n", 2, 4, "control character '\\x1b'"),
        ("a: \x00\n", 1, 4, "control character"),
        ("a: \x7f\n", 1, 4, "control character"),
        ("a: \ufffe\n", 1, 4, "control character"),
    ],
)
def test_refused(text, line, column, said):
    node, complaints = composed(text)
    assert len(complaints) == 1
    assert said in complaints[0][2]
    assert node is None
    assert complaints[0][:2] == (line, column)


@pytest.mark.parametrize(
    ("data", "line", "column"),
    [(b"a: caf\xe9\n", 1, 7), ("a: é\nb: ".encode() + b"\xff\xfe", 2, 4), (b"\xff\xfea\x00", 1, 1)],
)
def test_other_encodings_are_refused_at_the_byte(data, line, column):
    node, complaints = composed(data)
    assert node is None
    assert complaints[0][:2] == (line, column)
    assert "UTF-8" in complaints[0][2]


BILLION_LAUGHS = "a: &a [lol, lol]\n" + "".join(
    f"{k}: &{k} [*{p}, *{p}]\n" for p, k in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BILLION_LAUGHS, "anchor"),
        ("[" * 500_000, "nested deeper"),
        ("{a: " * 200_000, "nested deeper"),
        ("- " * 400_000, "nested deeper"),
        ("? " * 400_000, "expected a key"),
        ("[" + "a," * 400_000, "more than 10000 values"),
        ("a: [" + "{}," * 300_000, "more than 10000 values"),
        ("x" * 2_000_000, "at most 1048576"),
        ("%TAG !a! tag:x\n" * 60_000, "directives"),
        ("!" * 1_000_000, ""),
        ("&" * 1_000_000, ""),
        ("'" + "''" * 500_000, "not YAML"),
        ('"' + "\\n" * 500_000, "not YAML"),
        ("a: " * 300_000, "not YAML"),
    ],
    ids=lambda value: value[:8],
)
def test_hostile_files_are_refused_at_small_cost(text, said):
    node, complaints = composed(text)
    assert node is None
    assert len(complaints) == 1
    assert said in complaints[0][2]
    assert len(complaints[0][2]) < 300


def test_budgets_are_inclusive():
    node, complaints = composed("[" * locate.MAX_DEPTH + "]" * locate.MAX_DEPTH)
    assert (node is not None, complaints) == (True, [])
    assert composed("[" * (locate.MAX_DEPTH + 1) + "]" * (locate.MAX_DEPTH + 1))[0] is None
    most = "[" + ",".join(["a"] * (locate.MAX_NODES - 1)) + "]"
    node, complaints = composed(most)
    assert len(node.items) == locate.MAX_NODES - 1
    assert composed(most[:-1] + ",a]")[0] is None
    whole = "a: 1 #" + "x" * (locate.MAX_BYTES - 6)
    assert plain(composed(whole)[0]) == {"a": "1"}
    assert composed(whole + "x")[0] is None


def test_error_places():
    text = "a:\n  b: 'x and y'\n  c: |\n    x and\n    y\n  d: [p, {q: r}]\n"
    document = Document("f.yaml", composed(text)[0])

    def place(*keys, column=0):
        error = document.error(keys, "wrong", column)
        return error.line, error.column

    assert place() == (1, 1)
    assert place("a") == (1, 1)
    assert place("a", "b") == (2, 6)
    assert place("a", "b", column=3) == (2, 9)
    assert place("a", "d") == (6, 3)
    assert place("a", "d", 0) == (6, 7)
    assert place("a", "d", 1) == (6, 10)
    assert place("a", "d", 1, "q") == (6, 14)
    assert place("a", "d", 7) == (6, 3)
    assert place("a", "missing") == (1, 1)
    error = document.error(("a", "c"), "wrong", 4)
    assert (error.line, str(error)) == (3, "f.yaml:3:6: at character 4 of the text: wrong")


LEAVES = st.text(alphabet="ab 1.-:#'\"\n", max_size=8)
TREES = st.recursive(
    LEAVES, lambda t: st.lists(t, max_size=3) | st.dictionaries(LEAVES, t, max_size=3), max_leaves=10
)


@given(TREES)
def test_reads_what_a_writer_of_yaml_writes(tree):
    text = yaml.safe_dump(tree, default_style='"', sort_keys=False, allow_unicode=True)
    node, complaints = composed(text)
    assert complaints == []
    assert plain(node) == tree


@given(st.binary(max_size=60) | st.text(alphabet="a:-[]{},&*!|>'\"%#?@` \n\t", max_size=40).map(str.encode))
def test_any_bytes_are_a_node_or_complaints(data):
    node, complaints = composed(data)
    assert (node is None) <= bool(complaints)
    assert all(line >= 1 and column >= 1 for line, column, _ in complaints)
