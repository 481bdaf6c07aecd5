"""The files of a run put together: restarts, separate runs, copies, writers side by side."""

import math
import shutil
from pathlib import Path

import numpy as np
import pytest
from event_files import event, file_bytes, histogram, simple
from hypothesis import given
from hypothesis import strategies as st

from loganalyzer.errors import ReadError
from loganalyzer.model.run import Histograms, Series
from loganalyzer.readers import find_runs, read_run, read_runs
from loganalyzer.readers.reading import Column
from loganalyzer.readers.stitch import Piece, join_histograms, overlay, resume, starts_anew, unfold

BEGIN = 1700000000
Curve = dict[int, float]


def ramp(start: int, stop: int, every: int = 1, at: float = 0.0) -> Curve:
    return {step: at + step / 8 for step in range(start, stop, every)}


def log(root: Path, folder: str = "", *, after: int = 0, pid: int = 7, n: int = 0, **curves: Curve) -> Path:
    """An event file that began `after` seconds; each point takes a second."""
    events = [
        event(step, simple(tag.replace("__", "/"), value), wall_time=BEGIN + after + index)
        for tag, curve in curves.items()
        for index, (step, value) in enumerate(curve.items())
    ]
    path = root / folder / f"events.out.tfevents.{BEGIN + after}.host.{pid}.{n}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(file_bytes(*events))
    return path


def logged(root: Path, pairs: list[tuple[int, float]], tag: str = "loss") -> Path:
    """An event file with points in this order."""
    path = root / f"events.out.tfevents.{BEGIN}.host.7.0"
    path.write_bytes(file_bytes(*(event(step, simple(tag, value)) for step, value in pairs)))
    return path


def runs_of(root: Path):
    return [run for found in find_runs(root) for run in read_runs(found)]


def curves(run) -> dict[str, Curve]:
    return {
        series.tag: dict(zip(series.step.tolist(), series.value.tolist(), strict=True))
        for series in run.series
    }


def kinds(run) -> list[str]:
    return sorted(problem.kind for problem in run.problems)


def column(steps, values=None) -> Column:
    values = np.arange(len(steps), dtype=float) if values is None else np.array(values, float)
    return Column("loss", np.array(steps, np.int64), values, values + BEGIN)


# One file


def test_growing_steps_stay_as_they_are():
    points = column([3, 5, 9])
    curve = unfold(points)
    assert curve.piece.step is points.step
    assert (curve.replaced, curve.repeated, curve.numbered) == ((), 0, False)


def naive_restarts(steps, values):
    """Each point drops those at its step or later."""
    kept: list[tuple[int, float]] = []
    for step, value in zip(steps, values, strict=True):
        while kept and kept[-1][0] >= step:
            kept.pop()
        kept.append((step, value))
    return kept


@given(st.lists(st.integers(0, 60), min_size=1, max_size=3), st.integers(20, 40))
def test_restarts_are_what_a_plain_loop_makes_of_them(starts, length):
    steps = [step for start in [0, *starts] for step in range(start, start + length)]
    points = column(steps)
    curve = unfold(points)
    kept = naive_restarts(steps, points.value.tolist())
    assert list(zip(curve.piece.step.tolist(), curve.piece.value.tolist(), strict=True)) == kept
    gone = sum(replaced.n for replaced in curve.replaced if replaced is not None)
    assert gone + curve.repeated == len(steps) - len(kept)


STEPS = st.lists(st.integers(-3, 12) | st.sampled_from([-(2**63), 2**63 - 1, 2**40]), min_size=1, max_size=40)
VALUES = st.sampled_from([0.0, 0.5, math.nan, math.inf])


