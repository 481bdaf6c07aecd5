"""Commands that load when they are asked for, and help as plain text.

To load what draws boxes took longer than all the rest of asking for help, and to put together the options of
ten commands longer than to read a small run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from inspect import getdoc
from typing import Any, TypeVar

import click
import typer
from typer.core import TyperCommand, TyperGroup

Function = TypeVar("Function", bound=Callable[..., Any])
_WIDTH = 100


class Command(TyperCommand):
    """A command whose options are listed below the title of their group."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write a section for each group of options, in the order in which the groups come."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None:
                sections.setdefault(_title(param), []).append(record)
        for title, records in sections.items():
            with formatter.section(title):
                formatter.write_dl(records)


def _title(param: click.Parameter) -> str:
    plain = "Arguments" if param.param_type_name == "argument" else "Options"
    return getattr(param, "rich_help_panel", None) or plain


class Group(TyperGroup):
    """Commands with all of the sentence that each begins with, not its first words."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in their order; no command is loaded for that."""
        return list(self.commands)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write a line, or more, for each command."""
        known = self.commands
        said = known.said if isinstance(known, Later) else lambda name: known[name].help
        with formatter.section("Commands"):
            formatter.write_dl([(name, (said(name) or "").partition("\n\n")[0]) for name in known])


_COMMAND: dict[str, Any] = {"cls": Command}
_SETTINGS: dict[str, Any] = {
    "cls": Group,
    "add_completion": False,
    "no_args_is_help": True,
    "rich_markup_mode": None,
    "pretty_exceptions_enable": False,
    "context_settings": {"help_option_names": ["-h", "--help"], "max_content_width": _WIDTH},
}


class App(typer.Typer):
    """Commands with help in plain text."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - whatever typer takes
        """Take the settings of typer; without a command there is help."""
        super().__init__(**_SETTINGS | settings)

    def command(self, name: str | None = None, **settings: Any) -> Callable[[Function], Function]:  # noqa: ANN401
        """What makes a function a command of that name."""
        return super().command(name, **_COMMAND | settings)


class Later(Mapping[str, click.Command]):
    """Commands by name, each a module of this folder with an `app`, or a function of that name."""

    def __init__(self, *names: str) -> None:
        """Take the names, in the order in which they are listed."""
        self._known: dict[str, click.Command | None] = dict.fromkeys(names)

    def said(self, name: str) -> str:
        """What a command says of itself."""
        thing = _thing(name)
        return str(thing.info.help) if isinstance(thing, typer.Typer) else getdoc(thing) or ""

    def __getitem__(self, name: str) -> click.Command:
        command = self._known[name]
        if command is None:
            command = self._known[name] = _built(name)
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def _thing(name: str) -> Any:  # noqa: ANN401 - an app or a function
    module = import_module(f"loganalyzer.cli.{name}")
    return getattr(module, "app", None) or getattr(module, name)


def _built(name: str) -> click.Command:
    thing = _thing(name)
    if isinstance(thing, typer.Typer):
        group = typer.main.get_group(thing)
        group.name = name
        return group
    alone = App()
    alone.command(name)(thing)
    return typer.main.get_command(alone)
