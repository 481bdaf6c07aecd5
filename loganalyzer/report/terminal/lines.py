"""Paragraphs laid out for a screen."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from io import StringIO

from rich.console import Console
from rich.text import Text

from loganalyzer.report.renderers import Screen
from loganalyzer.report.terminal.escape import clean

_MIN_ROOM = 20
_MAX_WIDTH = 110  # longer lines are hard to read


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph; wrapped lines hang below the first letter after `lead`, `fixed` ones are not wrapped."""

    text: str
    lead: str = ""
    style: str = ""
    fixed: bool = False


def lay_out(lines: Iterable[Line], screen: Screen) -> list[Text]:
    """Paragraphs as safe lines no wider than the screen, long words and `fixed` lines excepted."""
    return [text for line in lines for text in _wrapped(line, screen)]


def to_string(lines: Iterable[Text], screen: Screen) -> str:
    """Lines with a newline behind each, with colour codes where the screen has colour."""
    out = StringIO()
    console = Console(
        file=out,
        color_system="standard" if screen.color else None,
        force_terminal=screen.color,
        highlight=False,
        legacy_windows=False,
        _environ={},
    )
    for line in lines:
        console.print(line, soft_wrap=True)
    return out.getvalue()


def _wrapped(line: Line, screen: Screen) -> list[Text]:
    lead = clean(line.lead, screen)
    text = clean(line.text, screen)
    if line.fixed or screen.width is None:
        return [Text((lead + text).rstrip(), line.style)]
    room = max(min(screen.width, _MAX_WIDTH) - len(lead), _MIN_ROOM)
    parts = textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False) or [""]
    blank = " " * len(lead)
    return [Text(((blank if i else lead) + part).rstrip(), line.style) for i, part in enumerate(parts)]
