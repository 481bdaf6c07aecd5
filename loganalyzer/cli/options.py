"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from loganalyzer.cli.exits import FailOn
from loganalyzer.errors import ReadError
from loganalyzer.report.renderers import RENDERERS

if TYPE_CHECKING:
    from loganalyzer.model.rule import Rulebook

FORMATS = ", ".join(renderer.name for renderer in RENDERERS)


def path_of(text: str) -> Path:
    """A path or a URL as it was given; whether it can be read is said of each log, not of the command."""
    if not text:
        raise typer.BadParameter(
            "expected a path, found an empty one; is a variable of the command unset? Give . for this folder"
        )
    path = Path(text)
    if not path.parts or not path.parts[0].endswith(":"):
        return path
    from loganalyzer.readers.remote.address import address_of

    try:
        address_of(path)
    except ReadError as error:
        raise typer.BadParameter(str(error)) from None
    return path


Paths = Annotated[
    list[Path],
    typer.Argument(
        metavar="PATH",
        help="Folders or files with training logs, or their URLs: s3://, gs://, az://.",
        parser=path_of,
    ),
]
Format = Annotated[
    str | None, typer.Option("--format", metavar="FORMAT", help=f"One of {FORMATS}. [default: text]")
]
Output = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="FILE", help="Write here; the suffix guesses the format."),
]
Rules = Annotated[
    list[Path] | None,
    typer.Option("--rules", metavar="DIR", help="Add the rules of a folder, or override ours. Repeatable."),
]
Profile = Annotated[
    str,
    typer.Option(
        "--profile", metavar="NAME", help="Thresholds: strict, default, lenient, or one of your own rules."
    ),
]
MAX_CLASSES = 10**9
Classes = Annotated[
    int | None,
    typer.Option(
        "--classes", metavar="N", min=2, max=MAX_CLASSES, help="Number of classes, where chance is 1/N."
    ),
]
Mapping = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="TAG=ROLE", help="Say what a tag is. Repeatable."),
]
Fail = Annotated[FailOn, typer.Option("--fail-on", help="The mildest finding that makes the exit code 1.")]
Jobs = Annotated[int, typer.Option("--jobs", metavar="N", min=1, help="Processes to read with.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Table and summary only, no progress.")]
Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help="Evidence, hidden findings, roles, rules that do not apply.")
]
NoColor = Annotated[bool, typer.Option("--no-color", help="No colour, as with NO_COLOR=1.")]


def rulebook_of(directories: list[Path] | None, profile: str = "default", *, tests: bool = False) -> Rulebook:
    """The rules that come with the package, with those of `directories` added or put in their place.

    Those of the package come without their tests unless these are asked for.

    Raises:
        LogAnalyzerError: a folder is missing, or none has the profile.
        RulebookError: a rule is refused.
    """
    from loganalyzer.cli.output import complain
    from loganalyzer.rulebook.choose import choose_rulebook
    from loganalyzer.rulebook.plugins import plugin_faults

    rulebook = choose_rulebook(directories or (), profile, tests=tests)
    for fault in plugin_faults():
        complain(fault)
    return rulebook
