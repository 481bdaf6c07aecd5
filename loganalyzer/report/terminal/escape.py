"""The one gate for text from inputs: nothing a log or a file name holds may steer the terminal."""

from __future__ import annotations

import re

from rich.cells import cell_len, set_cell_size

from loganalyzer.report.renderers import Screen

_STEERS = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_ASCII = str.maketrans(
    {"–": "-", "—": "-", "…": "...", "→": "->", "×": "x", "·": "*", "≥": ">=", "≤": "<=", "’": "'", "✗": "x"}
)


def show(text: str) -> str:
    r"""`text` with C0, C1, DEL, line separators, bidi controls and surrogates spelled out, as `\x1b`."""
    return _STEERS.sub(lambda match: _spelled(ord(match[0])), text)


def _spelled(code: int) -> str:
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"


def to_ascii(text: str) -> str:
    """`text` for a terminal that knows ASCII only: the usual signs by look, all others spelled out."""
    return text.translate(_ASCII).encode("ascii", "backslashreplace").decode("ascii")


def shorten(text: str, width: int, *, ellipsis: str) -> str:
    """`text` in at most `width` cells, its middle left out: both ends of a path tell runs apart."""
    if cell_len(text) <= width:
        return text
    room = max(width - cell_len(ellipsis), 2)
    tail = text[len(text) - (room - room // 2) :]
    while cell_len(tail) > room - room // 2:
        tail = tail[1:]
    return set_cell_size(text, room // 2).rstrip() + ellipsis + tail


def cut(text: str, width: int, *, ellipsis: str) -> str:
    """`text` in at most `width` cells, its end left out."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - cell_len(ellipsis)).rstrip() + ellipsis


def clean(text: str, screen: Screen) -> str:
    """`text` in one line as the screen can show it."""
    safe = show(text.rstrip("\n").replace("\n", " "))
    return safe if screen.unicode else to_ascii(safe)
