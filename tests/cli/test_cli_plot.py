import pytest
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter


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


def write_events(path, losses):
    with path.open("wb") as file:
        writer = RecordWriter(file)
        for step, loss in enumerate(losses):
            value = Summary.Value(tag="loss", simple_value=loss)
            event = Event(wall_time=1.6e9 + step, step=step, summary=Summary(value=[value]))
            writer.write(event.SerializeToString())


def test_one_of_several_runs_in_a_folder_is_named_by_its_number(run, tmp_path):
    (tmp_path / "two").mkdir()
    for start, stamp in enumerate((1_600_000_000, 1_700_000_000)):
        losses = [2.0 + start - 0.01 * step for step in range(60)]
        write_events(tmp_path / "two" / f"events.out.tfevents.{stamp}.host.{start}.0", losses)
    code, _, err = run("plot", tmp_path / "two")
    assert code == 2
    assert err.endswith("name one of them: two, two#2\n")
    assert run("plot", tmp_path / "two#2", "-o", tmp_path / "x.png")[0] == 0
    assert run("plot", tmp_path / "two#7", "-o", tmp_path / "y.png")[0] == 4


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


def test_a_picture_that_is_there_is_written_over_by_force_alone(run, logs, tmp_path):
    target = tmp_path / "run.png"
    target.write_text("mine")
    code, _, err = run("plot", logs / "bad", "-o", target)
    assert (code, target.read_text()) == (2, "mine")
    assert "--force" in err
    assert run("plot", logs / "bad", "-o", target, "--force")[0] == 0
    assert target.read_bytes().startswith(b"\x89PNG")
