"""The templates of the pages, and what they may say things with."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from loganalyzer.model.finding import Evidence
from loganalyzer.model.run import Hyperparameter
from loganalyzer.report.html.data import script_json
from loganalyzer.report.html.spark import HEIGHT, WIDTH
from loganalyzer.report.problems import is_damage
from loganalyzer.report.terminal.escape import shorten, show
from loganalyzer.report.terminal.words import named, percent, place, plural, sign

_NAME_WIDTH, _UNIT_WIDTH = 160, 24
_NARROW = "\u202f"
_CODE = Markup("<code>{}</code>")


@cache
def environment() -> Environment:
    """The templates: everything put in is escaped, nothing may be missing, no sign in it steers."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    made.filters |= {
        "name": lambda text: shorten(show(text), _NAME_WIDTH, ellipsis="…"),
        "json": script_json,
        "named": named,
        "percent": lambda share: together(percent(share)),
        "place": lambda at: together(place(at)),
        "plural": plural,
        "count": lambda number: f"{number:,}",
        "number": number,
        "measured": measured,
        "duration": duration,
        "across": lambda share, scale: f"{100 * min(share / scale, 1.0):.1f}",
        "is_damage": is_damage,
        "sign": lambda verdict: sign(verdict, unicode=True),
        "listed": listed,
        "web": is_web,
        "prose": prose,
        "verbatim": Markup,
    }
    made.globals |= {"spark_width": WIDTH, "spark_height": HEIGHT}
    return made


def _finalize(value: Any) -> Any:  # noqa: ANN401 - whatever a template puts in
    """The gate for text: what steers is spelled out, what is markup already is left alone."""
    return show(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def number(value: Hyperparameter | None) -> str:
    """A value as people write it: six digits, thousands apart."""
    if value is None:
        return ""
    if isinstance(value, str | bool):
        return str(value)
    if isinstance(value, int):  # a seed may be larger than any float
        return f"{value:,}"
    return f"{value:,.0f}" if value == round_or_nan(value) and abs(value) < 1e15 else f"{value:.6g}"


def round_or_nan(value: float) -> float:
    """The nearest whole number, NaN of what is not finite."""
    return float(round(value)) if abs(value) < float("inf") else float("nan")


def measured(evidence: Evidence, value: float) -> str:
    """A measured number, or what it is held against, with its unit; shares in percent."""
    if evidence.unit == "fraction":
        return f"{100 * value:.4g}{_NARROW}%"
    return f"{number(value)} {shorten(show(evidence.unit), _UNIT_WIDTH, ellipsis='…')}".rstrip()


def together(text: str) -> str:
    """Percent signs stay with their numbers where lines break."""
    return text.replace(" %", f"{_NARROW}%")


def duration(seconds: float) -> str:
    """A stretch of time in the two units that matter: `2 h 10 min`."""
    for size, name, part, small in ((86400, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s")):
        if seconds >= size:
            rest = int(seconds % size // part)
            return f"{int(seconds // size)} {name}" + (f" {rest} {small}" if rest else "")
    return f"{seconds:.2g} s"


def listed(texts: Iterable[str], between: str = ", ") -> str:
    """Texts behind one another, still to be escaped: the `join` of Jinja passes the gate by."""
    return between.join(texts)


def prose(text: str) -> Markup:
    """A sentence in which what stands between backticks is code."""
    parts = show(text).split("`")
    if len(parts) % 2 == 0:  # one of them has no partner
        return escape(show(text))
    marked = (escape(part) if at % 2 == 0 else _CODE.format(part) for at, part in enumerate(parts))
    return Markup().join(marked)


def is_web(url: str) -> bool:
    """Whether an address may become a link: nothing but the web may be reached by a click."""
    return url.startswith(("https://", "http://"))
