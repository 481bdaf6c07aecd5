"""`loganalyzer rules new`: a rule to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from loganalyzer.cli.output import OutputError, emit, writing

_Name = Annotated[str, typer.Argument(metavar="NAME", help="Its name and file: high-final-loss.")]
_Family = Annotated[str, typer.Option("--family", metavar="NAME", help="The folder it goes to.")]
_Folder = Annotated[
    Path, typer.Option("-o", "--output", metavar="DIR", help="The folder of your rules; made if need be.")
]


def new(name: _Name, *, family: _Family = "mine", output: _Folder = Path("rules")) -> None:
    """Write a rule that passes `rules check` and `rules test`, to be made your own line by line."""
    from loganalyzer.rulebook.editor import rule_schema
    from loganalyzer.rulebook.load import OTHERS, default_directory, load_sound
    from loganalyzer.rulebook.skeleton import SCHEMA_FILE, free_id, is_word, skeleton

    for word, hint in ((name, "NAME"), (family, "--family")):
        if not is_word(word) or word in OTHERS:
            say = "expected words of lower case letters and digits with - between, as in high-final-loss"
            raise typer.BadParameter(f"{word!r}: {say}", param_hint=hint)
    target = output / family / f"{name}.yaml"
    if target.exists():
        raise OutputError(f"{target}: is there already; choose another name")
    folders = (default_directory(), *([output] if output.is_dir() else []))
    known, _ = load_sound(folders)
    if name in {rule.name for rule in known.rulebook.rules}:
        raise OutputError(
            f"{name}: there is a rule of that name; choose another, or copy that one to change it"
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{target.parent}: cannot be made: {error.strerror}; choose another -o") from error
    _write(output / SCHEMA_FILE, rule_schema())
    _write(target, skeleton(name, family, free_id(family, {rule.id for rule in known.rulebook.rules})))
    emit(f"{target}\n")


def _write(target: Path, text: str) -> None:
    with writing(target) as part:
        part.write_text(text, encoding="utf-8", newline="")
