"""Rules and formats that other packages bring: used where they are asked for, and harmless where broken."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

import loganalyzer as la
from loganalyzer.report import plugins as formats
from loganalyzer.report.renderers import Renderer
from loganalyzer.rulebook import plugins as rules
from loganalyzer.rulebook.skeleton import skeleton

COUNT = Renderer("count", ".count", lambda report, _: f"{len(report.diagnoses)} runs\n")


def fail(*_):
    raise ZeroDivisionError("on purpose")


def leave(*_):
    raise SystemExit(0)


count = SimpleNamespace(name="count", suffix=".count", render=COUNT.render)
raises = SimpleNamespace(name="count", suffix=".count", render=fail)
leaves = SimpleNamespace(name="count", suffix=".count", render=leave)
gives_bytes = SimpleNamespace(name="count", suffix=".count", render=lambda *_: b"3")
taken = SimpleNamespace(name="json", suffix=".json5", render=COUNT.render)
no_suffix = SimpleNamespace(name="count", suffix="count", render=COUNT.render)
nameless = SimpleNamespace(render=COUNT.render)


@pytest.fixture
def install(monkeypatch, tmp_path):
    """Install a package with an entry point; its folder of rules is given back."""

    def call(group, place):
        site = tmp_path / "site"
        info = site / "other-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: other\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[{group}]\nother = {place}\n")
        own = site / "other_rules"
        (own / "mine").mkdir(parents=True)
        (own / "__init__.py").write_text("")
        (own / "mine" / "high-loss.yaml").write_text(skeleton("high-loss", "mine", "OTH001"))
        monkeypatch.syspath_prepend(site)
        forget()
        return own

    yield call
    forget()
    sys.modules.pop("other_rules", None)


def forget():
    formats._found.cache_clear()
    rules._found.cache_clear()


@pytest.fixture
def log(tmp_path):
    rows = "".join(f"{epoch},{5 - 0.05 * epoch}\n" for epoch in range(40))
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "log.csv").write_text(f"epoch,loss\n{rows}")
    return tmp_path / "runs"


def scan(capfd, *arguments):
    from loganalyzer.cli import main

    sys.argv = ["loganalyzer", *map(str, arguments)]
    with pytest.raises(SystemExit) as left:
        main()
    captured = capfd.readouterr()
    return left.value.code, captured.out, captured.err


@pytest.mark.parametrize("place", ["COUNT", "count"])
def test_a_format_is_found_by_name_and_by_suffix(install, log, capfd, place, tmp_path):
    install(formats.GROUP, f"test_extensions:{place}")
    assert scan(capfd, "scan", log, "--format", "count")[:2] == (0, "1 runs\n")
    target = tmp_path / "out.count"
    scan(capfd, "scan", log, "-o", target)
    assert target.read_text() == "1 runs\n"


def test_a_format_nobody_asks_for_is_not_loaded(install, log, capfd):
    install(formats.GROUP, "test_extensions:gone")
    assert scan(capfd, "scan", log, "--format", "json")[2] == ""


@pytest.mark.parametrize("place", ["gone", "taken", "no_suffix", "nameless"])
def test_a_format_that_cannot_be_used_is_a_line(install, log, capfd, place):
    install(formats.GROUP, f"test_extensions:{place}")
    code, _, err = scan(capfd, "scan", log, "--format", "count")
    assert code == 2
    first = err.splitlines()[0]
    assert first.startswith("loganalyzer.renderers:other: expected a format")
    assert "'count' is not one of text, json" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("place", ["raises", "leaves", "gives_bytes"])
def test_a_format_that_fails_is_a_line(install, log, capfd, place):
    install(formats.GROUP, f"test_extensions:{place}")
    code, out, err = scan(capfd, "scan", log, "--format", "count")
    assert (code, out) == (2, "")
    assert err.startswith("loganalyzer: the format 'count', which another package brings, ")
    assert len(err.splitlines()) == 1


def test_rules_of_a_package_are_in_force(install, log, capfd):
    own = install(rules.GROUP, "other_rules")
    assert "high-loss" in [finding.pathology for _, finding in la.scan(log).findings]
    assert "high-loss" in scan(capfd, "rules", "list")[1]
    text = (own / "mine" / "high-loss.yaml").read_text()
    (log.parent / "over" / "mine").mkdir(parents=True)
    (log.parent / "over" / "mine" / "high-loss.yaml").write_text(text.replace("default: 1.0", "default: 9.0"))
    found = la.scan(log, rules=log.parent / "over").findings
    assert "high-loss" not in [finding.pathology for _, finding in found]


def test_rules_may_be_named_by_a_path(install, log):
    install(rules.GROUP, "other_rules:__path__")
    with pytest.warns(UserWarning, match=r"loganalyzer\.rules:other: expected sound rules"):
        la.scan(log)


@pytest.mark.parametrize("place", ["nowhere", "test_extensions:count", "sys:maxsize"])
def test_rules_that_are_not_there_are_a_line_and_the_rest_is_judged(install, log, capfd, place):
    install(rules.GROUP, place)
    code, out, err = scan(capfd, "scan", log)
    assert code in (0, 1)
    assert "1 run: " in out
    assert err.startswith("loganalyzer.rules:other: expected sound rules of another package")
    assert len(err.splitlines()) == 1


def test_one_wrong_rule_keeps_all_of_its_package_out(install, log, capfd):
    own = install(rules.GROUP, "other_rules")
    (own / "mine" / "broken.yaml").write_text("schema: loganalyzer.rule/1\n")
    _, out, err = scan(capfd, "scan", log)
    assert "broken.yaml:1" in err
    assert "high-loss" not in out


def test_without_other_packages_their_metadata_is_not_loaded(log):
    code = f"import sys, loganalyzer as la; la.scan({str(log)!r}); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "importlib.metadata" not in done.stdout.split()
