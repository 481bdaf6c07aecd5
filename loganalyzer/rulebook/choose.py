"""The rules in force: those of the package, and whatever is added to them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from loganalyzer.errors import LogAnalyzerError, RulebookError, unknown
from loganalyzer.model.rule import Rulebook
from loganalyzer.rulebook.lint import lint
from loganalyzer.rulebook.load import default_directory, load_rulebook
from loganalyzer.rulebook.profiles import DEFAULT, profile_names


def choose_rulebook(directories: Sequence[Path], profile: str = DEFAULT, *, tests: bool = False) -> Rulebook:
    """The rules of the package, with those of `directories` added or put in their place.

    Those of the package come without their tests unless these are asked for.

    Raises:
        LogAnalyzerError: a folder is missing, or none has the profile.
        RulebookError: a rule is refused.
    """
    for directory in directories:
        if not directory.is_dir():
            raise LogAnalyzerError(f"{directory}: expected a folder of rules, found none; check --rules")
        # A rule that `rules check` finds fault with is refused before the scan, not in every run of it.
        if errors := lint(directory):
            raise RulebookError(errors)
    folders = (default_directory(), *directories)
    if profile and profile not in (names := profile_names(folders)):
        raise unknown("profile", profile, names)
    return load_rulebook(folders, profile, tests=tests)
