"""What README.md and the pages of docs/ show is true: commands run, and the site builds without a warning."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from loganalyzer.cli.app import app
from loganalyzer.rulebook.load import default_directory, load_rulebook

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "sample_logs"
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# Findings are a result: 1 says that there are some.
FINE = (0, 1)


def commands(page):
    """The lines of a page that are typed into a shell, without what is said of them."""
    blocks = (text for language, text in _FENCE.findall(page.read_text(encoding="utf-8")) if not language)
    lines = (line.partition(" #")[0].strip() for block in blocks for line in block.splitlines())
    return [line for line in lines if line.startswith(("loganalyzer ", "cp -r "))]


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder like the one a reader of the pages works in."""
    shutil.copytree(SAMPLES / "healthy" / "digits-plain", tmp_path / "good" / "digits")
    shutil.copytree(SAMPLES / "collapse-to-chance" / "digits-warmup-too-far", tmp_path / "runs" / "mnist-3")
    (rule,) = re.findall(r"```yaml\n(schema: .*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    (tmp_path / "my-rules" / "mine").mkdir(parents=True)
    (tmp_path / "my-rules" / "mine" / "high-final-loss.yaml").write_text(rule, encoding="utf-8")
    (tmp_path / "sample_logs").symlink_to(SAMPLES)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", [page for page in PAGES if commands(page)], ids=lambda page: page.name)
def test_the_commands_of_a_page_run_one_after_the_other(page, place):
    for command in commands(page):
        program, *arguments = shlex.split(command)
        if program == "cp":
            shutil.copytree(*arguments[1:])
            continue
        result = CliRunner().invoke(app, arguments)
        assert result.exit_code in FINE, f"{command}: {result.output}{result.stderr}"


def long_commands():
    """Commands shown as `bash`: they need a server, a bucket or a cluster, or go on until stopped."""
    for page in PAGES:
        for language, text in _FENCE.findall(page.read_text(encoding="utf-8")):
            if language == "bash":
                lines = (line.partition(" #")[0].strip() for line in text.splitlines())
                yield from (line for line in lines if line.startswith("loganalyzer "))


@pytest.mark.parametrize("command", sorted(set(long_commands())))
def test_a_command_that_cannot_be_run_here_exists_with_its_options(command):
    words = [word.partition("=")[0] for word in shlex.split(command)[1:]]
    depth = 2 if words[0] in ("rules", "config") or words[:2] == ["audit", "run"] else 1
    page = CliRunner().invoke(app, [*words[:depth], *(["run"] if words[0] == "audit" else []), "--help"])
    assert page.exit_code == 0
    assert [word for word in words if word.startswith("--") and word not in page.output] == []


def test_a_command_that_does_not_exist_would_be_noticed(place):
    assert CliRunner().invoke(app, ["scan", "runs", "--no-such-option"]).exit_code not in FINE


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    target = tmp_path_factory.mktemp("docs") / "site"
    config = load_config(str(ROOT / "mkdocs.yml"), site_dir=str(target))
    build(config)
    return target


def test_the_site_builds_without_a_warning_and_has_a_page_for_every_pathology(site):
    for pathology in {rule.pathology for rule in load_rulebook((default_directory(),)).rules}:
        page = (site / "pathologies" / f"{pathology}.html").read_text(encoding="utf-8")
        assert "How it is recognised" in page
        assert "What to do, best first" in page


def test_pages_of_the_site_load_nothing_from_elsewhere(site):
    loads = re.compile(
        r"<(?:script|img|iframe)[^>]*\bsrc=\"(https?:)?//|<link[^>]*stylesheet[^>]*href=\"(https?:)?//"
    )
    assert [page.name for page in sorted(site.rglob("*.html")) if loads.search(page.read_text("utf-8"))] == []
