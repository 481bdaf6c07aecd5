"""Rules that other packages bring, by the entry points of the group `loganalyzer.rules`.

An entry point names a package, whose folder holds the rules, or the path of a folder. Rules in which
`rules check` finds fault are left out, and that is said.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from loganalyzer.errors import RulebookError
from loganalyzer.extensions import extensions

GROUP = "loganalyzer.rules"


def plugin_folders() -> tuple[Path, ...]:
    """The folders of rules of other packages that are in order, by the names of their entry points."""
    return _found()[0]


def plugin_faults() -> tuple[str, ...]:
    """A sentence for each package whose rules cannot be used."""
    return tuple(
        f"{GROUP}:{name}: expected sound rules of another package, found none ({fault}); they are left out; "
        "update or remove it"
        for name, fault in _found()[1]
    )


@cache
def _found() -> tuple[tuple[Path, ...], tuple[tuple[str, str], ...]]:
    return extensions(GROUP, _folder)


def _folder(_: str, thing: Any) -> Path:  # noqa: ANN401 - whatever the entry point names
    """The folder that an entry point stands for.

    Raises:
        TypeError: it names neither a package nor a path.
        NotADirectoryError: there is no folder.
        RulebookError: a rule in it is refused.
    """
    places = list(getattr(thing, "__path__", ())) or [thing]
    folder = Path(places[0])
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder}: expected a folder of rules")
    from loganalyzer.rulebook.lint import lint

    if errors := lint(folder):
        raise RulebookError(errors)
    return folder
