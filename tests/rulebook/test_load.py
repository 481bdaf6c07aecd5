from __future__ import annotations

import os
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from rule_files import REMEDY, RULE, write_rules

from loganalyzer.errors import RulebookError
from loganalyzer.model.finding import Reference
from loganalyzer.model.rule import EvidenceLine, FeatureUse, Input, Needs, Param, RemedyUse, RuleCase
from loganalyzer.rulebook import load
from loganalyzer.rulebook.load import default_directory, load_located, load_rulebook


def refused(*directories):
    with pytest.raises(RulebookError) as caught:
        load_rulebook(directories)
    root = os.path.commonpath(directories) if len(directories) > 1 else directories[0]
    return [f"{os.path.relpath(e.path, root)}:{e.line}:{e.column}: {e.text}" for e in caught.value.errors]


def test_a_rule_and_a_remedy(tmp_path):
    book = load_rulebook([write_rules(tmp_path)])
    (rule,) = book.rules
    assert (rule.name, rule.id, rule.family, rule.since) == ("rising", "T001", "shape", "0.1")
    assert rule.description == "Says so when the curve rises."
    assert rule.falsepositives == ("none known",)
    assert rule.inputs == {
        "val": Input(("loss",), ("validation",)),
        "lr": Input(("lr",), ("train", "none"), optional=True),
    }
    assert rule.needs == Needs(3, finite=False)
    assert rule.params["min_rise"] == Param(0.1, "fraction", "no")
    assert rule.features["rise"] == FeatureUse("rise_since", {"of": "val", "since": "best"})
    assert list(rule.features) == ["best", "rise", "n", "rates"]
    assert rule.evidence[1] == EvidenceLine("rates", "{rates} rates", of="lr", when="isfinite(rates)")
    assert rule.remedies == (RemedyUse("stop", "it rose by {rise:.0%}", "rise > 2 * min_rise"),)
    assert rule.references == (Reference("A book", "https://example.org/book"),)
    assert rule.tests[0] == RuleCase("rises", "fires", {"val": "2-0.1x9 1.1+0.1x9"}, {"best": 9.0})
    assert rule.tests[3] == RuleCase("nothing there", "not_applicable")
    assert book.remedies["stop"].do == ("Stop at the best step.",)


def test_the_digest_is_of_relative_paths_and_bytes(tmp_path):
    book = load_rulebook([write_rules(tmp_path / "one")])
    expected = sha256()
    for name, text in (("remedies/stop.yaml", REMEDY), ("shape/rising.yaml", RULE)):
        data = text.encode()
        expected.update(f"{name}\0{len(data)}\0".encode() + data)
    of_all = f"{expected.hexdigest()}\0default".encode()
    assert book.digest == sha256(of_all).hexdigest()
    assert load_rulebook([write_rules(tmp_path / "two")]).digest == book.digest
    changed = write_rules(tmp_path / "three", RULE + "# a comment\n")
    assert load_rulebook([changed]).digest != book.digest


def test_a_later_folder_adds_and_overrides(tmp_path):
    first = write_rules(tmp_path / "first")
    second = write_rules(tmp_path / "second", RULE.replace("title: The", "title: My"))
    other = RULE.replace("name: rising", "name: other", 1).replace("T001", "A001")
    (second / "shape" / "other.yaml").write_text(other, encoding="utf-8")
    loaded = load_located([first, second])
    assert [(rule.id, rule.name) for rule in loaded.rulebook.rules] == [("A001", "other"), ("T001", "rising")]
    assert loaded.rulebook.rules[1].title == "My curve rises"
    assert Path(loaded.documents["rule", "rising"].path) == second / "shape" / "rising.yaml"
    assert list(loaded.documents) == [("remedy", "stop"), ("rule", "other"), ("rule", "rising")]
    assert load_rulebook([second, first]).rules[1].title == "The curve rises"
    assert load_rulebook([first, second]).digest != load_rulebook([second, first]).digest


def test_a_name_twice_in_one_folder_is_refused(tmp_path):
    write_rules(tmp_path)
    write_rules(tmp_path, name="twin")
    (line,) = refused(tmp_path)
    assert line.startswith("shape/twin.yaml:3:7: the name `rising` is that of ")
    assert line.endswith("shape/rising.yaml too; rename one")


def test_all_errors_of_all_files_come_at_once(tmp_path):
    broken = RULE.replace("params:", "paramms:").replace("split: validation", "split: valid")
    write_rules(tmp_path, broken, REMEDY.replace("cost: low", "cost: none\ncost: low"))
    (tmp_path / "shape" / "bad.yaml").write_bytes(b"a: \xff\n")
    (tmp_path / "shape" / "empty.yaml").touch()
    assert refused(tmp_path) == [
        "remedies/stop.yaml:6:7: `none` is not allowed here; expected one of high, low, medium",
        "remedies/stop.yaml:7:1: key `cost` is already in line 6; remove one",
        "shape/bad.yaml:1:4: expected UTF-8 text, found the byte 0xff; save it as UTF-8",
        "shape/empty.yaml:1:1: expected a mapping, found an empty file",
        "shape/rising.yaml:1:1: expected the key params",
        "shape/rising.yaml:15:32: `valid` is not allowed here; did you mean `validation`?",
        "shape/rising.yaml:18:1: unknown key `paramms`; did you mean `params`?",
    ]