@given(STEPS.flatmap(lambda s: st.tuples(st.just(s), st.lists(VALUES, min_size=len(s), max_size=len(s)))))
def test_no_point_is_invented_and_none_lost_without_count(drawn):
    steps, values = drawn
    curve = unfold(column(steps, values))
    piece = curve.piece
    Series("loss", piece.step.copy(), piece.value.copy())
    if curve.numbered:
        assert piece.value.size == len(steps)
        return
    logged_points = list(zip(steps, map(repr, values), strict=True))
    kept_points = list(zip(piece.step.tolist(), map(repr, piece.value.tolist()), strict=True))
    assert set(kept_points) <= set(logged_points)
    gone = sum(replaced.n for replaced in curve.replaced if replaced is not None)
    different = len(set(logged_points)) - len(kept_points)
    assert gone + curve.repeated >= different


def test_the_last_of_equal_steps_is_kept_and_the_others_counted():
    curve = unfold(column([0, 0, 1, 1, 2, 2], [1, 2, 3, 3, math.nan, 5]))
    assert curve.piece.value.tolist() == [2, 3, 5]
    assert curve.repeated == 2


def test_two_writers_under_one_tag_are_no_restart(tmp_path):
    logged(tmp_path, [(step, value) for step in range(50) for value in (-20.0, -1.0)])
    (run,) = runs_of(tmp_path)
    assert curves(run) == {"loss": dict.fromkeys(range(50), -20.0), "loss#2": dict.fromkeys(range(50), -1.0)}
    assert [(problem.kind, problem.lost) for problem in run.problems] == [("duplicate", 0)]


def test_minibatches_that_step_back_all_the_time_are_no_restart(tmp_path):
    pairs = [(start + back, float(start)) for start in range(0, 3000, 100) for back in (0, 100, 200, 300)]
    logged(tmp_path, pairs)
    (run,) = runs_of(tmp_path)
    assert kinds(run) == ["duplicate"]
    assert run.series[0].superseded == 0
    assert curves(run)["loss"][1500] == 1500.0
    assert len(run.series[0]) + run.problems[0].lost == len(pairs)


def test_one_value_again_at_its_step_is_not_worth_a_line(tmp_path):
    logged(tmp_path, [(0, -1.0), (0, -1.0), (5, 2.0), (5, 2.0), (9, 1.0)])
    (run,) = runs_of(tmp_path)
    assert run.problems == ()


def test_points_that_were_given_no_step_are_numbered(tmp_path):
    logged(tmp_path, [(0, 1 / (1 + n)) for n in range(40)])
    (run,) = runs_of(tmp_path)
    assert list(curves(run)["loss"]) == list(range(40))
    assert [(problem.kind, problem.lost) for problem in run.problems] == [("duplicate", 0)]
    assert "numbered" in run.problems[0].text


def test_a_log_that_has_just_begun_again_keeps_what_it_had(tmp_path):
    logged(tmp_path, [*((step, 1.0) for step in range(50)), (20, 2.0)])
    (run,) = runs_of(tmp_path)
    assert curves(run)["loss"] == dict.fromkeys(range(50), 1.0) | {20: 2.0}
    assert [(problem.kind, problem.lost) for problem in run.problems] == [("duplicate", 1)]


@pytest.mark.parametrize("stray", [-(2**63), -5, 0, 7])
def test_a_lone_step_out_of_line_costs_no_neighbour(tmp_path, stray):
    pairs = [(step, float(step)) for step in range(10, 60)]
    logged(tmp_path, [*pairs[:25], (stray, 9.0), *pairs[25:]])
    (run,) = runs_of(tmp_path)
    assert curves(run)["loss"] == {**dict(pairs), stray: 9.0}
    assert run.series[0].superseded == 0


def test_a_lone_step_far_ahead_is_all_that_is_lost(tmp_path):
    pairs = [(step, float(step)) for step in range(50)]
    logged(tmp_path, [*pairs[:25], (2**62, 9.0), *pairs[25:]])
    (run,) = runs_of(tmp_path)
    assert curves(run)["loss"] == dict(pairs)
    assert run.series[0].superseded == 1


