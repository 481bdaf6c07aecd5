"""`loganalyzer config`: what options are set to where they are not given, and by which file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from loganalyzer.cli.defaults import KINDS, LIMIT_KINDS, OWN_FILE, PROJECT_FILE, Kind, Setting, settings
from loganalyzer.cli.output import emit
from loganalyzer.cli.pages import App

app = App(help="What options are set to where they are not given on the command line.")


@app.callback()
def _group() -> None:
    """Commands of their own, though there is one."""


@app.command("show")
def show() -> None:
    """Each setting with its value and where that comes from: a line of a file, or the built-in default."""
    from loganalyzer.report.terminal.escape import show as printable

    known = settings()
    path = next((setting.path for setting in known.values()), None)
    head = (
        str(path) if path else f"no {OWN_FILE}, and no {PROJECT_FILE} with [tool.loganalyzer], sets anything"
    )
    rows = [*_rows(KINDS, known), *_rows(LIMIT_KINDS, known, "limits.")]
    width = max(len(name) for name, *_ in rows)
    lines = [head, "", *(f"{name:{width}}  {value}  ({origin})" for name, value, origin in rows)]
    emit("".join(f"{printable(line)}\n" for line in lines))


def _rows(
    kinds: Mapping[str, Kind], known: Mapping[str, Setting], above: str = ""
) -> Iterator[tuple[str, str, str]]:
    for name, kind in kinds.items():
        if name in known:
            setting = known[name]
            yield above + name, _toml(setting.value), f"{setting.path.name}:{setting.line}"
        else:
            yield above + name, kind.unset, "default"


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {_toml(one)}" for key, one in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)
