"""Defaults of options from `loganalyzer.toml`, or from `[tool.loganalyzer]` of a `pyproject.toml`.

Command line before file before built-in default. The file is the nearest one, looked for from the working
directory upwards; no environment variable sets an option.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import click

from loganalyzer.cli.exits import FailOn
from loganalyzer.cli.limits import LIMITS, SWITCHES
from loganalyzer.cli.options import MAX_CLASSES
from loganalyzer.errors import LogAnalyzerError, guess

OWN_FILE, PROJECT_FILE = "loganalyzer.toml", "pyproject.toml"
_NAME = "loganalyzer"
_MAX_BYTES = 1_000_000
_HEADER = re.compile(r"\s*\[([^\[\]]+)\]\s*(?:#.*)?$")
_KEY = re.compile(r"\s*([\w\"'. -]+?)\s*=")


class ConfigError(LogAnalyzerError):
    """A file of settings is not as it should be."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a setting may hold, in words for errors, and what is so if nothing is set."""

    expected: str
    unset: str
    type: type | tuple[type, ...] = str
    least: float | None = None
    most: float = sys.float_info.max
    among: tuple[str, ...] = ()

    def holds(self, value: object) -> bool:
        """Whether a value is of this kind; a truth is no number."""
        if not isinstance(value, self.type) or isinstance(value, bool) is not (self.type is bool):
            return False
        if self.among:
            return value in self.among
        return self.least is None or (isinstance(value, int | float) and self.least <= value <= self.most)


_LISTS = "a list of texts"
KINDS: Mapping[str, Kind] = {
    "paths": Kind(_LISTS, "none: PATH has to be given", list),
    "classes": Kind("a whole number of at least 2", "inferred from each log", int, 2, MAX_CLASSES),
    "map": Kind('a table like {floss = "loss:validation"}', "by the names of tags", dict),
    "profile": Kind("the name of a profile", '"default"'),
    "rules": Kind(_LISTS, "those of the package", list),
    "fail-on": Kind(
        f"one of {', '.join(FailOn)}", "critical for scan, never for report and audit", among=tuple(FailOn)
    ),
    "jobs": Kind("a whole number of at least 1", "1", int, 1),
}
LIMIT_KINDS: Mapping[str, Kind] = {
    limit.flag[2:]: Kind(
        f"a{' whole' * (limit.kind is int)} number of at least {limit.smallest}",
        limit.help.rpartition("; ")[2].rstrip("."),
        int if limit.kind is int else (int, float),
        limit.smallest,
    )
    for limit in LIMITS
} | {name.replace("_", "-"): Kind("true or false", "false", bool) for name in SWITCHES}
PATHS = frozenset({"paths", "rules"})
TABLES: Mapping[str, Mapping[str, Kind]] = {"limits": LIMIT_KINDS}


@dataclass(frozen=True, slots=True)
class Setting:
    """A value and the file and line it stands in."""

    value: Any
    path: Path
    line: int


def settings() -> Mapping[str, Setting]:
    """What the nearest file sets, by the name of the option; nothing if there is no file.

    Raises:
        ConfigError: the file cannot be read, or says what nobody understands.
    """
    here = Path.cwd()
    for folder in (here, *here.parents):
        for name in (OWN_FILE, PROJECT_FILE):
            path = folder / name
            if path.is_file():
                text = _text(path)
                if name == OWN_FILE or _NAME in text:
                    tables = _parsed(text, path)
                    own = tables if name == OWN_FILE else _own_table(tables, path)
                    if own is not None:
                        above = () if name == OWN_FILE else ("tool", _NAME)
                        return dict(_File(path, text, above).settings(own))
    return {}


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
        if len(data) > _MAX_BYTES:
            raise ConfigError(f"{path}: expected at most {_MAX_BYTES:,} bytes of settings, found more")
        return data.decode("utf-8-sig")  # some editors put a mark before the first key
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: expected settings as TOML, found what cannot be read: {error}") from error


def _parsed(text: str, path: Path) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        line = re.search(r"at line (\d+)", str(error))
        place = f"{path}:{line[1]}" if line else str(path)
        raise ConfigError(f"{place}: expected settings as TOML, found an error: {error}") from error