def test_missing_keys_are_listed(tmp_path):
    write_rules(tmp_path, "schema: loganalyzer.rule/1\nname: x\n")
    (line,) = refused(tmp_path)
    assert line.startswith("shape/rising.yaml:1:1: expected keys id, pathology, title, ")


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        (
            RULE.replace("rule/1", "rule/2"),
            "1:9: expected the schema loganalyzer.rule/1, found `loganalyzer.rule/2`",
        ),
        (REMEDY, "1:9: expected the schema loganalyzer.rule/1, found `loganalyzer.remedy/1`"),
        ("- a\n- b\n", "1:1: expected a mapping with schema, id, name"),
        ("text\n", "1:1: expected a mapping with schema, id, name"),
    ],
)
def test_a_file_that_is_no_rule(tmp_path, rule, line):
    (found,) = refused(write_rules(tmp_path, rule))
    assert found.startswith(f"shape/rising.yaml:{line}")


def test_files_in_the_wrong_place_are_not_passed_over(tmp_path):
    write_rules(tmp_path)
    for name in ("top.yaml", "shape/deep/rule.yaml", "shape/other.yml", "shape/LOUD.YAML"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(RULE, encoding="utf-8")
    for name in ("README.md", "shape/.hidden.yaml", "shape/notes.txt", ".git/x/y.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("text", encoding="utf-8")
    lines = refused(tmp_path)
    found = [line.split(":")[0] for line in lines]
    assert found == ["shape/LOUD.YAML", "shape/deep", "shape/other.yml", "top.yaml"]
    assert all("expected <family>/<name>.yaml or remedies/<id>.yaml" in line for line in lines)


def test_what_is_no_regular_file_is_not_opened(tmp_path):
    write_rules(tmp_path)
    os.mkfifo(tmp_path / "shape" / "pipe.yaml")
    (tmp_path / "shape" / "gone.yaml").symlink_to(tmp_path / "nowhere.yaml")
    assert [rule.name for rule in load_rulebook([tmp_path]).rules] == ["rising"]


def test_links_are_followed_but_a_loop_is_an_error(tmp_path):
    write_rules(tmp_path / "there")
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "shape").symlink_to(tmp_path / "there" / "shape")
    assert [rule.name for rule in load_rulebook([tmp_path / "here"]).rules] == ["rising"]
    (tmp_path / "here" / "loop").symlink_to(tmp_path / "here")
    assert [line.split(":")[0] for line in refused(tmp_path / "here")] == ["loop/loop", "loop/shape"]


def test_a_folder_that_cannot_be_listed_is_told(tmp_path, monkeypatch):
    write_rules(tmp_path)
    listed = Path.iterdir

    def iterdir(path):
        if path.name == "shape":
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(Path, "iterdir", iterdir)
    assert refused(tmp_path) == ["shape:1:1: cannot be listed: Permission denied"]


def test_a_file_that_cannot_be_read_is_told(tmp_path, monkeypatch):
    write_rules(tmp_path)

    def open_(path, mode):
        raise OSError(5, "Input/output error", str(path))

    monkeypatch.setattr(Path, "open", open_)
    assert refused(tmp_path) == [
        "remedies/stop.yaml:1:1: cannot be read: Input/output error",
        "shape/rising.yaml:1:1: cannot be read: Input/output error",
    ]


def test_a_folder_without_rules(tmp_path):
    assert refused(tmp_path) == [".:1:1: no rules here; expected <family>/<name>.yaml files"]
    assert refused(tmp_path / "none") == [".:1:1: cannot be listed: No such file or directory"]


def test_a_large_file_is_refused_without_being_read_whole(tmp_path):
    write_rules(tmp_path)
    with (tmp_path / "shape" / "large.yaml").open("wb") as file:
        file.truncate(1 << 34)
    (line,) = refused(tmp_path)
    assert "a rule file has at most 1048576" in line


def test_the_default_folder_is_in_the_package_or_beside_it(tmp_path, monkeypatch):
    beside = default_directory()
    assert beside.name == "rules"
    assert (beside / "remedies").is_dir()
    module = tmp_path / "loganalyzer" / "rulebook" / "load.py"
    monkeypatch.setattr(load, "__file__", str(module))
    assert default_directory() == tmp_path / "rules"
    (tmp_path / "loganalyzer" / "_rules").mkdir(parents=True)
    assert default_directory() == tmp_path / "loganalyzer" / "_rules"


def test_the_package_s_rules_without_their_tests_are_else_the_same():
    whole, lean = (load_rulebook([default_directory()], tests=tests) for tests in (True, False))
    assert [replace(rule, tests=()) for rule in whole.rules] == list(lean.rules)
    assert all(rule.tests and not bare.tests for rule, bare in zip(whole.rules, lean.rules, strict=True))
    assert (lean.remedies, lean.digest) == (whole.remedies, whole.digest)


def test_rules_of_others_keep_their_tests_wherever_these_stand(tmp_path):
    moved = RULE.split("\ntests:")[0].replace(
        "schema:", "tests:" + RULE.split("\ntests:")[1] + "\nschema:", 1
    )
    (rule,) = load_rulebook([write_rules(tmp_path, moved)], tests=False).rules
    assert len(rule.tests) > 2