def test_a_restart_within_a_table_is_told_once_for_all_curves(tmp_path):
    rows = [f"{epoch},{epoch / 8},{epoch / 4}" for epoch in [*range(20), *range(12, 30)]]
    (tmp_path / "history.csv").write_text("epoch,loss,val_loss\n" + "\n".join(rows) + "\n")
    (run,) = runs_of(tmp_path)
    assert [len(series) for series in run.series] == [30, 30]
    assert [(problem.kind, problem.lost) for problem in run.problems] == [("restarted", 16)]
    rows = [f"{epoch},{index},{index}" for index, epoch in enumerate([*range(20), *range(12, 30)])]
    (tmp_path / "history.csv").write_text("epoch,loss,val_loss\n" + "\n".join(rows) + "\n")
    (run,) = runs_of(tmp_path)
    assert [(problem.kind, problem.lost) for problem in run.problems] == [("restarted", 16)]
    assert [series.superseded for series in run.series] == [8, 8]
    assert "from step 12 to 19" in run.problems[0].text


# Several files


def test_a_resumed_run_is_one_and_the_later_points_win(tmp_path):
    log(tmp_path, "run", loss=ramp(0, 100), lr=ramp(0, 100, 10))
    later = log(tmp_path, "run", after=500, pid=8, loss=ramp(80, 150, at=1), lr=ramp(80, 150, 10, at=1))
    (run,) = runs_of(tmp_path)
    assert curves(run)["loss"] == ramp(0, 80) | ramp(80, 150, at=1)
    assert curves(run)["lr"] == ramp(0, 80, 10) | ramp(80, 150, 10, at=1)
    assert {series.tag: series.superseded for series in run.series} == {"loss": 20, "lr": 2}
    (problem,) = run.problems
    assert (problem.kind, problem.path, problem.lost) == ("restarted", f"run/{later.name}", 22)
    assert "'loss' from step 80 to 99" in problem.text
    assert len(run.sources) == 2
    assert run.series[0].wall_time.size == len(run.series[0])


def test_the_tail_of_an_abandoned_branch_goes_even_where_nothing_replaced_it(tmp_path):
    log(tmp_path, loss=ramp(0, 100))
    log(tmp_path, after=500, pid=8, loss=ramp(80, 90, at=1))
    (run,) = runs_of(tmp_path)
    assert curves(run)["loss"] == ramp(0, 80) | ramp(80, 90, at=1)


def test_files_that_continue_without_overlap_are_not_worth_a_line(tmp_path):
    for session in range(5):
        log(tmp_path, after=500 * session, pid=session, loss=ramp(session * 20, session * 20 + 20))
    (run,) = runs_of(tmp_path)
    assert curves(run)["loss"] == ramp(0, 100)
    assert run.problems == ()


def test_a_resumed_file_that_repeats_a_point_replaces_nothing(tmp_path):
    log(tmp_path, loss=ramp(0, 100))
    log(tmp_path, after=500, pid=8, loss=ramp(99, 120))
    (run,) = runs_of(tmp_path)
    assert curves(run)["loss"] == ramp(0, 120)
    assert run.problems == ()


@pytest.mark.parametrize("n", [2, 3])
def test_files_that_cover_the_same_steps_are_separate_runs_in_time_order(tmp_path, n):
    for index in range(n):
        log(tmp_path, "ppo", after=900 * index, pid=20 - index, loss=ramp(10, 400, 10, at=index))
    runs = runs_of(tmp_path)
    assert [run.name for run in runs] == ["ppo", "ppo#2", "ppo#3"][:n]
    assert [curves(run)["loss"][10] for run in runs] == [index + 1.25 for index in range(n)]
    assert [kinds(run) for run in runs] == [["restarted"]] * n
    assert f"{n} files" in runs[0].problems[0].text
    assert len({run.run_id for run in runs}) == n
    assert all(series.superseded == 0 for run in runs for series in run.series)


def test_a_short_second_run_does_not_swallow_the_first(tmp_path):
    log(tmp_path, loss=ramp(1, 1000))
    log(tmp_path, after=5000, pid=8, loss=ramp(1, 8, at=3))
    assert [len(run.series[0]) for run in runs_of(tmp_path)] == [999, 7]


