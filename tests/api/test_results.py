"""What a result can be asked for, and that it stays inert where it is shown."""

from __future__ import annotations

import json
import pickle
import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

import loganalyzer as la
from loganalyzer.api.frames import DTYPES
from loganalyzer.report.gallery import main_tag
from loganalyzer.report.notebook import MAX_ROWS

FALLING = [0.2 + 2.1 * 0.9**epoch for epoch in range(40)]
RISING = FALLING[:20] + [FALLING[19] * 1.5**epoch for epoch in range(1, 21)]
EVIL = "<script>alert(1)</script>\x1b[31m\u202e&'\""


def write(path, losses):
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = "".join(f"{epoch},{loss!r}\n" for epoch, loss in enumerate(losses))
    path.write_text(f"epoch,loss\n{rows}")


@pytest.fixture
def root(tmp_path):
    write(tmp_path / "good" / "log.csv", FALLING)
    write(tmp_path / "bad" / "log.csv", RISING)
    (tmp_path / "worse").mkdir()
    (tmp_path / "worse" / "events.out.tfevents.1.host").write_bytes(b"\x00" * 40)
    return tmp_path


@pytest.fixture
def result(root):
    return la.scan(root)


def test_a_result_is_a_sequence_of_runs_by_name(result):
    assert [run.name for run in result] == ["bad/log.csv", "good/log.csv", "worse"]
    assert len(result) == 3
    assert result["bad/log.csv"] is result[0] is result[-3] is result[:1][0]
    assert "good/log.csv" in result
    assert "goo/log.csv" not in result
    assert result[0] in result


def test_a_wrong_name_is_a_key_error_that_says_what_is_near(result):
    with pytest.raises(KeyError, match=r"no run 'bad/log' among 3; did you mean bad/log\.csv"):
        result["bad/log"]
    with pytest.raises(IndexError):
        result[3]


@pytest.mark.parametrize("key", [None, ("bad", "log.csv"), 0.0])
def test_a_key_of_another_kind_is_no_run(result, key):
    with pytest.raises(KeyError, match="no run"):
        result[key]


def test_any_whole_number_is_a_place(result):
    assert result[np.int64(1)] is result[1]


def test_a_result_stays_as_it_is(result):
    with pytest.raises(AttributeError, match="cannot assign to field 'note'"):
        result[0].note = "mine"


@pytest.mark.parametrize(
    ("paths", "more"),
    [
        (None, {}),
        (5, {}),
        (b"runs", {}),
        ("", {}),
        ("a\0b", {}),
        ({"loss": FALLING}, {}),
        (pd.DataFrame({"loss": FALLING}), {}),
        ([], {"jobs": 0}),
        ([], {"jobs": 1.5}),
        ([], {"classes": -1}),
    ],
    ids=lambda given: f"{given!r}"[:20],
)
def test_what_cannot_be_scanned_is_named(paths, more):
    with pytest.raises(la.DataError, match=r"paths|jobs|classes"):
        la.scan(paths, **more)


def test_the_home_of_the_user_is_known(root, monkeypatch):
    monkeypatch.setenv("HOME", str(root))
    assert len(la.scan("~/bad")) == 1
    assert la.diagnose({"loss": RISING}).to_html("~/page.html") == root / "page.html"


def test_findings_come_with_the_name_of_their_run(result):
    assert ("bad/log.csv", "divergence") in [(name, found.pathology) for name, found in result.findings]
    bad, good, worse = result
    assert bad.headline is bad.findings[0]
    assert (good.verdict, good.headline, good.reason) == ("healthy", None, "")
    assert worse.verdict == "unreadable"
    assert worse.reason
    assert set(bad.findings) <= set(bad.diagnosis.findings)


def test_it_says_what_it_is(result):
    assert repr(result).endswith("3 runs: 1 sick, 1 unreadable, 1 healthy>")
    assert repr(result[0]) == "<RunResult 'bad/log.csv': sick, divergence>"
    assert str(result).splitlines()[1].split()[1:4] == ["sick", "bad/log.csv", "divergence"]


def test_the_frame_has_the_columns_and_types_it_promises(result):
    frame = result.to_frame()
    assert {name: str(kind) for name, kind in frame.dtypes.items()} == DTYPES
    assert sorted(set(frame["run"])) == ["bad/log.csv", "good/log.csv", "worse"]
    assert len(frame) == sum(max(len(run.findings), 1) for run in result)
    (bad,) = frame[frame["pathology"] == "divergence"].to_dict("records")
    head = result[0].headline
    assert (bad["onset_step"], bad["confidence"]) == (head.onset.step, head.confidence)
    good = frame[frame["run"] == "good/log.csv"].iloc[0]
    assert good.drop(["run", "verdict"]).isna().all()
    assert la.scan([]).to_frame().dtypes.astype(str).to_dict() == DTYPES


