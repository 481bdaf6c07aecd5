"""Whole records in a text that is damaged as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from loganalyzer.readers.records.table import Table
from loganalyzer.readers.records.values import decode_first

# Places in one text that begin like a record and are none.
_MAX_FAILED = 16


def whole_records(text: str, table: Table) -> Iterator[tuple[dict[str, Any], int, int]]:
    """Records that are whole in a damaged text, and where each begins and ends.

    Behind the start of the text a part of a record may itself look whole: there its names must be those of
    rows before.
    """
    at = failed = 0
    while failed < _MAX_FAILED and at >= 0:
        try:
            record, end = decode_first(text, at)
        except ValueError:
            end = at + 1
            failed += 1
        else:
            if isinstance(record, dict) and (not at or table.is_like(record)):
                yield record, at, end
            else:
                failed += 1
        at = text.find("{", end)
