"""What is built from the sources works without them: a wheel in an environment of its own."""

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SICK = ROOT / "sample_logs" / "divergence" / "friedman-rate-keeps-growing"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet", "--no-deps"]
    subprocess.run([*pip, "--wheel-dir", folder, ROOT], check=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def program(wheel, tmp_path_factory):
    """The command in an environment that has the wheel and, by a path, what it depends on."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    site = next(folder.glob("lib/python*/site-packages"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    # Links the sources of an editable installation by a path file too: only packages are taken over.
    for package in Path(sysconfig.get_path("purelib")).iterdir():
        if (
            "loganalyzer" not in package.name
            and package.suffix != ".pth"
            and not (site / package.name).exists()
        ):
            (site / package.name).symlink_to(package)
    return [folder / "bin" / "python", "-m", "loganalyzer"]


def test_a_run_is_judged_without_the_sources(program, tmp_path):
    done = subprocess.run([*program, "scan", SICK], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "divergence" in done.stdout
    assert done.stderr == ""


NOTEBOOK = """
import sys
import warnings
warnings.simplefilter("error")
import loganalyzer as la
result = la.scan(sys.argv[1])
print(result[0].headline.pathology)
print(result.to_frame().shape[1], "<table>" in result._repr_html_())
print(result.to_html("page.html").stat().st_size > 100_000)
result[0].plot().savefig("run.png")
print(la.diagnose({"loss": [2.0 / (1 + at) for at in range(40)]}).verdict)
"""
TAB = """
import sys
from importlib.metadata import entry_points
from tensorboard.plugins.base_plugin import TBContext
from werkzeug.test import Client
(point,) = entry_points(group="tensorboard_plugins", name="diagnosis")
apps = point.load()(TBContext(logdir=sys.argv[1])).get_plugin_apps()
print(Client(apps["/tab.js"]).get("/").mimetype)
print("divergence" in Client(apps["/report/*"]).get("/report/index.html").text)
"""


def script(program, code, folder):
    python = [program[0], "-c", code, SICK]
    done = subprocess.run(python, cwd=folder, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_a_notebook_finds_what_it_needs(program, tmp_path):
    assert script(program, NOTEBOOK, tmp_path) == ["divergence", "13 True", "True", "healthy"]
    assert (tmp_path / "run.png").read_bytes().startswith(b"\x89PNG")


def test_tensorboard_finds_its_tab(program, tmp_path):
    assert script(program, TAB, tmp_path) == ["text/javascript", "True"]


def test_a_rule_of_ones_own_is_made_checked_and_used(program, tmp_path):
    def run(*arguments):
        return subprocess.run(
            [*program, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
        )

    assert run("rules", "new", "high-loss", "-o", "own").returncode == 0
    assert run("rules", "check", "own").stdout == "no faults found\n"
    (tmp_path / "loganalyzer.toml").write_text('rules = ["own"]\n')
    assert "rules " in run("config", "show").stdout
    assert "high-loss" in run("rules", "list").stdout


def test_rules_and_pages_came_along(program, tmp_path):
    checked = subprocess.run(
        [*program, "rules", "list"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "divergence" in checked.stdout
    subprocess.run(
        [*program, "report", SICK, "-o", "page.html"], cwd=tmp_path, capture_output=True, check=True
    )
    assert "bokeh" in (tmp_path / "page.html").read_text(encoding="utf-8").lower()


def test_the_wheel_holds_what_is_promised_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert "loganalyzer/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert {name.split("/")[0] for name in names} <= {
        "loganalyzer",
        *(n.split("/")[0] for n in names if "dist-info" in n),
    }
