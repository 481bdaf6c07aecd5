"""What the pages show for build servers, commits, settings and packages is true."""

import re
import shlex
import shutil
import tomllib
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from loganalyzer.cli.app import app
from loganalyzer.cli.defaults import KINDS, settings
from loganalyzer.report.plugins import _accepted
from loganalyzer.report.renderers import Report, Screen

ROOT = Path(__file__).parents[1]
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))


def shown(page, language):
    """The blocks of a page in a language."""
    text = (ROOT / "docs" / "howto" / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.fixture
def place(tmp_path, monkeypatch):
    shutil.copytree(ROOT / "sample_logs" / "divergence", tmp_path / "runs")
    shutil.copytree(ROOT / "rules", tmp_path / "my-rules")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_steps_of_the_action_upload_what_they_write_and_then_fail(place):
    action, *_ = shown("ci.md", "yaml")
    steps = yaml.safe_load(action)["jobs"]["loganalyzer"]["steps"]
    runs = [shlex.split(step["run"]) for step in steps if "run" in step]
    codes = [CliRunner().invoke(app, words[1:]).exit_code for words in runs if words[0] == "loganalyzer"]
    assert codes == [0, 1]
    (upload,) = [step for step in steps if "upload-sarif" in step.get("uses", "")]
    assert (place / upload["with"]["sarif_file"]).is_file()


def test_each_hook_runs_as_the_page_calls_it(place):
    *_, config = shown("ci.md", "yaml")
    (repo,) = yaml.safe_load(config)["repos"]
    entries = {hook["id"]: shlex.split(hook["entry"]) for hook in HOOKS}
    codes = {}
    for hook in repo["hooks"]:
        program, *words = entries[hook["id"]]
        assert program == "loganalyzer"
        codes[hook["id"]] = CliRunner().invoke(app, [*words, *hook["args"]]).exit_code
    assert codes == {"loganalyzer-scan": 1, "loganalyzer-rules": 0}


def test_hooks_look_at_logs_and_at_rules():
    files = {hook["id"]: re.compile(hook["files"]) for hook in HOOKS}
    for name in ("runs/events.out.tfevents.17.host", "a/metrics.csv", "b/trainer_state.json", "train.log"):
        assert files["loganalyzer-scan"].search(name)
    assert not files["loganalyzer-scan"].search("train.py")
    assert files["loganalyzer-rules"].search("my-rules/mine/a.yaml")


def test_the_settings_of_the_page_are_all_there_are(place):
    (text,) = shown("settings.md", "toml")
    (place / "pyproject.toml").write_text(text)
    known = settings()
    assert KINDS.keys() <= known.keys()
    assert known["map"].value == tomllib.loads(text)["tool"]["loganalyzer"]["map"]
    assert CliRunner().invoke(app, ["scan", "--quiet"]).exit_code == 1


def test_the_format_of_the_page_is_one():
    (code,) = shown("plugins.md", "python")
    names: dict = {}
    exec(code, names)
    renderer = _accepted("lines", names["lines"])
    assert renderer.render(Report("here", ()), Screen()) == ""
