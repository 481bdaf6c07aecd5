"""What a page carries along: styles and scripts as they are, and the policy that lets these run alone."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from loganalyzer.errors import LogAnalyzerError

_OURS = Path(__file__).parent / "assets"
_CHART_LIBRARY = ("bokeh.min.js", "bokeh-api.min.js")
_PAGE = ("page.js", "table.js", "chart.js")
# What would end a script, or begin a comment in it, for whoever reads the page.
_ENDS_SCRIPT = re.compile(r"</script|<!--|\r", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that pages need, by name and text."""

    name: str
    text: str


@cache
def style() -> Asset:
    """The style of every page."""
    return Asset("report.css", (_OURS / "report.css").read_text(encoding="utf-8"))


@cache
def scripts(*, charts: bool) -> tuple[Asset, ...]:
    """The scripts of a page in the order in which they run; those of charts only where there are any.

    Raises:
        LogAnalyzerError: the chart library is not installed whole, or cannot stand in a page.
    """
    ours = [Asset(name, (_OURS / name).read_text(encoding="utf-8")) for name in _PAGE]
    if not charts:
        return tuple(ours[:-1])
    folder = _library_folder()
    library = [_library(folder / name) for name in _CHART_LIBRARY]
    return (ours[0], *library, *ours[1:])


def _library_folder() -> Path:
    """Where Bokeh keeps its scripts; importing it would take longer than writing the page."""
    spec = find_spec("bokeh")
    if spec is None or spec.origin is None:
        raise LogAnalyzerError(
            "the package bokeh is not installed, expected it for charts; pip install bokeh"
        )
    return Path(spec.origin).parent / "server" / "static" / "js"


def _library(path: Path) -> Asset:
    try:
        text = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LogAnalyzerError(f"{path}: cannot read the chart library: {error}; reinstall bokeh") from error
    if found := _ENDS_SCRIPT.search(text):
        raise LogAnalyzerError(
            f"{path}: character {found.start()}: {found[0]!r} would end the script in the page;"
            " install the version of bokeh that constraints.txt names"
        )
    return Asset(path.name, text)


def policy(inlined: Iterable[Asset] | None) -> str:
    """The Content-Security-Policy of a page: nothing but these scripts, or those beside the page if None.

    Bokeh writes style elements into the shadow roots of its plots, which only `unsafe-inline` allows; a
    style can reach nothing, for no address but `data:` may be loaded.
    """
    allowed = "'self'" if inlined is None else " ".join(map(_hash, inlined)) or "'none'"
    styles = "'self' 'unsafe-inline'" if inlined is None else "'unsafe-inline'"
    return (
        f"default-src 'none'; script-src {allowed}; style-src {styles}; img-src data:;"
        " base-uri 'none'; form-action 'none'"
    )


def _hash(script: Asset) -> str:
    digest = sha256(script.text.encode()).digest()
    return f"'sha256-{b64encode(digest).decode()}'"
