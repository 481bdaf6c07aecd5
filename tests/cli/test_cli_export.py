import csv
import io
import math

import numpy as np
import pytest
from histories import write_history
from hypothesis import given
from hypothesis import strategies as st

from loganalyzer.audit import export
from loganalyzer.audit.export import cell, write_csv
from loganalyzer.model.run import Run, Series

HEADER = ["run", "tag", "step", "wall_time", "value"]


def rows(text):
    return list(csv.reader(io.StringIO(text, newline="")))


def series(tag, value, wall_time=None):
    value = np.array(value, float)
    wall = None if wall_time is None else np.array(wall_time, float)
    return Series(tag, np.arange(value.size), value, wall)


def table(*all_series, name="r"):
    parts = []
    write_csv([Run("id", name, series=all_series)], parts.append)
    return "".join(parts)


def test_every_point_is_a_row(run, tmp_path):
    losses = [0.1 + 0.2, 1e-300, float("nan"), float("inf"), float("-inf")]
    write_history(tmp_path / "a" / "h.csv", losses)
    code, out, err = run("export", tmp_path)
    assert (code, err) == (0, "")
    header, *points = rows(out)
    assert header == HEADER
    assert [point[:4] for point in points] == [["a/h.csv", "loss", str(at), ""] for at in range(5)]
    for point, loss in zip(points, losses, strict=True):
        assert float(point[4]) == loss or (math.isnan(loss) and point[4] == "nan")


def test_times_are_exact_and_steps_whole():
    times = [1.7e9 + 0.1, 1.7e9 + 0.30000001]
    _, first, second = rows(table(series("loss", [2**53 + 2.0, -0.0], times)))
    assert [float(row[3]) for row in (first, second)] == times
    assert (first[4], second[4], second[2]) == ("9007199254740994.0", "-0.0", "1")


def test_long_curves_are_written_in_pieces(monkeypatch):
    monkeypatch.setattr(export, "_ROWS", 3)
    assert [row[2] for row in rows(table(series("loss", range(10))))[1:]] == [str(at) for at in range(10)]


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx"])
def test_names_are_no_formulas(name):
    row = table(series(name, [1.0]), name=name).splitlines()[1]
    run_cell, tag_cell, *_ = rows(row)[0]
    assert run_cell == tag_cell
    assert run_cell.startswith("'")
    assert row.startswith("\"'")


@given(st.text())
def test_a_cell_is_one_quoted_safe_cell(text):
    ((back,),) = rows(cell(text))
    assert cell(text).startswith('"')
    assert back[:1] not in set("=+-@\t\r\n")
    assert not any(ord(sign) < 0x20 or 0x7F <= ord(sign) <= 0x9F for sign in back)


def test_a_file_appears_whole_or_not_at_all(run, logs, tmp_path, monkeypatch):
    target = tmp_path / "out.csv"
    assert run("export", logs, "-o", target) == (0, "", "")
    whole = target.read_text()
    assert whole == run("export", logs)[1]
    assert len(rows(whole)) == 1 + 60 * 2 + 54

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(export, "_rows", fail)
    code, _, err = run("export", logs, "-o", target)
    assert code == 2
    assert "No space left" in err
    assert target.read_text() == whole
    assert sorted(path.name for path in tmp_path.iterdir()) == ["logs", "out.csv"]


def test_damage_is_told_and_is_3(run, logs):
    (logs / "good" / "torn.csv").write_bytes(b"epoch,loss\n0,1.0\n1,0.9\n2\n3,0.7\n4,0.6\n")
    code, out, err = run("export", logs)
    assert code == 3
    assert "good/torn.csv:4: expected 2 cells" in err
    assert '"good/torn.csv","loss",4,,0.6\n' in out


def test_nothing_to_export_is_4(run, tmp_path):
    assert run("export", tmp_path)[:2] == (4, "run,tag,step,wall_time,value\n")
    assert run("export", tmp_path / "gone")[0] == 4
    (tmp_path / "begun.csv").write_text("")
    assert run("export", tmp_path)[:2] == (0, "run,tag,step,wall_time,value\n")
    (tmp_path / "torn.csv").write_text("loss\nx\n")
    assert run("export", tmp_path)[0] == 4


@pytest.mark.parametrize("name", ["x.xlsx", "x", "missing/x.csv"])
def test_a_place_that_cannot_be_written_is_refused_before_the_work(run, logs, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(export, "read_all", None)
    assert run("export", logs, "-o", name)[0] == 2


def test_parquet_without_its_library_is_told(run, logs, tmp_path, monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(export, "import_module", missing)
    code, _, err = run("export", logs, "-o", tmp_path / "x.parquet")
    assert code == 2
    assert "needs pyarrow" in err
    assert not (tmp_path / "x.parquet").exists()
