"""`loganalyzer compare`: what is different between two runs, or two folders of them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from loganalyzer.cli.exits import CLEAN, DAMAGED, FINDINGS, UNREADABLE, FailOn, scan_code
from loganalyzer.cli.inputs import gather_inputs, numbered
from loganalyzer.cli.judging import judged, say_unmapped, scan_options
from loganalyzer.cli.limits import limited
from loganalyzer.cli.options import (
    Classes,
    Jobs,
    Mapping,
    NoColor,
    Profile,
    Rules,
    path_of,
    rulebook_of,
)
from loganalyzer.cli.output import (
    check_new,
    complain,
    emit,
    refuse_input,
    screen_of,
    writing,
)
from loganalyzer.errors import LogAnalyzerError
from loganalyzer.model.finding import SEVERITY_RANK
from loganalyzer.report.renderers import Screen

if TYPE_CHECKING:
    from loganalyzer.audit.compare import Lot
    from loganalyzer.audit.scan import ScanOptions
    from loganalyzer.model.comparison import Comparison
    from loganalyzer.model.diagnosis import Diagnosis
    from loganalyzer.model.rule import Rulebook
    from loganalyzer.readers.limits import Limits
    from loganalyzer.readers.walk import RunFiles
    from loganalyzer.report.renderers import Detail

Form = Literal["text", "json", "html"]

_FORMS: dict[str, Form] = {".txt": "text", ".json": "json", ".html": "html", ".htm": "html"}
_MAX_NAMES = 10

_Side = Annotated[
    Path, typer.Argument(help="A run, a folder of runs, or a saved scan (.diagnoses).", parser=path_of)
]
_Format = Annotated[
    str | None, typer.Option("--format", metavar="FORMAT", help="One of text, json, html. [default: text]")
]
_Target = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="FILE", help="Write here: .html is a page, .json, .txt."),
]
_Force = Annotated[bool, typer.Option("--force", help="Write over a file that is there.")]
_Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")]
_Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help="Every pair in full, with all its settings and curves.")
]
_Fail = Annotated[
    FailOn, typer.Option("--fail-on", help="The mildest finding of B that A has not and that makes it 1.")
]


@dataclass(frozen=True, slots=True)
class _Read:
    """One side as it was read; `found` is empty for a saved scan."""

    lot: Lot
    found: tuple[RunFiles, ...] = ()
    is_partial: bool = False


@limited
def compare(  # noqa: PLR0913 - a command takes as many arguments as it has options
    a: _Side,
    b: _Side,
    *,
    format_: _Format = None,
    output: _Target = None,
    force: _Force = False,
    rules: Rules = None,
    profile: Profile = "default",
    classes: Classes = None,
    mapping: Mapping = None,
    fail_on: _Fail = FailOn.CRITICAL,
    jobs: Jobs = 1,
    quiet: _Quiet = False,
    verbose: _Verbose = False,
    no_color: NoColor = False,
    limits: Limits,
) -> None:
    """Say what is different between two runs, or two folders: settings, curves, findings, verdicts.

    A is what was, B what came of it. Runs of two folders are matched by name, then by their settings. The
    exit code is 1 where B has a finding at or over --fail-on that A has not.
    """
    form = _form(format_, output)
    if output is not None:
        check_new(output, force=force)
    options = scan_options(classes, mapping, jobs, limits)
    rulebook = rulebook_of(rules, profile)
    left = _read(a, rulebook, options, output, quiet=quiet)
    right = _read(b, rulebook, options, output, quiet=quiet)
    sides = (left, right)
    say_unmapped(options.mapping, [one for side in sides for one in side.lot.diagnoses])
    if not all(side.lot.diagnoses for side in sides):
        raise typer.Exit(UNREADABLE)
    comparison = _compared(left, right, limits)
    detail: Detail = "full" if verbose else "normal"
    screen = Screen(detail=detail) if output else screen_of(sys.stdout, detail=detail, color=not no_color)
    _deliver(_rendered(comparison, form, screen), output)
    raise typer.Exit(_code(comparison, sides, fail_on))


def _form(name: str | None, output: Path | None) -> Form:
    forms = sorted(set(_FORMS.values()))
    if name is None:
        if output is None:
            return "text"
        if output.suffix.lower() in _FORMS:
            return _FORMS[output.suffix.lower()]
        known = ", ".join(_FORMS)
        raise typer.BadParameter(f"no format for {output}; end it in {known}", param_hint="-o")
    if name not in forms:
        raise typer.BadParameter(f"{name!r} is not one of {', '.join(forms)}", param_hint="--format")
    return next(form for form in _FORMS.values() if form == name)


def _read(path: Path, rulebook: Rulebook, options: ScanOptions, output: Path | None, *, quiet: bool) -> _Read:
    """One side: a scan that was saved, or logs to judge.

    Raises:
        ReadError: the saved scan is cut, or of another version.
    """
    from loganalyzer.audit.compare import Lot
    from loganalyzer.report.saved import is_saved, load

    if path.is_file() and is_saved(path):
        if output is not None:
            refuse_input(output, (path,))
        return _Read(Lot(str(path), load(path).diagnoses))
    place, name = numbered(path)
    gathered = gather_inputs([place], options.limits, output)
    diagnoses = judged(gathered.found, rulebook, options, quiet=quiet)
    chosen = tuple(one for one in diagnoses if name in ("", one.run.name))
    if diagnoses and not chosen:
        complain(f"{path}: no such run; {_named(place, diagnoses)}")
    return _Read(Lot(str(path), chosen), gathered.found, gathered.is_partial)


def _compared(a: _Read, b: _Read, limits: Limits) -> Comparison:
    """The comparison; two single runs are compared with all their points, folders by the drawn ones.

    Raises:
        LogAnalyzerError: one run is to be compared with several of which none has its name or settings.
    """
    from loganalyzer.audit.compare import compare_all, read_curves

    lots = [a.lot, b.lot]
    counts = [len(lot.diagnoses) for lot in lots]
    if counts == [1, 1]:
        lots = [replace(side.lot, curves=read_curves(side.found, limits)) for side in (a, b)]
    comparison = compare_all(*lots)
    if not comparison.pairs and min(counts) == 1:
        one, several = sorted(lots, key=lambda lot: len(lot.diagnoses))
        raise LogAnalyzerError(
            f"{one.root}: is one run, and none of the {max(counts)} in {several.root} has its name or"
            f" settings; {_named(several.root, several.diagnoses)}"
        )
    return comparison


def _named(root: object, diagnoses: Sequence[Diagnosis]) -> str:
    names = sorted(one.run.name for one in diagnoses)
    more = f", and {len(names) - _MAX_NAMES} more" if len(names) > _MAX_NAMES else ""
    return f"name one of those in {root}: {', '.join(names[:_MAX_NAMES])}{more}"


def _rendered(comparison: Comparison, form: Form, screen: Screen) -> str:
    if form == "json":
        from loganalyzer.report.comparison.document import build_document
        from loganalyzer.report.json import encode

        return encode(build_document(comparison))
    if form == "html":
        from loganalyzer.report.html.comparison import render as page

        return page(comparison)
    from loganalyzer.report.comparison.text import render

    return render(comparison, screen)


def _deliver(text: str, output: Path | None) -> None:
    if output is None:
        emit(text)
        return
    with writing(output) as part:
        part.write_text(text, encoding="utf-8", newline="")


def _code(comparison: Comparison, sides: Sequence[_Read], fail_on: FailOn) -> int:
    codes = [scan_code(side.lot.diagnoses, FailOn.NEVER, skipped=side.is_partial) for side in sides]
    if UNREADABLE in codes:
        return UNREADABLE
    if fail_on != FailOn.NEVER and _is_worse(comparison, SEVERITY_RANK[fail_on]):
        return FINDINGS
    return DAMAGED if DAMAGED in codes else CLEAN


def _is_worse(comparison: Comparison, least: int) -> bool:
    """Whether B has a finding of at least this severity that A has not, its runs without partner included."""
    alone = (finding for one in comparison.only_b for finding in one.findings)
    fresh = (
        change.b
        for pair in comparison.pairs
        for change in pair.findings
        if change.b is not None and not (change.a and SEVERITY_RANK[change.a.severity] >= least)
    )
    return any(not one.hidden_by and SEVERITY_RANK[one.severity] >= least for one in (*alone, *fresh))
