"""A remedy as data: one cure, one file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from loganalyzer.model.finding import Reference

Effort = Literal["low", "medium", "high"]


@dataclass(frozen=True, slots=True)
class Remedy:
    """A cure: `do` in 1-3 imperative steps, with variants in `keras` and `pytorch` where they differ.

    `why` says how it works, `cost` what trying it takes, `risk` what it can make worse.
    """

    schema: str
    id: str
    title: str
    why: str
    do: tuple[str, ...]
    cost: Effort
    risk: str
    references: tuple[Reference, ...]
    keras: tuple[str, ...] = ()
    pytorch: tuple[str, ...] = ()
