"""Diagnoses to pages: one that holds everything, or an index with a page for each run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from loganalyzer.report.archive import Archive
from loganalyzer.report.html.archive import archive_page
from loganalyzer.report.html.card import RunView, card_of, views_of
from loganalyzer.report.html.data import script_json
from loganalyzer.report.html.note import note_of
from loganalyzer.report.html.rows import found_in, table_data
from loganalyzer.report.html.scripts import Asset, policy, scripts, style
from loganalyzer.report.html.slugs import slugs
from loganalyzer.report.html.templating import environment
from loganalyzer.report.renderers import Report
from loganalyzer.report.terminal.table import hardest_first


def render(report: Report) -> str:
    """One page with the table and the card of every run, and all that it needs inside it."""
    views = _views(report, "#run-{}")
    cards = [card_of(view) for view in views]
    inlined = scripts(charts=any(card.chart for card in cards))
    return _page(
        "single.html",
        report,
        views,
        policy=policy(inlined),
        cards=cards,
        style=style(),
        scripts=inlined,
        one=len(cards) == 1,
    )


def pages(report: Report, archive: Archive | None = None) -> Iterator[tuple[str, str]]:
    """The files of a folder, each by its path in it and its text: index, pages of runs, what they share."""
    return ((path, make()) for path, make in folder(report, archive).items())


def folder(report: Report, archive: Archive | None = None) -> dict[str, Callable[[], str]]:
    """The files of a folder by their paths in it, each made when it is asked for; `archive` has one too."""
    views = _views(report, "runs/{}.html")
    beside = scripts(charts=True)
    files: dict[str, Callable[[], str]] = {
        f"assets/{asset.name}": partial(_text, asset) for asset in (style(), *beside)
    }
    names = _names(scripts(charts=False))
    files["index.html"] = partial(_page, "index.html", report, views, scripts=names, archive=archive)
    if archive is not None:
        hrefs = {view.diagnosis.run.name: view.href for view in views}
        files["archive.html"] = partial(archive_page, archive, hrefs)
    shared: dict[str, Any] = {"root": report.root, "policy": policy(None), "scripts": _names(beside)}
    return files | {view.href: partial(_run_page, views, number, shared) for number, view in enumerate(views)}


def _text(asset: Asset) -> str:
    return asset.text


def _run_page(views: Sequence[RunView], number: int, shared: Mapping[str, Any]) -> str:
    view = views[number]
    around = {"before": _at(views, number - 1), "after": _at(views, number + 1)}
    template = environment().get_template("run.html")
    return template.render(card=card_of(view), version=view.diagnosis.version, **around, **shared)


def _views(report: Report, place: str) -> list[RunView]:
    """The runs, hardest first, each with where it is shown."""
    ordered = hardest_first(report.diagnoses)
    names = slugs(diagnosis.run.name for diagnosis in ordered)
    return views_of(ordered, names, [place.format(name) for name in names])


def _page(template: str, report: Report, views: Sequence[RunView], **more: Any) -> str:  # noqa: ANN401
    known = report.diagnoses
    hrefs = {id(view.diagnosis): view.href for view in views}
    fields: dict[str, Any] = {
        "root": report.root,
        "views": views,
        "note": note_of(known),
        "found": found_in(views),
        "data": script_json(table_data(views)),
        "policy": policy(None),
        "version": known[0].version if known else "",
        "digest": known[0].rules_digest if known else "",
        "href": lambda diagnosis: hrefs[id(diagnosis)],
    }
    return environment().get_template(template).render(**fields | more)


def _names(assets: Sequence[Asset]) -> list[str]:
    return [asset.name for asset in assets]


def _at(views: Sequence[RunView], number: int) -> RunView | None:
    return views[number] if 0 <= number < len(views) else None