def test_a_session_resumes_the_run_whose_end_it_meets(tmp_path):
    log(tmp_path, after=0, pid=1, loss=ramp(0, 1000))
    log(tmp_path, after=5000, pid=2, loss=ramp(0, 50, at=5))
    log(tmp_path, after=9000, pid=3, loss=ramp(990, 2000))
    first, second = runs_of(tmp_path)
    assert curves(first)["loss"] == ramp(0, 2000)
    assert curves(second)["loss"] == ramp(0, 50, at=5)


def test_processes_that_write_at_once_are_separate_runs(tmp_path):
    log(tmp_path, after=0, pid=1, loss=ramp(0, 400))
    log(tmp_path, after=100, pid=2, loss=ramp(200, 600, at=1))
    assert [len(run.series[0]) for run in runs_of(tmp_path)] == [400, 400]


def test_a_copied_file_is_read_once_and_told(tmp_path):
    original = log(tmp_path, loss=ramp(0, 50), acc=ramp(0, 50))
    copy = tmp_path / f"events.out.tfevents.{BEGIN + 99}.copy"
    shutil.copy(original, copy)
    (run,) = runs_of(tmp_path)
    assert curves(run)["loss"] == ramp(0, 50)
    assert kinds(run) == ["duplicate", "restarted"]
    assert all(problem.path == copy.name for problem in run.problems)
    assert next(problem.lost for problem in run.problems if problem.kind == "duplicate") == 100
    assert len(run.sources) == 2


def test_a_partial_copy_is_a_copy_and_another_run_is_not(tmp_path):
    log(tmp_path, loss=ramp(0, 50))
    log(tmp_path, after=3, pid=8, loss=ramp(0, 30))
    other = ramp(0, 30)
    other[29] += 1
    log(tmp_path, after=700, pid=9, loss=other)
    first, second = runs_of(tmp_path)
    assert kinds(first) == ["duplicate", "restarted", "restarted"]
    assert len(first.series[0]) == 50
    assert curves(second)["loss"] == other


def test_writers_with_different_tags_in_one_folder_are_one_run(tmp_path):
    log(tmp_path, n=0, loss=ramp(0, 50))
    log(tmp_path, n=1, acc=ramp(0, 50))
    log(tmp_path, after=90000, pid=9, test_acc={50: 0.5})
    (run,) = runs_of(tmp_path)
    assert sorted(curves(run)) == ["acc", "loss", "test_acc"]
    assert run.problems == ()


def test_a_test_file_that_notes_the_same_constant_is_part_of_the_run(tmp_path):
    log(tmp_path, loss=ramp(9, 100, 10), hp_metric={0: -1.0}, epoch=ramp(9, 100, 10))
    log(tmp_path, after=500, hp_metric={0: -1.0}, epoch={100: 9.0}, test_loss={100: 0.5})
    log(tmp_path, after=501, hp_metric={0: 2.0})
    (run,) = runs_of(tmp_path)
    assert curves(run)["loss"] == ramp(9, 100, 10)
    assert curves(run)["epoch"][100] == 9.0


def keras(
    root: Path, after: int, *, at: float, validation: bool = True, start: int = 0, stop: int = 20
) -> None:
    log(root, "train", after=after, n=0, epoch_loss=ramp(start, stop, at=at))
    if validation:
        log(root, "validation", after=after + 4, n=1, epoch_loss=ramp(start, stop, at=at + 0.5))


def test_keras_folders_become_prefixes(tmp_path):
    keras(tmp_path / "fit", 0, at=0)
    (run,) = runs_of(tmp_path)
    assert run.name == "fit"
    assert curves(run) == {"train/epoch_loss": ramp(0, 20), "validation/epoch_loss": ramp(0, 20, at=0.5)}


