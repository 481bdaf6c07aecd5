"""How much to read at most: options that every command has that reads logs, in a group of their own."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from inspect import Parameter, signature
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

if TYPE_CHECKING:
    from loganalyzer.readers.limits import Limits

_PANEL = "Limits (what goes over one is left out, and said so)"
_MIB = 1024 * 1024
_KIB = 1024


@dataclass(frozen=True, slots=True)
class Limit:
    """An option, the field of `Limits` it sets, its kind, how many units it counts, the least."""

    flag: str
    field: str
    kind: type
    help: str
    unit: int = 1
    least: int | None = None

    @property
    def smallest(self) -> int:
        """What may be said at least: one where things are counted, none of what is measured."""
        return self.least if self.least is not None else int(self.kind is int)


# The defaults, written out so that asking for help need not load what reads.
LIMITS = (
    Limit("--max-depth", "depth", int, "Folders below each other; 64 unless said."),
    Limit("--max-entries", "entries", int, "Files and folders looked at; 5,000,000 unless said."),
    Limit("--max-runs", "runs", int, "Runs below one path; 1,000,000 unless said."),
    Limit("--max-tags", "tags", int, "Curves of one run; 10,000 unless said."),
    Limit("--max-columns", "columns", int, "Columns of one table; 10,000 unless said."),
    Limit("--max-file-mb", "file_bytes", float, "MiB of one file; each format has its own bound.", _MIB),
    Limit("--max-record-mb", "record_bytes", float, "MiB of one event; 64 unless said.", _MIB),
    Limit(
        "--max-line-mb",
        "line_bytes",
        float,
        "Million characters of one line of a table; 16 unless said.",
        _MIB,
    ),
    Limit("--max-cell-kb", "cell_bytes", float, "Thousand characters of one cell; 64 unless said.", _KIB),
    Limit("--max-digits", "digits", int, "Characters of one number in a text; 400 unless said.", least=32),
    Limit("--max-json-depth", "json_depth", int, "JSON objects in one another; 64 unless said."),
    Limit("--max-yaml-mb", "yaml_bytes", float, "MiB of one YAML file; 1 unless said.", _MIB),
    Limit("--max-yaml-depth", "yaml_depth", int, "YAML tables in one another; 50 unless said."),
    Limit("--max-yaml-values", "yaml_nodes", int, "Values of one YAML file; 10,000 unless said."),
    Limit("--file-seconds", "file_s", float, "For one file, and 1 more for each 10 MB; 60 unless said."),
)


SWITCHES = {
    "follow_links": "Follow links out of the folder, each target once.",
    "accept_bad_crc": "Use events whose bytes do not fit their checksum; they are reported all the same.",
}


def limited(command: Callable[..., None]) -> Callable[..., None]:
    """A command with all limits as options, called with one `Limits` named `limits` in place of them."""

    @wraps(command)
    def with_limits(**arguments: Any) -> None:  # noqa: ANN401 - whatever the command takes
        given = {limit: arguments.pop(limit.field) for limit in LIMITS}
        switches = {name: arguments.pop(name, False) for name in SWITCHES}
        command(limits=_limits(given, switches), **arguments)

    # The type of `limits` is known to type checkers only: loading it would load what reads.
    hints = get_type_hints(command, localns={"Limits": object}, include_extras=True)
    own = signature(command)
    kept = [
        one.replace(kind=Parameter.KEYWORD_ONLY, annotation=hints[name])
        for name, one in own.parameters.items()
        if name != "limits"
    ]
    parameters = [*kept, *_parameters()]
    with_limits.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]
    with_limits.__annotations__ = {one.name: one.annotation for one in parameters}
    return with_limits


def _parameters() -> list[Parameter]:
    options = [
        Parameter(
            limit.field,
            Parameter.KEYWORD_ONLY,
            default=None,
            annotation=Annotated[
                limit.kind | None,
                typer.Option(
                    limit.flag,
                    metavar="N",
                    min=limit.smallest,
                    callback=_finite,
                    help=limit.help,
                    rich_help_panel=_PANEL,
                ),
            ],
        )
        for limit in LIMITS
    ]
    switches = [
        Parameter(
            name,
            Parameter.KEYWORD_ONLY,
            default=False,
            annotation=Annotated[
                bool, typer.Option(f"--{name.replace('_', '-')}", help=text, rich_help_panel=_PANEL)
            ],
        )
        for name, text in SWITCHES.items()
    ]
    return [*options, *switches]


def _finite(value: float | None) -> float | None:
    if value is not None and not math.isfinite(value):
        raise typer.BadParameter(f"expected a finite number, found {value}; give a large one for no limit")
    return value


def _limits(given: dict[Limit, Any], switches: dict[str, bool]) -> Limits:
    from loganalyzer.readers.limits import Limits

    fields: dict[str, Any] = {
        limit.field: limit.kind(value * limit.unit) if limit.unit == 1 else int(value * limit.unit)
        for limit, value in given.items()
        if value is not None
    }
    return replace(Limits(**fields), **switches)
