"""Profiles: other thresholds by name, each refused where it names what is not there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from rule_files import write_rules

from loganalyzer.errors import RulebookError
from loganalyzer.rulebook.load import default_directory, load_rulebook
from loganalyzer.rulebook.profiles import profile_names, profile_text

PROFILE = """schema: loganalyzer.profile/1
name: strict
description: A test.
thresholds:
  rising: {min_rise: 0.01}
"""


def with_profile(folder: Path, text: str = PROFILE, name: str = "strict") -> Path:
    write_rules(folder)
    (folder / "profiles").mkdir(exist_ok=True)
    (folder / "profiles" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def threshold(folders, profile) -> float:
    (rule,) = load_rulebook(folders, profile).rules
    return rule.params["min_rise"].default


def test_the_profile_asked_for_changes_its_thresholds_and_no_other(tmp_path):
    folder = with_profile(tmp_path)
    assert threshold([folder], "strict") == 0.01
    assert threshold([folder], "default") == 0.1
    book = load_rulebook([folder], "strict")
    assert book.profile == "strict"
    (plain,) = load_rulebook([folder]).rules
    (changed,) = book.rules
    assert changed.params["min_rise"].help == plain.params["min_rise"].help
    assert changed.condition == plain.condition


def test_each_profile_has_a_digest_of_its_own(tmp_path):
    folder = with_profile(tmp_path)
    assert load_rulebook([folder], "strict").digest != load_rulebook([folder]).digest


def test_a_later_folder_has_the_last_word_and_default_needs_no_name(tmp_path):
    first = with_profile(tmp_path / "first")
    second = tmp_path / "second"
    (second / "profiles").mkdir(parents=True)
    (second / "profiles" / "strict.yaml").write_text(PROFILE.replace("0.01", "0.02"), encoding="utf-8")
    (second / "profiles" / "default.yaml").write_text(
        PROFILE.replace("name: strict", "name: default").replace("0.01", "0.3"), encoding="utf-8"
    )
    assert threshold([first, second], "strict") == 0.02
    assert threshold([first, second], "default") == 0.3
    assert profile_names([first, second]) == ("default", "strict")


SCHEMAS = "expected the schema loganalyzer.profile/1, found `loganalyzer.profile/9`"


@pytest.mark.parametrize(
    ("old", "new", "place", "expected"),
    [
        ("rising:", "risin:", "5:3", "no rule `risin`; did you mean `rising`?"),
        ("min_rise", "rise", "5:18", "the rule rising has no param `rise`; did you mean `min_rise`?"),
        ("0.01", "much", "5:22", "expected a number; found `much`"),
        ("name: strict", "name: loose", "2:7", "expected the name `strict` of the file, found `loose`"),
        ("profile/1", "profile/9", "1:9", SCHEMAS),
    ],
)
def test_what_a_profile_cannot_change_is_refused_with_its_place(tmp_path, old, new, place, expected):
    folder = with_profile(tmp_path, PROFILE.replace(old, new))
    with pytest.raises(RulebookError) as caught:
        load_rulebook([folder])
    (error,) = caught.value.errors
    assert os.path.relpath(error.path, folder) == "profiles/strict.yaml"
    assert (f"{error.line}:{error.column}", error.text) == (place, expected)


def test_a_written_profile_is_read_back(tmp_path):
    changes = [("rising", "min_rise", 0.1, 0.123)]
    text = profile_text("strict", 'a "quoted" \n description: yes', changes)
    assert threshold([with_profile(tmp_path, text)], "strict") == 0.123
    assert "# was 0.1\n" in text


def test_the_profiles_of_the_package_move_thresholds_apart():
    strict, lenient = (load_rulebook([default_directory()], name) for name in ("strict", "lenient"))
    default = {rule.name: rule for rule in load_rulebook([default_directory()]).rules}
    for book in (strict, lenient):
        changed = [rule for rule in book.rules if rule.params != default[rule.name].params]
        assert len(changed) >= 5
    for hard, soft in zip(strict.rules, lenient.rules, strict=True):
        for name, param in hard.params.items():
            middle, other = default[hard.name].params[name].default, soft.params[name].default
            assert (param.default - middle) * (other - middle) <= 0, (hard.name, name)
