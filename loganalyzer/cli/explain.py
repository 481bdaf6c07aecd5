"""`loganalyzer explain`: what a pathology is and what to do about it."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from loganalyzer.cli.options import NoColor, Rules, rulebook_of
from loganalyzer.cli.output import emit, screen_of
from loganalyzer.errors import unknown


def explain(
    pathology: Annotated[
        str, typer.Argument(metavar="PATHOLOGY", help="An id as in the results: divergence.")
    ],
    *,
    rules: Rules = None,
    no_color: NoColor = False,
) -> None:
    """Say what a pathology means, how it is recognised, and what to do, best first."""
    from loganalyzer.report.pages import pathology_page

    rulebook = rulebook_of(rules)
    known = sorted({rule.pathology for rule in rulebook.rules})
    if pathology not in known:
        raise unknown("pathology", pathology, known)
    emit(pathology_page(pathology, rulebook, screen_of(sys.stdout, detail="full", color=not no_color)))
