"""What kind of line a known program writes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Form = Literal["values", "heading", "section", "bar", "pass"]
"""Named numbers; a heading that says where the lines below it stand; a heading that names their split; a
progress bar; a pass over held-out data, whose last line counts."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """One kind of line of one writer: every such line has the text `hint` and looks like `pattern`.

    Groups of the pattern: `epoch` and of how many `epochs`, `at` and `of` within an epoch, `step` since the
    run began, `split`, `label` before a bar, `pairs` with the named numbers, `rest` for what another writer
    put behind; any other group is a number by the group's name. `split` is one that every such line means,
    `find` looks for the pattern. A line that says no step belongs to the heading above it, unless its pairs
    say one.
    """

    writer: str
    form: Form
    hint: str
    pattern: re.Pattern[str]
    split: str
    find: Callable[[str], re.Match[str] | None]


def grammar(writer: str, form: Form, hint: str, pattern: str, split: str = "") -> Grammar:
    """A grammar that looks for its pattern at the start of a line only, if that is where it begins."""
    compiled = re.compile(pattern)
    starts_line = pattern.startswith(("^", "(?i:^"))
    return Grammar(writer, form, hint, compiled, split, compiled.match if starts_line else compiled.search)
