import pytest


def test_a_run_becomes_a_picture(run, logs, tmp_path):
    target = tmp_path / "bad.png"
    assert run("plot", logs / "bad", "-o", target) == (0, f"{target}\n", "")
    assert target.read_bytes().startswith(b"\x89PNG")
    assert run("plot", logs / "bad" / "history.csv", "-o", tmp_path / "bad.svg")[0] == 0
    assert "divergence" in (tmp_path / "bad.svg").read_text()


def test_the_name_of_the_run_names_the_picture(run, logs, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, _ = run("plot", logs / "good")
    assert code == 0
    assert (tmp_path / out.strip()).is_file()
    assert out.strip().endswith(".png")


def test_several_runs_are_refused_by_name(run, logs):
    code, out, err = run("plot", logs)
    assert (code, out) == (2, "")
    assert err.startswith(f"loganalyzer: {logs}: holds 2 runs")
    assert "bad/history.csv, good/history.csv" in err


@pytest.mark.parametrize("name", ["gone", "bare"])
def test_nothing_to_draw_is_told(run, tmp_path, name):
    (tmp_path / "bare").mkdir()
    code, out, err = run("plot", tmp_path / name)
    assert (code, out) == (4, "")
    assert err.startswith(f"loganalyzer: {tmp_path / name}: ")


@pytest.mark.parametrize("target", ["x.gif", "x", "missing/x.png"])
def test_a_picture_that_cannot_be_written_is_refused(run, logs, tmp_path, monkeypatch, target):
    monkeypatch.chdir(tmp_path)
    assert run("plot", logs / "bad", "-o", target)[0] == 2
    assert not list(tmp_path.glob("x*"))
