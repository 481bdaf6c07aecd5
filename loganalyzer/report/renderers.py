"""The formats a report can take; every one eats diagnoses and gives text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
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


def _of(module: str) -> Callable[[Report, Screen], str]:
    """`render` of a module of this folder, loaded when it is first used."""

    def render(report: Report, screen: Screen) -> str:
        format_ = import_module(f"loganalyzer.report.{module}")
        rendered: str = format_.render(report, screen) if module == "text" else format_.render(report)
        return rendered

    return render


RENDERERS = (
    Renderer("text", ".txt", _of("text")),
    Renderer("json", ".json", _of("json")),
    Renderer("jsonl", ".jsonl", _of("jsonl")),
    Renderer("csv", ".csv", _of("csv")),
    Renderer("markdown", ".md", _of("markdown")),
    Renderer("sarif", ".sarif", _of("sarif")),
    Renderer("junit", ".xml", _of("junit")),
    Renderer("html", ".html", _of("html")),
    Renderer("diagnoses", ".diagnoses", _of("saved")),
)
