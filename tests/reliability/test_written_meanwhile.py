"""Logs that grow, appear, go back and vanish: what is read is what is there at the time."""

import errno
from pathlib import Path

import pytest
from event_files import event, file_bytes, record, simple

from loganalyzer.readers import find_runs, read_runs

BEGIN = 1_700_000_000


def name_of(after: int) -> str:
    return f"events.out.tfevents.{BEGIN + after}.host.{after}"


def points(steps, tag="loss", shift=0.0, after=0):
    return [
        event(step, simple(tag, step / 8 + shift), wall_time=BEGIN + after + at)
        for at, step in enumerate(steps)
    ]


def begin(folder: Path, after: int, steps, **more) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name_of(after)
    path.write_bytes(file_bytes(*points(steps, after=after, **more)))
    return path


def append(path: Path, *events):
    with path.open("ab") as file:
        file.writelines(record(one.SerializeToString()) for one in events)


def curves(root: Path):
    (run,) = [run for found in find_runs(root) for run in read_runs(found)]
    return {one.tag: dict(zip(one.step.tolist(), one.value.tolist(), strict=True)) for one in run.series}


def ramp(steps, shift=0.0):
    return {step: step / 8 + shift for step in steps}


def test_what_is_appended_to_an_earlier_file_is_read_with_the_later_one(tmp_path):
    first = begin(tmp_path, 0, range(5))
    assert curves(tmp_path) == {"loss": ramp(range(5))}
    begin(tmp_path, 100, range(8, 12))
    append(first, *points(range(5, 8), after=50))
    assert curves(tmp_path) == {"loss": ramp(range(12))}


def test_a_file_that_sorts_earlier_and_comes_later_is_read(tmp_path):
    begin(tmp_path, 100, range(5, 9))
    assert curves(tmp_path) == {"loss": ramp(range(5, 9))}
    begin(tmp_path, 0, range(5))
    assert curves(tmp_path) == {"loss": ramp(range(9))}


def test_new_data_in_all_of_several_files_is_read(tmp_path):
    paths = [begin(tmp_path, after, range(3), tag=f"t{after}") for after in range(3)]
    for after, path in enumerate(paths):
        append(path, *points(range(3, 5), tag=f"t{after}", after=10 * after))
    assert curves(tmp_path) == {f"t{after}": ramp(range(5)) for after in range(3)}


def test_a_file_replaced_by_a_shorter_one_is_read_from_its_beginning(tmp_path):
    path = begin(tmp_path, 0, range(9))
    assert len(curves(tmp_path)["loss"]) == 9
    path.write_bytes(file_bytes(*points(range(2), shift=1.0)))
    assert curves(tmp_path) == {"loss": ramp(range(2), 1.0)}


def test_a_file_deleted_after_the_listing_is_told_and_the_next_one_is_read(tmp_path):
    gone = begin(tmp_path, 0, range(5))
    begin(tmp_path, 100, range(5, 9))
    (found,) = find_runs(tmp_path)
    gone.unlink()
    (run,) = read_runs(found)
    assert [(problem.kind, problem.path) for problem in run.problems] == [("unreadable", gone.name)]
    assert run.series[0].step.tolist() == list(range(5, 9))


@pytest.mark.parametrize("code", [errno.EIO, errno.EACCES, errno.ESTALE])
def test_an_error_of_the_disk_is_told_and_the_next_reading_has_all(tmp_path, monkeypatch, code):
    begin(tmp_path, 0, range(5))
    (found,) = find_runs(tmp_path)

    def fail(*_, **__):
        raise OSError(code, "on purpose")

    with monkeypatch.context() as patch:
        patch.setattr("os.open", fail)
        patch.setattr("io.open", fail)
        (run,) = read_runs(found)
    assert (run.series, [problem.kind for problem in run.problems]) == ((), ["unreadable"])
    assert "on purpose" in run.problems[0].text
    assert curves(tmp_path) == {"loss": ramp(range(5))}


def test_a_folder_deleted_after_the_listing_ends_nothing(tmp_path):
    begin(tmp_path / "a", 0, range(5))
    begin(tmp_path / "b", 0, range(5))
    first, second = find_runs(tmp_path)
    (tmp_path / "a" / name_of(0)).unlink()
    (tmp_path / "a").rmdir()
    assert [problem.kind for problem in read_runs(first)[0].problems] == ["unreadable"]
    assert read_runs(second)[0].problems == ()
    assert [found.name for found in find_runs(tmp_path)] == ["b"]


def test_only_the_curve_that_goes_back_is_replaced_and_only_from_there(tmp_path):
    path = begin(tmp_path, 0, [100, 200, 300], tag="s1")
    append(path, *points([101, 201, 301], tag="s1", shift=1.0, after=5))
    append(path, *points([101, 201, 301], tag="s2"), *points([5, 6, 7], tag="s3"))
    assert curves(tmp_path) == {
        "s1": ramp([100]) | ramp([101, 201, 301], 1.0),
        "s2": ramp([101, 201, 301]),
        "s3": ramp([5, 6, 7]),
    }


def test_events_that_hold_no_scalars_replace_nothing_whatever_their_step(tmp_path):
    path = begin(tmp_path, 0, range(5))
    append(path, event(0), *points(range(5, 9), after=9))
    assert curves(tmp_path) == {"loss": ramp(range(9))}


def test_a_later_file_replaces_the_steps_from_its_first_on(tmp_path):
    begin(tmp_path, 0, range(4))
    begin(tmp_path, 100, range(2, 5), shift=1.0)
    assert curves(tmp_path) == {"loss": ramp(range(2)) | ramp(range(2, 5), 1.0)}


@pytest.mark.parametrize("n", [1, 9, 20_000])
def test_no_point_is_left_to_chance(tmp_path, n):
    begin(tmp_path, 0, range(n))
    (run,) = read_runs(find_runs(tmp_path)[0])
    assert run.series[0].step.tolist() == list(range(n))