def _own_table(tables: Mapping[str, Any], path: Path) -> Mapping[str, Any] | None:
    tool = tables.get("tool")
    own = tool.get(_NAME) if isinstance(tool, dict) else None
    if own is not None and not isinstance(own, dict):
        raise ConfigError(f"{path}: expected a table [tool.{_NAME}], found {own!r}")
    return own


@dataclass(frozen=True, slots=True)
class _File:
    """A file of settings, its text, and the tables that ours lies in."""

    path: Path
    text: str
    above: tuple[str, ...]

    def settings(self, own: Mapping[str, Any]) -> Iterator[tuple[str, Setting]]:
        for key, value in own.items():
            if key in TABLES:
                yield from self._table(key, value)
            else:
                yield key, self._setting((key,), value, KINDS)

    def _table(self, key: str, table: object) -> Iterator[tuple[str, Setting]]:
        if not isinstance(table, dict):
            self._refuse((key,), f"expected a table, found {table!r}")
        for name, value in table.items():
            yield name, self._setting((key, name), value, TABLES[key])

    def _setting(self, keys: tuple[str, ...], value: object, kinds: Mapping[str, Kind]) -> Setting:
        known = [*kinds, *(TABLES if kinds is KINDS else ())]
        if keys[-1] not in known:
            self._refuse(keys, f"unknown setting{guess(keys[-1], known)}; known: {', '.join(known)}")
        if keys[-1] in PATHS and isinstance(value, str):
            value = [value]
        kind = kinds[keys[-1]]
        items = value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()
        if not kind.holds(value) or not all(isinstance(item, str) for item in items):
            self._refuse(keys, f"expected {kind.expected}, found {value!r}")
        if keys[-1] in PATHS and isinstance(value, list):
            if urls := [item for item in value if "://" in item]:
                self._refuse(keys, f"expected folders, found {urls[0]!r}; name URLs on the command line")
            value = [self._place(item) for item in value]
        return Setting(value, self.path, self._line(keys))

    def _place(self, text: str) -> str:
        """A path as seen from here; in the file it is seen from the file."""
        folder = self.path.parent
        return text if folder == Path.cwd() or not text else os.path.relpath(folder / text)

    def _refuse(self, keys: tuple[str, ...], text: str) -> NoReturn:
        raise ConfigError(f"{self.path}:{self._line(keys)}: {'.'.join(keys)}: {text}")

    def _line(self, keys: tuple[str, ...]) -> int:
        """The line of a key, or of the nearest table that it is in."""
        lines = _lines(self.text)
        wanted = (*self.above, *keys)
        return next((lines[wanted[:n]] for n in range(len(wanted), 0, -1) if wanted[:n] in lines), 1)


def _lines(text: str) -> Mapping[tuple[str, ...], int]:
    """The first line of each table and key, by its full path."""
    found: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            table = _parts(header[1])
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            found.setdefault((*table, *_parts(key[1])), number)
    return found


def _parts(name: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in name.split("."))


def defaults_of(command: click.Command, known: Mapping[str, Setting]) -> dict[str, Any]:
    """The defaults of a command's parameters, or of the commands of a group, as click looks them up.

    Paths are logs to judge; those that `rules` commands take are something else.
    """
    if isinstance(command, click.Group):
        own = {name: setting for name, setting in known.items() if name != "paths" or command.name != "rules"}
        return {name: defaults_of(one, own) for name, one in command.commands.items()}
    named = {name: param for param in command.params for name in _names(param)}
    return {
        str(named[name].name): _as_typed(setting.value) for name, setting in known.items() if name in named
    }


def _names(param: click.Parameter) -> list[str]:
    """What a setting for a parameter is called: as its options without dashes, or as the argument."""
    return [option.removeprefix("--") for option in param.opts if option.startswith("--")] or [
        str(param.name)
    ]


def _as_typed(value: object) -> object:
    """A table as the command line has it, a text `NAME=VALUE` for each of its entries."""
    return [f"{name}={text}" for name, text in value.items()] if isinstance(value, dict) else value
