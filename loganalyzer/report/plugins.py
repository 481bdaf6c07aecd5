"""Formats that other packages bring, by the entry points of the group `loganalyzer.renderers`.

An entry point names a `Renderer`, or any object with `name`, `suffix` and `render(report, screen)` like one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from loganalyzer.errors import LogAnalyzerError
from loganalyzer.extensions import RAISED, described, extensions
from loganalyzer.report.renderers import RENDERERS, Renderer, Report, Screen

GROUP = "loganalyzer.renderers"


def plugin_renderers() -> tuple[Renderer, ...]:
    """The formats of other packages that could be loaded, by the names of their entry points."""
    return _found()[0]


def plugin_faults() -> tuple[str, ...]:
    """A sentence for each package whose format cannot be used."""
    return tuple(
        f"{GROUP}:{name}: expected a format of another package that works, found one that does not "
        f"({fault}); update or remove it"
        for name, fault in _found()[1]
    )


@cache
def _found() -> tuple[tuple[Renderer, ...], tuple[tuple[str, str], ...]]:
    return extensions(GROUP, _accepted)


def _accepted(_: str, thing: Any) -> Renderer:  # noqa: ANN401 - whatever the entry point names
    """A renderer that raises nothing but errors of ours.

    Raises:
        AttributeError: something of it is missing.
        TypeError: something of it is not what it should be.
    """
    name, suffix = thing.name, thing.suffix
    if not (
        isinstance(name, str) and isinstance(suffix, str) and suffix[:1] == "." and callable(thing.render)
    ):
        raise TypeError("expected a `name`, a `suffix` like '.txt' and a function `render`")
    if any(name == one.name or suffix == one.suffix for one in RENDERERS):
        raise TypeError(f"the format {name!r} ({suffix}) is one of the package itself; choose another name")
    return Renderer(name, suffix, _guarded(name, thing.render))


def _guarded(name: str, render: Callable[[Report, Screen], Any]) -> Callable[[Report, Screen], str]:
    def guarded(report: Report, screen: Screen) -> str:
        try:
            text = render(report, screen)
        except RAISED as error:
            raise _failed(name, f"raised {described(error)}") from error
        if not isinstance(text, str):
            raise _failed(name, f"gave a {type(text).__name__} in place of a text")
        return text

    return guarded


def _failed(name: str, what: str) -> LogAnalyzerError:
    say = f"the format {name!r}, which another package brings, {what}; "
    return LogAnalyzerError(f"{say}report it to that package, or choose another --format")