def test_each_validation_file_goes_to_the_training_file_nearest_in_time(tmp_path):
    for index, validation in enumerate([True, False, True, True]):
        keras(tmp_path / "logs", 1000 * index, at=index, validation=validation)
    runs = runs_of(tmp_path)
    assert [run.name for run in runs] == ["logs", "logs#2", "logs#3", "logs#4"]
    found = [{tag: curve[0] for tag, curve in curves(run).items()} for run in runs]
    assert found == [
        {"train/epoch_loss": 0.0, "validation/epoch_loss": 0.5},
        {"train/epoch_loss": 1.0},
        {"train/epoch_loss": 2.0, "validation/epoch_loss": 2.5},
        {"train/epoch_loss": 3.0, "validation/epoch_loss": 3.5},
    ]


def test_a_restart_of_both_writers_is_one_restart(tmp_path):
    keras(tmp_path / "fit", 0, at=0, stop=28)
    keras(tmp_path / "fit", 900, at=1, start=15, stop=40)
    (run,) = runs_of(tmp_path)
    assert kinds(run) == ["restarted"]
    assert {series.tag: series.superseded for series in run.series} == {
        "train/epoch_loss": 13,
        "validation/epoch_loss": 13,
    }


@pytest.mark.parametrize(
    ("folder", "tag", "expected"),
    [
        ("train", "epoch_loss", "train/epoch_loss"),
        ("train", "val__loss", "val/loss"),
        ("exp1", "epoch_loss", "epoch_loss"),
    ],
)
def test_a_lone_split_folder_says_the_split_unless_the_tags_do(tmp_path, folder, tag, expected):
    log(tmp_path, f"logs/{folder}", **{tag: ramp(0, 5)})
    (below,) = runs_of(tmp_path)
    (itself,) = runs_of(tmp_path / "logs" / folder)
    assert list(curves(below)) == list(curves(itself)) == [expected]


def test_a_history_beside_events_is_the_same_run_and_clashes_are_kept_apart(tmp_path):
    log(tmp_path, "run", loss=ramp(0, 5), acc=ramp(0, 5))
    (tmp_path / "run/history.csv").write_text("epoch,loss,lr\n0,1.0,0.1\n1,0.5,0.1\n")
    (run,) = runs_of(tmp_path)
    assert sorted(curves(run)) == ["acc", "history.csv:loss", "loss", "lr"]
    assert run.problems == ()
    (tmp_path / "run/history.csv").write_text("epoch,val_loss\n0,1.0\n1,0.5\n")
    (run,) = runs_of(tmp_path)
    assert sorted(curves(run)) == ["acc", "loss", "val_loss"]
    assert {source.format for source in run.sources} == {"csv", "tfevents"}


def test_a_restart_that_events_and_history_both_show_is_one(tmp_path):
    log(tmp_path, "run", step_loss=ramp(0, 100))
    log(tmp_path, "run", after=500, pid=8, step_loss=ramp(80, 150, at=1))
    rows = [f"{epoch},{index}" for index, epoch in enumerate([*range(10), *range(8, 15)])]
    table = tmp_path / "run/history.csv"
    table.write_text("epoch,loss\n" + "\n".join(rows) + "\n")
    (run,) = runs_of(tmp_path)
    assert [(problem.kind, problem.lost) for problem in run.problems] == [("restarted", 22)]
    assert {series.tag: series.superseded for series in run.series} == {"loss": 2, "step_loss": 20}
    table.write_text(table.read_text() + "9,1\n10,2\n")
    (run,) = runs_of(tmp_path)
    assert kinds(run) == ["restarted"] * 3


def test_histograms_get_the_prefix_and_the_later_file_counts():
    def histograms(*steps: int) -> Histograms:
        n = len(steps)
        arrays = [np.arange(n, dtype=float) + steps[0] for _ in range(5)]
        return Histograms("w", np.array(steps), *arrays, np.zeros((n, 5)))

    joined = join_histograms("train/w", [histograms(0, 1, 2, 3), histograms(2, 3, 4)])
    assert joined.tag == "train/w"
    assert joined.step.tolist() == [0, 1, 2, 3, 4]
    assert joined.min.tolist() == [0, 1, 2, 3, 4]
    assert joined.quantiles.shape == (5, 5)
    assert join_histograms("w", [histograms(4, 2, 2)]).step.tolist() == [2, 4]


