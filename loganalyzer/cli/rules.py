"""`loganalyzer rules`: what the rules are, and whether they are sound."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from loganalyzer.cli.authoring import new
from loganalyzer.cli.calibrate import calibrate
from loganalyzer.cli.exits import CLEAN, FINDINGS, REFUSED, UNREADABLE
from loganalyzer.cli.inputs import gather_inputs
from loganalyzer.cli.options import NoColor, Rules, rulebook_of
from loganalyzer.cli.output import emit, screen_of
from loganalyzer.cli.pages import App
from loganalyzer.cli.progress import progress
from loganalyzer.errors import unknown

if TYPE_CHECKING:
    from loganalyzer.model.rule import Rule, Rulebook

app = App(help="List, show, check and test the rules.")

_Directory = Annotated[
    Path | None, typer.Argument(metavar="[DIR]", help="A folder of rules. [default: those of the package]")
]

_Against = Annotated[
    list[Path] | None,
    typer.Option("--against", metavar="PATH", help="Try the rules on the runs below here. Repeatable."),
]


@app.command("list")
def list_rules(*, rules: Rules = None, no_color: NoColor = False) -> None:
    """One line for each rule: name, pathology, severity, status and title."""
    from loganalyzer.report.pages import rules_table

    emit(rules_table(rulebook_of(rules), screen_of(sys.stdout, detail="normal", color=not no_color)))


@app.command("show")
def show_rule(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name or id of a rule.")],
    *,
    rules: Rules = None,
    no_color: NoColor = False,
) -> None:
    """All that one rule says of itself."""
    from loganalyzer.report.pages import rule_page

    rulebook = rulebook_of(rules)
    rule = next((rule for rule in rulebook.rules if name in (rule.name, rule.id)), None)
    if rule is None:
        raise unknown("rule", name, sorted(rule.name for rule in rulebook.rules))
    emit(rule_page(rule, rulebook, screen_of(sys.stdout, detail="normal", color=not no_color)))


@app.command("check")
def check(directory: _Directory = None) -> None:
    """Check each rule as it is written; one line `file:line:column: text` for each fault."""
    from loganalyzer.rulebook.lint import lint
    from loganalyzer.rulebook.load import default_directory

    errors = lint(directory or default_directory())
    emit("".join(f"{error}\n" for error in errors) or "no faults found\n")
    raise typer.Exit(REFUSED if errors else 0)


@app.command("test")
def test(directory: _Directory = None, *, against: _Against = None) -> None:
    """Run the tests that the rules carry, or say on which runs of an archive each would fire.

    One line for each test that fails; with --against, the runs by what the rule says of them.
    """
    from loganalyzer.engine.selftest import run_selftests
    from loganalyzer.rulebook.load import default_directory
    from loganalyzer.rulebook.profiles import AS_WRITTEN

    rulebook = rulebook_of([directory] if directory else None, AS_WRITTEN, tests=True)
    folder = directory or default_directory()
    rulebook = replace(rulebook, rules=tuple(rule for rule in rulebook.rules if _lies_in(rule, folder)))
    if against:
        raise typer.Exit(_try(rulebook, against))
    failures = run_selftests(rulebook)
    cases = sum(len(rule.tests) for rule in rulebook.rules)
    for failure in failures:
        got = f"expected {failure.expected}, got {failure.got}"
        emit(f"{failure.rule}: {failure.case}: {got}; {failure.text}\n")
    emit(f"{cases} tests of {len(rulebook.rules)} rules, {len(failures)} failed\n")
    raise typer.Exit(FINDINGS if failures else 0)


def _try(rulebook: Rulebook, paths: list[Path]) -> int:
    from loganalyzer.audit.scan import ScanOptions
    from loganalyzer.audit.tryout import tally_text, try_rules
    from loganalyzer.readers.limits import DEFAULTS

    gathered = gather_inputs(paths, DEFAULTS, None)
    with progress(quiet=False) as on_run:
        emit(tally_text(try_rules(gathered.found, rulebook, ScanOptions(), on_run)))
    return CLEAN if gathered.found else UNREADABLE


app.command("new")(new)
app.command("calibrate")(calibrate)


def _lies_in(rule: Rule, directory: Path) -> bool:
    """Whether a rule in force is written in a folder, or only in that of the package."""
    return (directory / rule.family / f"{rule.name}.yaml").is_file()
