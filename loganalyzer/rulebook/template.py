"""Sentences with numbers in them: `{name}`, `{name:.3g}`, `{name:.0%}`, `{name@step}`, `{{` and `}}`.

Not `str.format`: a field is a name and nothing else, so a rule file can reach no attribute and ask for
no padding of a gigabyte.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from math import isnan
from typing import NamedTuple

from loganalyzer.rulebook.inline import InlineError, shown

_FIELD = re.compile(r"([A-Za-z_]\w*)(@step)?(?::([-+]?,?(?:\.\d{1,2})?[efgEFG%]?))?", re.ASCII)
_PIECE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+")
_BRACES = {"{{": "{", "}}": "}"}
_UNKNOWN = "unknown"


class TemplateError(InlineError):
    """A sentence has a field that cannot be filled."""


class Field(NamedTuple):
    """One field of a sentence; `column` counts characters of the sentence from 1."""

    name: str
    is_step: bool
    form: str
    column: int


def fields(template: str) -> tuple[Field, ...]:
    """The fields of a sentence, in their order.

    Raises:
        TemplateError: a brace or a field is not as it should be.
    """
    return tuple(piece for piece in _pieces(template) if isinstance(piece, Field))


def fill(template: str, values: Mapping[str, float], steps: Mapping[str, int]) -> str:
    """The sentence with its fields filled: numbers from `values`, logged steps from `steps`.

    NaN, and a step that is not in `steps`, read "unknown"; whole numbers are shown whole, others with
    four significant digits unless the field says otherwise.

    Raises:
        TemplateError: a brace or a field is not as it should be.
        KeyError: `values` lacks one of the names.
    """
    return "".join(
        piece
        if isinstance(piece, str)
        else str(steps.get(piece.name, _UNKNOWN))
        if piece.is_step
        else _show(values[piece.name], piece.form)
        for piece in _pieces(template)
    )


def _show(value: float, form: str) -> str:
    if isnan(value):
        return _UNKNOWN
    if form:
        return format(value, form)
    return str(int(value)) if abs(value) < 1e15 and value == int(value) else format(value, ".4g")


@lru_cache(maxsize=4096)
def _pieces(template: str) -> tuple[str | Field, ...]:
    return tuple(_split(template))


def _split(template: str) -> Iterator[str | Field]:
    for piece in _PIECE.finditer(template):
        text, column = piece.group(), piece.start() + 1
        if piece.group(1) is not None:
            yield _field(piece.group(1), column)
        elif text in "{}":
            raise TemplateError(f"a lone {text}; write {text * 2} for the character itself", column)
        else:
            yield _BRACES.get(text, text)


def _field(text: str, column: int) -> Field:
    match = _FIELD.fullmatch(text)
    if match is None or (match.group(2) and match.group(3) is not None):
        wanted = "{name}, {name:.3g}, {name:.0%} or {name@step}"
        raise TemplateError(f"{shown('{' + text + '}')} is no field; expected {wanted}", column)
    name, step, form = match.groups()
    return Field(name, step is not None, form or "", column)
