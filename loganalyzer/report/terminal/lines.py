"""Paragraphs laid out for a screen; rich's console would take longer to load than a small run to judge."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass

from loganalyzer.report.renderers import Screen
from loganalyzer.report.terminal.escape import clean

_MIN_ROOM = 20
_MAX_WIDTH = 110  # longer lines are hard to read
_CODES = {"bold": 1, "dim": 2, "red": 31, "green": 32, "yellow": 33, "magenta": 35, "cyan": 36}

Span = tuple[str, str]
"""A piece of a line and its style: words of `_CODES`, or none."""


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph; wrapped lines hang below the first letter after `lead`, `fixed` ones are not wrapped."""

    text: str
    lead: str = ""
    style: str = ""
    fixed: bool = False


def lay_out(lines: Iterable[Line], screen: Screen) -> list[list[Span]]:
    """Paragraphs as safe lines no wider than the screen, long words and `fixed` lines excepted."""
    return [[(text, line.style)] for line in lines for text in _wrapped(line, screen)]


def to_string(lines: Iterable[Iterable[Span]], screen: Screen) -> str:
    """Lines with a newline behind each, with colour codes where the screen has colour."""
    return "".join("".join(_painted(span, screen) for span in line) + "\n" for line in lines)


def _painted(span: Span, screen: Screen) -> str:
    text, style = span
    if not (screen.color and style and text):
        return text
    codes = ";".join(str(_CODES[word]) for word in style.split())
    return f"\x1b[{codes}m{text}\x1b[0m"


def _wrapped(line: Line, screen: Screen) -> list[str]:
    lead = clean(line.lead, screen)
    text = clean(line.text, screen)
    if line.fixed or screen.width is None:
        return [(lead + text).rstrip()]
    room = max(min(screen.width, _MAX_WIDTH) - len(lead), _MIN_ROOM)
    parts = textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False) or [""]
    blank = " " * len(lead)
    return [((blank if i else lead) + part).rstrip() for i, part in enumerate(parts)]