def test_a_file_with_histograms_alone_belongs_to_its_run(tmp_path):
    keras(tmp_path / "fit", 0, at=0)
    value = histogram("w", min=0, max=1, num=2, sum=1, sum_squares=1, bucket_limit=[0.5, 1], bucket=[1, 1])
    path = tmp_path / "fit/train" / f"events.out.tfevents.{BEGIN + 1}.host.7.5"
    path.write_bytes(file_bytes(event(0, value)))
    (run,) = runs_of(tmp_path)
    assert [item.tag for item in run.histograms] == ["train/w"]


# What cannot be read


def test_a_file_that_goes_away_or_changes_is_told_and_its_neighbours_read(tmp_path):
    log(tmp_path, "run", loss=ramp(0, 5))
    gone = log(tmp_path, "run", after=9, pid=8, loss=ramp(5, 9))
    table = tmp_path / "run/history.csv"
    table.write_text("epoch,val_loss\n0,1.0\n")
    (found,) = find_runs(tmp_path)
    gone.unlink()
    table.write_text("now,something\nelse,altogether\n")
    (run,) = read_runs(found)
    assert curves(run) == {"loss": ramp(0, 5)}
    assert kinds(run) == ["skipped", "unreadable"]


def test_a_folder_with_nothing_but_an_empty_event_file_is_a_run_without_series(tmp_path):
    path = tmp_path / "run" / "events.out.tfevents.1.host"
    path.parent.mkdir()
    path.touch()
    (run,) = runs_of(tmp_path)
    assert (run.name, run.series, kinds(run)) == ("run", (), ["empty"])


def test_an_event_file_without_points_says_so(tmp_path):
    log(tmp_path, "run")
    (run,) = runs_of(tmp_path)
    assert kinds(run) == ["empty"]


def test_a_place_that_could_not_be_looked_into_is_a_run_that_says_why(tmp_path):
    (tmp_path / "data.csv").write_text("a,b\n1,2\n")
    (run,) = runs_of(tmp_path)
    assert (run.name, run.sources, kinds(run)) == ("data.csv", (), ["skipped"])


def test_read_run_takes_a_folder_or_a_file(tmp_path):
    path = log(tmp_path, "run", loss=ramp(0, 5))
    assert read_run(tmp_path / "run").name == "run"
    assert read_run(str(path)).name == path.name
    assert curves(read_run(path)) == {"loss": ramp(0, 5)}
    (tmp_path / "empty").mkdir()
    with pytest.raises(ReadError, match="empty"):
        read_run(tmp_path / "empty")


def test_a_run_is_the_same_wherever_its_root_lies(tmp_path):
    for root in (tmp_path / "here", tmp_path / "far" / "away"):
        keras(root / "logs", 0, at=0)
        keras(root / "logs", 1000, at=1)
    here, there = runs_of(tmp_path / "here"), runs_of(tmp_path / "far" / "away")
    assert [run.run_id for run in here] == [run.run_id for run in there]
    assert [run.problems for run in here] == [run.problems for run in there]
    assert [run.sources for run in here] == [run.sources for run in there]
    assert all(len(run.run_id) == 12 and str(tmp_path) not in repr(run) for run in here)


def test_damage_in_one_run_leaves_its_neighbour_as_it_was(tmp_path):
    log(tmp_path, "good", loss=ramp(0, 5))
    alone = runs_of(tmp_path)[0]
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "events.out.tfevents.1.host").write_bytes(b"\xff" * 500)
    bad, good = runs_of(tmp_path)
    assert bad.series == ()
    assert bad.problems
    assert curves(good) == curves(alone)
    assert (good.run_id, good.sources, good.problems) == (alone.run_id, alone.sources, alone.problems)


# The joints


def piece(steps, at=0.0) -> Piece:
    step = np.array(steps, np.int64)
    return Piece(step, step + at, None)


