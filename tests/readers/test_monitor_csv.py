"""Episodes as a Monitor writes them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from readings import curves, problems

from loganalyzer.readers import keras_csv
from loganalyzer.readers.monitor_csv import FORMAT, claims, read

PLAIN = (
    '#{"t_start": 1700000000.25, "env_id": "CartPole-v1"}\nr,l,t\n9.0,9,0.5\n12.5,12,1.25\n200.0,200,3.0\n'
)


def reading_of(tmp_path, text):
    path = tmp_path / "monitor.csv"
    path.write_text(text, newline="")
    return read(path, display="run/monitor.csv")


def test_episodes_are_numbered_and_timed(tmp_path):
    reading = reading_of(tmp_path, PLAIN)
    assert curves(reading) == {
        "episode_reward": ([1, 2, 3], [9.0, 12.5, 200.0]),
        "episode_length": ([1, 2, 3], [9.0, 12.0, 200.0]),
    }
    for column in reading.columns:
        assert column.wall_time.tolist() == [1700000000.75, 1700000001.5, 1700000003.25]
        assert column.axis == "iteration"
    assert reading.hparams == {"env_id": "CartPole-v1"}
    assert (reading.source.format, reading.source.records, reading.problems) == (FORMAT, 3, ())


def test_what_the_environment_reports_is_read_and_words_are_not(tmp_path):
    text = PLAIN.replace("r,l,t\n", "r,l,t,is_success,map,episode_reward\n")
    text = (
        text.replace("0.5\n", "0.5,1.0,north,7\n")
        .replace("1.25\n", "1.25,,south,8\n")
        .replace("3.0\n", "3.0,0.0,x,9\n")
    )
    found = curves(reading_of(tmp_path, text))
    assert found["is_success"] == ([1, 3], [1.0, 0.0])
    assert found["episode_reward#2"] == ([1, 2, 3], [7.0, 8.0, 9.0])
    assert "map" not in found


@pytest.mark.parametrize(
    "first", ["#{}", '#{"t_start": "x"}', '#{"t_start": 1e999}', "#{broken", "#" + "[" * 9000]
)
def test_without_a_start_there_is_no_clock(tmp_path, first):
    reading = reading_of(tmp_path, PLAIN.replace(PLAIN.split("\n", 1)[0], first))
    assert curves(reading)["episode_reward"][0] == [1, 2, 3]
    assert all(column.wall_time is None for column in reading.columns)


def test_bad_lines_and_cells_are_located_and_others_kept(tmp_path):
    text = PLAIN.replace("12.5,12", "1x,12") + "1.0,2\n\n5.0,6,7.5\r\n" + "9" * 500 + ",1,8.0\n"
    reading = reading_of(tmp_path, text)
    assert curves(reading)["episode_reward"] == ([1, 3, 4], [9.0, 200.0, 5.0])
    assert curves(reading)["episode_length"][1] == [9.0, 12.0, 200.0, 6.0, 1.0]
    assert problems(reading) == [("non_numeric", 4, 1), ("ragged", 6, 2), ("non_numeric", 9, 1)]
    assert all(problem.text.startswith(f"run/monitor.csv:{problem.offset}: ") for problem in reading.problems)


def test_a_line_without_an_end_is_not_taken(tmp_path):
    reading = reading_of(tmp_path, PLAIN.rstrip("\n"))
    assert curves(reading)["episode_reward"] == ([1, 2], [9.0, 12.5])
    assert problems(reading) == [("truncated", 5, 1)]


@pytest.mark.parametrize("text", ["", "#{}\n", "#{}\nr,l,t\n", "#{}\na,b\n1,2\n", "#{}\nr,l"])
def test_nothing_to_read_is_one_problem(tmp_path, text):
    reading = reading_of(tmp_path, text)
    assert reading.columns == ()
    assert reading.problems


def test_only_monitors_are_claimed(tmp_path):
    path = tmp_path / "0.monitor.csv"
    assert claims(path, PLAIN.encode())
    assert claims(path, PLAIN.replace("\n", "\r\n").encode())
    assert not keras_csv.claims(path, PLAIN.encode())
    assert not claims(tmp_path / "monitor.txt", PLAIN.encode())
    assert not claims(path, PLAIN.split("\n", 1)[1].encode())
    assert not claims(path, PLAIN.replace("r,l,t", "epoch,loss").encode())
    assert not claims(path, b"#{")


@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=200), at=st.integers(0, len(PLAIN)))
def test_any_bytes_are_read(tmp_path_factory, data, at):
    path = tmp_path_factory.mktemp("monitor") / "monitor.csv"
    path.write_bytes(PLAIN[:at].encode() + data)
    assert claims(path, path.read_bytes()) in (True, False)
    for column in read(path).columns:
        assert column.step.shape == column.value.shape
        assert column.step.dtype == np.int64