def test_every_column_is_described(result):
    told = re.findall(r"`([a-z_]+)`", la.ScanResult.to_frame.__doc__)
    assert DTYPES.keys() <= set(told)


def test_json_and_html_are_those_of_the_command_line(result, tmp_path):
    assert json.loads(result.to_json())["summary"]["sick"] == 1
    page = result.to_html(tmp_path / "page.html")
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert json.loads(result[0].to_json())["runs"][0]["name"] == "bad/log.csv"


def test_a_run_of_a_scan_is_read_again_for_its_curves(result, root):
    assert result["good/log.csv"].run.series[0].value.tolist() == FALLING
    (root / "good" / "log.csv").unlink()
    with pytest.raises(la.ReadError, match="scan again"):
        result["good/log.csv"].run  # noqa: B018


def test_a_result_survives_a_pickle(result):
    again = pickle.loads(pickle.dumps(result))
    assert again == result
    assert pickle.loads(pickle.dumps(la.diagnose({"loss": RISING}))).run.series[0].value.tolist() == RISING
    assert again["bad/log.csv"].run.series[0].value.tolist() == RISING


def test_pictures_show_themselves_in_a_notebook(result):
    for figure in (result.plot(), result[0].plot()):
        assert figure._repr_png_().startswith(b"\x89PNG")
    titles = [axes.get_title() for axes in result.plot().axes]
    assert titles == ["bad/log.csv\nsick", "worse\nunreadable", "good/log.csv\nhealthy"]


def test_the_main_curve_is_the_one_its_headline_speaks_of():
    steep = la.diagnose({"loss": FALLING, "val_loss": RISING, "lr": [0.1] * 40})
    lines, roles = steep.diagnosis.sparklines, steep.diagnosis.roles
    assert main_tag(lines, roles, ("lr", "val_loss")) == "val_loss"
    assert main_tag(lines, roles, ("gone",)) == main_tag(lines, roles, ()) == "loss"
    assert main_tag({}, {}, ()) == ""


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.seen = []
        self.said = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, *attrs))

    def handle_data(self, data):
        self.said += data


def test_what_a_notebook_shows_is_inert():
    run = la.diagnose({"loss": RISING, EVIL: FALLING}, name=EVIL, roles={EVIL: "val_loss"})
    many = la.ScanResult("here", (run,) * (MAX_ROWS + 7))
    for text in (run._repr_html_(), many._repr_html_()):
        page = Tags(text)
        assert {tag for tag, *_ in page.seen} <= {"div", "table", "tr", "th", "td", "p"}
        assert {attr for _, *attrs in page.seen for attr in attrs} <= {("style", "text-align: left")}
        assert "<script>alert(1)" in page.said
        assert not re.search("[\x00-\x09\x1b\u202e]", text)
    assert many._repr_html_().count("<tr>") == MAX_ROWS + 1
    assert "... and 7 more" in many._repr_html_()


def test_profiles_rules_and_classes_reach_the_scan(root):
    rule = (root / "mine" / "own").joinpath("nothing.yaml")
    rule.parent.mkdir(parents=True)
    rule.write_text("schema: loganalyzer.rule/1\n")
    with pytest.raises(la.LogAnalyzerError, match=r"nothing\.yaml:1"):
        la.scan(root / "good", rules=root / "mine")
    with pytest.raises(la.LogAnalyzerError, match="unknown profile"):
        la.scan(root / "good", profile="none such")
    share = {"accuracy": 0.25 + 0.01 * np.random.default_rng(0).normal(size=40)}
    assert la.diagnose(share, classes=4).headline.pathology == "stuck-at-chance"
    assert la.diagnose(share, classes=40).verdict == "healthy"


def test_a_missing_path_is_an_error(tmp_path):
    with pytest.raises(la.ReadError, match="gone"):
        la.scan(tmp_path / "gone")


def test_frames_of_a_run_are_those_of_the_scan(result):
    whole = result.to_frame()
    pd.testing.assert_frame_equal(
        whole[whole["run"] == "bad/log.csv"].reset_index(drop=True), result["bad/log.csv"].to_frame()
    )