SORTED = st.sets(st.integers(-50, 50), min_size=1).map(sorted)


@given(SORTED, SORTED)
def test_resume_and_overlay_are_what_dictionaries_make_of_them(before, after):
    old, new = {step: float(step) for step in before}, {step: step + 0.5 for step in after}
    resumed, gone = resume(piece(before), piece(after, 0.5))
    expected = {step: value for step, value in old.items() if step < after[0]} | new
    assert dict(zip(resumed.step.tolist(), resumed.value.tolist(), strict=True)) == expected
    assert (gone.n if gone else 0) == sum(step >= after[0] for step in before)
    laid, gone = overlay(piece(before), piece(after, 0.5))
    assert dict(zip(laid.step.tolist(), laid.value.tolist(), strict=True)) == old | new
    assert laid.step.tolist() == sorted(old | new)
    assert (gone.n if gone else 0) == len(set(before) & set(after))


@pytest.mark.parametrize(
    ("before", "after", "anew"),
    [
        (range(100), range(50), True),
        (range(1001), range(10, 500), True),
        (range(1001), range(11, 500), False),
        (range(4), range(1, 9), False),
        (range(50, 100), range(90), True),
        ([19], [19], True),
        ([19], [20], False),
    ],
)
def test_what_starts_anew(before, after, anew):
    assert starts_anew(piece(list(before)), piece(list(after))) is anew


# Copies within a file, and branches that were given up


@pytest.mark.parametrize("times", [2, 3])
def test_a_file_concatenated_with_itself_counts_each_point_once(tmp_path, times):
    path = log(tmp_path, loss=ramp(0, 30), acc=ramp(0, 30, 3))
    (alone,) = runs_of(tmp_path)
    path.write_bytes(path.read_bytes() * times)
    (run,) = runs_of(tmp_path)
    assert curves(run) == curves(alone)
    (problem,) = run.problems
    assert (problem.kind, problem.lost) == ("duplicate", 40 * (times - 1))
    assert f"found {40 * (times - 1)} points in 2 curves" in problem.text
    assert [series.superseded for series in run.series] == [0, 0]


def test_the_same_values_logged_again_at_other_times_are_a_restart(tmp_path):
    pairs = list(ramp(0, 30).items()) + list(ramp(10, 40).items())
    events = [
        event(step, simple("loss", value), wall_time=BEGIN + at) for at, (step, value) in enumerate(pairs)
    ]
    (tmp_path / f"events.out.tfevents.{BEGIN}.host.7.0").write_bytes(file_bytes(*events))
    (run,) = runs_of(tmp_path)
    assert kinds(run) == ["restarted"]


@pytest.mark.parametrize("files", [1, 2])
def test_what_a_resumed_run_did_not_log_again_is_called_abandoned(tmp_path, files):
    first, second = ramp(0, 40), ramp(20, 25, at=9.0)
    if files == 1:
        (tmp_path / "history.csv").write_text(
            "epoch,loss\n" + "".join(f"{step},{value}\n" for step, value in [*first.items(), *second.items()])
        )
    else:
        log(tmp_path, loss=first)
        log(tmp_path, after=1000, loss=second)
    (run,) = runs_of(tmp_path)
    (problem,) = [one for one in run.problems if one.kind == "restarted"]
    assert "'loss' from step 20 to 39; those up to step 24 were logged again" in problem.text
    assert problem.text.endswith("the rest was abandoned")
    assert problem.lost == 20
    assert list(curves(run)["loss"])[-1] == 24


def test_what_a_resumed_run_logged_again_as_a_whole_is_not_called_abandoned(tmp_path):
    log(tmp_path, loss=ramp(0, 40))
    log(tmp_path, after=1000, loss=ramp(20, 60, at=9.0))
    (run,) = runs_of(tmp_path)
    (problem,) = run.problems
    assert "'loss' from step 20 to 39; they were logged again" in problem.text
    assert "abandoned" not in problem.text
