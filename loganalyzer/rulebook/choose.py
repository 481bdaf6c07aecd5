"""The rules in force: those of the package, and whatever is added to them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from loganalyzer.errors import LogAnalyzerError, RulebookError, unknown
from loganalyzer.model.rule import Rulebook
from loganalyzer.rulebook.load import default_directory, load_rulebook
from loganalyzer.rulebook.plugins import plugin_folders
from loganalyzer.rulebook.profiles import DEFAULT, profile_names


def choose_rulebook(directories: Sequence[Path], profile: str = DEFAULT, *, tests: bool = False) -> Rulebook:
    """The rules of the package, with those of other packages and of `directories` added or in their place.

    Those of the package come without their tests unless these are asked for.

    Raises:
        LogAnalyzerError: a folder is missing, or none has the profile.
        RulebookError: a rule is refused.
    """
    for directory in directories:
        _refuse_faulty(directory)
    folders = (default_directory(), *plugin_folders(), *directories)
    if profile and profile not in (names := profile_names(folders)):
        raise unknown("profile", profile, names)
    return load_rulebook(folders, profile, tests=tests)


def _refuse_faulty(directory: Path) -> None:
    """A rule that `rules check` finds fault with is refused before the scan, not in every run of it."""
    from loganalyzer.rulebook.lint import lint

    if not directory.is_dir():
        raise LogAnalyzerError(f"{directory}: expected a folder of rules, found none; check --rules")
    if errors := lint(directory):
        raise RulebookError(errors)
