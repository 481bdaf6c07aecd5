"""A comparison for a terminal: one screen for a pair, a line or two for each of many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from loganalyzer.model.comparison import Comparison, CurveComparison, FindingChange, RunComparison
from loganalyzer.model.diagnosis import Diagnosis
from loganalyzer.report.comparison.words import (
    caution,
    counted,
    course_of,
    fate,
    in_short,
    role_name,
    setting,
    summary,
    told,
)
from loganalyzer.report.renderers import Screen
from loganalyzer.report.terminal.escape import clean, cut
from loganalyzer.report.terminal.lines import Line, lay_out, to_string
from loganalyzer.report.terminal.sparkline import cell_of, spark
from loganalyzer.report.terminal.words import COLORS, headline, sign

_MAX_SETTINGS, _MAX_CURVES, _MAX_DRAWN, _MAX_PAIRS, _MAX_ALONE = 10, 6, 2, 20, 10
_SPARK_CELLS, _SETTING_WIDTH = 48, 24
_FATES = {"new": ("+ new: ", "yellow"), "gone": ("- gone: ", "green"), "still": ("= still: ", "dim")}


def render(comparison: Comparison, screen: Screen) -> str:
    """The comparison as lines of text, coloured where the screen has colour."""
    pairs = comparison.pairs
    is_one = len(pairs) == 1 and not comparison.only_a and not comparison.only_b
    lines: list[Line] = []
    if is_one:
        lines += _block(pairs[0], screen)
    else:
        lines += [*_overview(comparison, screen), Line(""), Line(summary(comparison), style="bold")]
    return to_string(lay_out(lines, screen), screen)


def _overview(comparison: Comparison, screen: Screen) -> Iterator[Line]:
    """The pairs that differ, in full detail all of them as blocks, and the runs without partner."""
    yield Line(comparison.root_a, "A  ", "bold", fixed=True)
    yield Line(comparison.root_b, "B  ", "bold", fixed=True)
    is_full = screen.detail == "full"
    shown = [pair for pair in comparison.pairs if is_full or in_short(pair)]
    most = len(shown) if is_full or screen.width is None else _MAX_PAIRS
    for pair in shown[:most]:
        yield Line("")
        yield from _block(pair, screen) if is_full else _short(pair, screen)
    if len(shown) > most:
        yield Line(f"... and {len(shown) - most:,} more pairs that differ; -v shows all", style="dim")
    if same := len(comparison.pairs) - len(shown):
        yield Line("")
        yield Line(
            f"nothing differs in {same:,} more" if shown else f"nothing differs in {same:,}", style="dim"
        )
    yield from _alone(comparison.only_a, "A", screen)
    yield from _alone(comparison.only_b, "B", screen)


def _short(pair: RunComparison, screen: Screen) -> Iterator[Line]:
    mark = sign(pair.b.verdict, unicode=screen.unicode)
    yield Line(_names(pair), f"{mark} ", COLORS[pair.b.verdict], fixed=True)
    yield Line(in_short(pair), "  ")


def _names(pair: RunComparison) -> str:
    a, b = pair.a.run.name, pair.b.run.name
    return a if a == b else f"{a} → {b}"


def _alone(runs: Sequence[Diagnosis], side: str, screen: Screen) -> Iterator[Line]:
    most = len(runs) if screen.detail == "full" or screen.width is None else _MAX_ALONE
    if runs:
        yield Line("")
        yield Line(f"only in {side}", style="bold")
    for run in runs[:most]:
        first = headline(run)
        found = f": {first.pathology}" if first is not None else ""
        yield Line(f"{run.run.name}{found}", f"  {sign(run.verdict, unicode=screen.unicode)} ")
    if len(runs) > most:
        yield Line(f"... and {len(runs) - most:,} more; -v shows all", "  ", "dim")


def _block(pair: RunComparison, screen: Screen) -> Iterator[Line]:
    """One pair in full."""
    width = max(len(pair.a.verdict), len(pair.b.verdict))
    for letter, run in (("A", pair.a), ("B", pair.b)):
        verdict = f"{sign(run.verdict, unicode=screen.unicode)} {run.verdict.ljust(width)}"
        yield Line(run.run.name, f"{letter}  {verdict}  ", COLORS[run.verdict], fixed=True)
        if run.reason:
            yield Line(run.reason, "   ")
    if pair.matched_by == "hyper-parameters":
        yield Line("matched because all their settings are the same", "   ", "dim")
    yield from _settings(pair, screen)
    yield from _curves(pair, screen)
    yield from _findings(pair.findings)
    if warned := caution(pair):
        yield Line("")
        yield Line(warned, "! ", "yellow")


def _settings(pair: RunComparison, screen: Screen) -> Iterator[Line]:
    if not pair.hparams and not pair.same_hparams:
        return
    yield Line("")
    yield Line(f"settings: {counted(pair)}", style="bold")
    ellipsis = "…" if screen.unicode else ".."
    width = max((len(clean(one.name, screen)) for one in pair.hparams), default=0)
    width = min(width, _SETTING_WIDTH)
    most = len(pair.hparams) if screen.detail == "full" or screen.width is None else _MAX_SETTINGS
    for one in pair.hparams[:most]:
        name = cut(clean(one.name, screen), width, ellipsis=ellipsis).ljust(width)
        yield Line(f"{setting(one.a)} → {setting(one.b)}", f"  {name}  ")
    if len(pair.hparams) > most:
        yield Line(f"... and {len(pair.hparams) - most:,} more; -v shows all", "  ", "dim")


def _curves(pair: RunComparison, screen: Screen) -> Iterator[Line]:
    """The curves, drawn where they part; curves that part come first among those of a screen."""
    yield Line("")
    yield Line("curves" if pair.curves else "curves: none in common", style="bold")
    ordered = sorted(pair.curves, key=lambda curve: curve.parting is None)
    most = len(ordered) if screen.detail == "full" or screen.width is None else _MAX_CURVES
    for number, curve in enumerate(ordered[:most]):
        yield Line(f"{role_name(curve)}: {course_of(curve)}", "  ")
        if screen.unicode and curve.parting is not None and number < _MAX_DRAWN:
            yield from _drawn(pair, curve, screen)
    if len(ordered) > most:
        yield Line(f"... and {len(ordered) - most:,} more; -v shows all", "  ", "dim")
    for letter, tags in (("A", pair.unpaired_a), ("B", pair.unpaired_b)):
        if tags:
            yield Line(", ".join(tags), f"  only in {letter}: ", "dim")


def _drawn(pair: RunComparison, curve: CurveComparison, screen: Screen) -> Iterator[Line]:
    """Both curves over one another on one scale, with a mark where they part."""
    a, b = pair.a.sparklines.get(curve.tag_a), pair.b.sparklines.get(curve.tag_b)
    if a is None or b is None or curve.parting is None:
        return
    cells = min(_SPARK_CELLS, max((screen.width or 80) // 2, 16), len(a.step), len(b.step))
    for letter, line, other in (("A", a, b), ("B", b, a)):
        yield Line(spark(line, cells, (other,)), f"    {letter} ", "cyan", fixed=True)
    yield Line(" " * cell_of(a, curve.parting.step, cells, (b,)) + "▲", "      ", "cyan", fixed=True)


def _findings(changes: Sequence[FindingChange]) -> Iterator[Line]:
    yield Line("")
    yield Line("findings" if changes else "findings: none in either", style="bold")
    for word in ("new", "gone", "still"):
        for change in changes:
            if fate(change) == word:
                lead, style = _FATES[word]
                yield Line(told(change), f"  {lead}", style)
