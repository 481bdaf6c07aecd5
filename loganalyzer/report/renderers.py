"""The formats a report can take; every one eats diagnoses and gives text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from loganalyzer.model.diagnosis import Diagnosis

Detail = Literal["brief", "normal", "full"]


@dataclass(frozen=True, slots=True)
class Report:
    """What is to be shown: the path that was scanned, as it was given, and one diagnosis for each run."""

    root: str
    diagnoses: tuple[Diagnosis, ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """What the text will be read on: `width` is in cells, None where nothing may be cut or wrapped."""

    width: int | None = None
    color: bool = False
    unicode: bool = True
    detail: Detail = "normal"


@dataclass(frozen=True, slots=True)
class Renderer:
    """A format by name, the suffix of its files, and the function that writes it."""

    name: str
    suffix: str
    render: Callable[[Report, Screen], str]


def _text(report: Report, screen: Screen) -> str:
    from loganalyzer.report.text import render

    return render(report, screen)


def _json(report: Report, _: Screen) -> str:
    from loganalyzer.report.json import render

    return render(report)


RENDERERS = (Renderer("text", ".txt", _text), Renderer("json", ".json", _json))
