"""Commas inside numbers: whether they part thousands or decimals, told by the column and then by the file."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal

from loganalyzer.readers.csv_cells import number
from loganalyzer.readers.csv_sections import Block, Table

Style = Literal["decimal", "thousands"]

_DECIMAL = re.compile(r"[+-]?(\d*),(\d+)([eE][+-]?\d+)?\s*%?")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?\s*%?")
_SHOWN = 3


def has_comma(text: str) -> bool:
    """Whether a cell, without blanks around it, is a number with a comma in it."""
    return "," in text and bool(_DECIMAL.fullmatch(text) or _THOUSANDS.fullmatch(text))


def settle_commas(table: Table) -> None:
    """Fill in the cells whose commas had to wait for the rest of the table.

    A zero before a comma, or a group behind it that has not three digits, makes it a decimal one; a second
    comma, or a point in the same column, one of thousands. A column that tells neither goes with the file:
    decimal if any column is, or where commas do not part cells; else thousands, and the table says so.
    """
    told: dict[str, set[Style]] = {}
    first: dict[str, tuple[int, str]] = {}
    for section in table.sections:
        for row in section.blocks:
            for name, block in zip(section.names, row, strict=True):
                if block.commas:
                    told.setdefault(name, set()).update(_evidence(block))
                    first.setdefault(name, block.commas[0][1:])
    is_decimal = table.separator != "," or any("decimal" in one for one in told.values())
    styles = {name: _only(one, is_decimal=is_decimal) for name, one in told.items()}
    if not is_decimal:
        table.assumed = [(name, *first[name]) for name, one in told.items() if not one]
    for section in table.sections if told else ():
        section.blocks = [
            [_settled(block, styles.get(name)) for name, block in zip(section.names, row, strict=True)]
            for row in section.blocks
        ]


def _evidence(block: Block) -> set[Style]:
    styles: set[Style] = {style for _, _, text in block.commas if (style := _style_of(text)) is not None}
    return styles | {"thousands"} if block.has_point else styles


def _style_of(text: str) -> Style | None:
    """What the comma of a number must be, or None where it can be both."""
    found = _DECIMAL.fullmatch(text)
    if found is None:
        return "thousands"
    before, behind, exponent = found.groups()
    is_decimal = len(behind) != 3 or len(before) > 3 or before.startswith("0") or not before or exponent
    return "decimal" if is_decimal else None


def _only(told: set[Style], *, is_decimal: bool) -> Style | None:
    """The style of a column; None where it shows both, so that each comma must tell by itself."""
    if not told:
        return "decimal" if is_decimal else "thousands"
    return next(iter(told)) if len(told) == 1 else None


def _settled(block: Block, style: Style | None) -> Block:
    if not block.commas:
        return block
    bad = list(block.bad)
    n_bad = block.n_bad
    for index, line, text in block.commas:
        one = _style_of(text) or style
        found = None if one is None else number(text.replace(",", "." if one == "decimal" else ""))
        if found is None:
            bad.append((line, text))
            n_bad += 1
        else:
            block.value[index], block.there[index] = found, True
    return replace(block, commas=(), n_bad=n_bad, bad=tuple(sorted(bad)[:_SHOWN]))
