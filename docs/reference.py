"""Pages made from code and rule files while the site is built: pathologies with pictures, and commands."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import typer
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from loganalyzer.cli.app import app  # noqa: E402 - the package beside these pages, installed or not
from loganalyzer.engine.diagnose import diagnose  # noqa: E402
from loganalyzer.model.remedy import Remedy  # noqa: E402
from loganalyzer.model.rule import Input, Rule, Rulebook  # noqa: E402
from loganalyzer.readers.assemble import read_run  # noqa: E402
from loganalyzer.report.plot import draw, save  # noqa: E402
from loganalyzer.rulebook.load import default_directory, load_rulebook  # noqa: E402

SAMPLES = ROOT / "sample_logs"
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|])")
_FIELD = re.compile(r"\{(\w+)[^}]*\}")
_SEVERITIES = ("critical", "warning", "info")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages to those that were written by hand."""
    book = load_rulebook((default_directory(),))
    for path, text in (*_pathologies(book), ("commands.md", _commands())):
        files.append(File.generated(config, path, content=text))
    for pathology in sorted({rule.pathology for rule in book.rules}):
        sample = _sample(pathology)
        if sample is not None:
            files.append(File.generated(config, f"pathologies/{pathology}.png", content=_picture(sample)))
    return files


def _pathologies(book: Rulebook) -> Iterator[tuple[str, str]]:
    by_name: dict[str, list[Rule]] = {}
    for rule in sorted(book.rules, key=lambda rule: (rule.name != rule.pathology, rule.name)):
        by_name.setdefault(rule.pathology, []).append(rule)
    for pathology, rules in sorted(by_name.items()):
        yield f"pathologies/{pathology}.md", "\n".join(_page(pathology, rules, book))
    yield "pathologies/index.md", "\n".join(_index(by_name))


def _index(by_name: dict[str, list[Rule]]) -> Iterator[str]:
    yield "# Pathologies\n\n| pathology | family | severity | what it is |\n|---|---|---|---|"
    ordered = sorted(by_name.items(), key=lambda item: (_SEVERITIES.index(item[1][0].severity), item[0]))
    for name, (rule, *_) in ordered:
        yield f"| [{name}]({name}.md) | {rule.family} | {rule.severity} | {_text(rule.title)} |"


def _page(pathology: str, rules: Sequence[Rule], book: Rulebook) -> Iterator[str]:
    first = rules[0]
    yield f"# {pathology}\n\n*{_text(first.title)}.* Severity {first.severity}, family {first.family}.\n"
    sample = _sample(pathology)
    if sample is not None:
        yield f"![{pathology} in a real training]({pathology}.png)\n"
        yield f"`sample_logs/{sample.relative_to(SAMPLES)}`, drawn by `loganalyzer plot`.\n"
    for rule in rules:
        yield from _recognition(rule)
    yield from _listing("Known false positives", [text for rule in rules for text in rule.falsepositives])
    yield "## What to do, best first\n"
    uses = {use.id: use for rule in reversed(rules) for use in reversed(rule.remedies)}
    for id_ in dict.fromkeys(use.id for rule in rules for use in rule.remedies):
        yield from _remedy(book.remedies[id_], uses[id_].because)
    yield "## Sources\n"
    for reference in dict.fromkeys(reference for rule in rules for reference in rule.references):
        yield f"- [{_text(reference.title)}]({reference.url})" if reference.url else f"- {reference.title}"


def _recognition(rule: Rule) -> Iterator[str]:
    yield f"## How it is recognised: {rule.name}\n\n{_text(rule.description)}\n"
    yield from (f"- looks at {_input(wanted)}" for wanted in rule.inputs.values())
    yield f"- needs at least {rule.needs.min_points} points{', all finite' if rule.needs.finite else ''}"
    yield from (f"- measures: {_unfilled(line.say)}" for line in rule.evidence)
    yield f"\nIt speaks when `{rule.condition}`.\n"
    if rule.params:
        yield "| threshold | default | unit | why |\n|---|---|---|---|"
    for name, param in rule.params.items():
        yield f"| `{name}` | {param.default:g} | {_text(param.unit)} | {_text(param.help)} |"
    yield ""


def _input(wanted: Input) -> str:
    splits = "" if "none" in wanted.split else f" ({' or '.join(wanted.split)})"
    each = "every curve of " if wanted.all else ""
    return f"{each}{_text(' or '.join(wanted.quantity))}{splits}{', if logged' if wanted.optional else ''}"


def _remedy(remedy: Remedy, because: str) -> Iterator[str]:
    yield f"### {_text(remedy.title)}\n\n{_text(remedy.why)}\n"
    yield f"Offered because {_unfilled(because)}.\n"
    yield from (f"1. {_text(step)}" for step in remedy.do)
    for framework, steps in (("Keras", remedy.keras), ("PyTorch", remedy.pytorch)):
        yield from (f"\n**{framework}:** {_text(step)}" for step in steps)
    yield f"\nEffort: {remedy.cost}." + (f" Risk: {_text(remedy.risk)}" if remedy.risk else "") + "\n"
    yield from (f"- [{_text(source.title)}]({source.url})" for source in remedy.references if source.url)
    yield ""


def _listing(title: str, texts: Sequence[str]) -> Iterator[str]:
    if texts:
        yield f"## {title}\n"
        yield from (f"- {_text(text)}" for text in dict.fromkeys(texts))
        yield ""


def _text(text: str) -> str:
    """Prose of a rule as Markdown that shows it as it stands."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split())).replace("\\<", "&lt;").replace("\\>", "&gt;")


def _unfilled(say: str) -> str:
    """A sentence with its fields named instead of filled."""
    return _text(_FIELD.sub(r"<\1>", say))


def _sample(pathology: str) -> Path | None:
    """The first real training that shows it, if one is among the samples."""
    folder = SAMPLES / pathology
    return min((one for one in folder.iterdir() if one.is_dir()), default=None) if folder.is_dir() else None


def _picture(sample: Path) -> bytes:
    run = read_run(sample)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.png"
        save(draw(run, diagnose(run)), path)
        return path.read_bytes()


def _commands() -> str:
    return "# Commands\n\n" + "\n".join(_command(typer.main.get_command(app), "loganalyzer"))


def _command(command: click.Command, name: str, parent: click.Context | None = None) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=parent)
    if isinstance(command, click.Group):
        for word in sorted(command.commands):
            yield from _command(command.commands[word], word, context)
        return
    yield f"## {context.command_path}\n\n{_text(command.help or '')}\n"
    yield f"```\n{' '.join(command.collect_usage_pieces(context))}\n```\n"
    yield "| option | what |\n|---|---|"
    for param in command.params:
        record = param.get_help_record(context)
        if record is not None:
            yield f"| `{record[0].replace('|', '/')}` | {_text(record[1])} |"
    yield ""
