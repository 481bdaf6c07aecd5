"""The tab as TensorBoard sees it: found by its entry point, active over a logdir, with fresh verdicts."""

import shutil
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from tensorboard.plugins.base_plugin import TBContext
from werkzeug.test import Client

from loganalyzer.tensorboard import plugin
from loganalyzer.tensorboard.plugin import DiagnosisPlugin

SAMPLES = Path(__file__).parents[2] / "sample_logs"
SICK, SOUND = SAMPLES / "divergence" / "friedman-rate-keeps-growing", SAMPLES / "healthy" / "digits-plain"


@pytest.fixture
def logdir(tmp_path):
    shutil.copytree(SICK, tmp_path / "sick")
    return tmp_path


@pytest.fixture
def ask(logdir, monkeypatch):
    """Ask the plugin for an address below its own; without a pause between two looks."""
    monkeypatch.setattr(plugin, "MIN_PAUSE_S", 0.0)
    apps = DiagnosisPlugin(TBContext(logdir=str(logdir))).get_plugin_apps()

    def get(path):
        app = apps.get(path) or apps["/report/*"]
        return Client(app).get(f"/data/plugin/diagnosis{path}")

    return get


def test_tensorboard_finds_it():
    (found,) = entry_points(group="tensorboard_plugins", name="diagnosis")
    assert found.load() is DiagnosisPlugin


@pytest.mark.parametrize(("folder", "is_active"), [("", True), ("missing", False)])
def test_it_is_active_where_there_is_a_folder(logdir, folder, is_active):
    assert DiagnosisPlugin(TBContext(logdir=str(logdir / folder))).is_active() is is_active


def test_without_a_logdir_it_is_not_active():
    assert not DiagnosisPlugin(TBContext(logdir="")).is_active()


def test_its_script_is_among_its_addresses(logdir):
    one = DiagnosisPlugin(TBContext(logdir=str(logdir)))
    assert one.frontend_metadata().es_module_path in one.get_plugin_apps()


def test_index_and_pages_are_served_with_their_scripts(ask):
    index = ask("/report/index.html")
    assert index.mimetype == "text/html"
    assert "divergence" in index.text
    (page,) = {part.partition('"')[0] for part in index.text.split('href="runs/')[1:]}
    assert "The loss left its best value" in ask(f"/report/runs/{page}").text
    assert ask("/report/assets/report.css").mimetype == "text/css"


@pytest.mark.parametrize("path", ["/report/", "/report/nothing.html", "/report/../plugin.py"])
def test_nothing_else_is_served(ask, path):
    assert ask(path).status_code == 404


def test_every_answer_says_what_it_is_and_what_it_may_load(ask):
    for path in ("/tab.js", "/version", "/report/index.html", "/report/nothing.html"):
        headers = ask(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_the_number_is_another_one_after_a_restart(logdir, monkeypatch):
    def number(now):
        monkeypatch.setattr(plugin, "time", lambda: now)
        one = DiagnosisPlugin(TBContext(logdir=str(logdir)))
        return Client(one.get_plugin_apps()["/version"]).get("/").json["version"]

    assert number(1_800_000_000.0) < number(1_800_000_060.0)


def test_the_number_grows_when_the_logs_do_and_only_then(ask, logdir):
    first = ask("/version").json["version"]
    assert ask("/version").json["version"] == first
    shutil.copytree(SOUND, logdir / "sound")
    assert ask("/version").json["version"] == first + 1
    assert "sound" in ask("/report/index.html").text
