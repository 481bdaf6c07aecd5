"""Training histories in delimited text."""

import csv
import io
import itertools
import math
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from readings import curves, problems

from loganalyzer.readers import csv_grid, csv_table
from loganalyzer.readers.csv_cells import number, numbers
from loganalyzer.readers.csv_names import framework_of, is_likely_training, is_surely_training
from loganalyzer.readers.keras_csv import FORMAT, claims, read
from loganalyzer.readers.limits import Limits, applied


def reading_of(tmp_path, data, name="history.csv"):
    path = tmp_path / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read(path, display="run/" + name)


def same_bits(a, b):
    return struct.pack("<d", a) == struct.pack("<d", b)


PLAIN = "epoch,accuracy,loss,val_loss\n0,0.5,1.25,1.5\n1,0.75,0.5,0.875\n"
EXPECTED = {
    "accuracy": ([0, 1], [0.5, 0.75]),
    "loss": ([0, 1], [1.25, 0.5]),
    "val_loss": ([0, 1], [1.5, 0.875]),
}


def test_a_csvlogger_file(tmp_path):
    reading = reading_of(tmp_path, PLAIN)
    assert curves(reading) == EXPECTED
    assert {column.axis for column in reading.columns} == {"epoch"}
    assert all(column.wall_time is None for column in reading.columns)
    assert (reading.source.path, reading.source.format) == ("run/history.csv", FORMAT)
    assert (reading.source.bytes, reading.source.records) == (len(PLAIN), 2)
    assert (reading.framework, reading.problems) == ("keras", ())


@pytest.mark.parametrize(
    "data",
    [
        PLAIN.replace(",", ";"),
        PLAIN.replace(",", "\t"),
        PLAIN.replace(",", ", "),
        PLAIN.replace(",", "   ,  "),
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", "\r\r\n"),
        PLAIN.replace("\n", "\r"),
        PLAIN.replace("\n", "\n\n"),
        PLAIN.replace("epoch,accuracy,loss,val_loss", '"epoch","accuracy","loss","val_loss"'),
        PLAIN.replace("0.875", '"0.875"'),
        "my model\n" + PLAIN,
        "Details: Batch Size: 50, Epochs: 15, Learning Rate: 0.01,,\n" + PLAIN,
        "# written by hand\n" + PLAIN,
        "sep=,\n" + PLAIN,
        PLAIN.replace("\n", ",,,\n"),
        b"\xef\xbb\xbf" + PLAIN.encode(),
        PLAIN.encode("utf-16"),
        PLAIN.encode("utf-16-le"),
        PLAIN.encode("utf-16-be"),
        PLAIN.replace("0.5,1.25", "50%,1.25")
        .replace("0.75,0.5", "75 %,0.5")
        .replace("%", "e-2")
        .replace(" e", "e"),
    ],
)
def test_other_spellings_of_the_same_table(tmp_path, data):
    reading = reading_of(tmp_path, data)
    assert curves(reading) == EXPECTED
    assert reading.problems == ()


def test_decimal_commas(tmp_path):
    reading = reading_of(tmp_path, "epoch;loss;acc\n0;1,25;50,0\n1;1e-3;1.234,5\n")
    assert curves(reading)["loss"] == ([0, 1], [1.25, 0.001])
    assert curves(reading)["acc"] == ([0], [50.0])
    assert problems(reading) == [("non_numeric", 3, 1)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1", 0.1),
        (" -1.5e-7 ", -1.5e-7),
        ("nan", math.nan),
        ("NaN", math.nan),
        ("-nan", math.nan),
        ("inf", math.inf),
        ("-inf", -math.inf),
        ("Infinity", math.inf),
        ("-Infinity", -math.inf),
        ("1e400", math.inf),
        ("-1e400", -math.inf),
        ("1.#QNAN", math.nan),
        ("-1.#IND", math.nan),
        ("1.#INF", math.inf),
        ("95.5%", 95.5),
        ("1,234,567.5", 1234567.5),
        ("np.float64(0.25)", 0.25),
        ("tensor(0.5, device='cuda:0')", 0.5),
    ],
)
def test_numbers(text, value):
    found = number(text)
    assert found is not None
    assert same_bits(found, value) or (math.isnan(found) and math.isnan(value))


@pytest.mark.parametrize("text", ["", " ", "NA", "n/a", "null", "None", "-", "--"])
def test_missing_is_not_nan(text):
    assert number(text) is None


@pytest.mark.parametrize(
    "text", ["[0.1, 0.2]", "1_000", "0x1f", "1.2.3", "00:41", "True", "1,2", "12,34", "tensor([1, 2])"]
)
def test_what_is_no_number(text):
    with pytest.raises(ValueError):
        number(text)


@given(st.floats())
def test_every_float_comes_back_bit_for_bit(value):
    found = number(repr(value))
    assert found is not None
    assert same_bits(found, value) or math.isnan(value)


CELLS = st.sampled_from(["0.5", "nan", "", "NA", "x", "1_0", "-inf", "3,5", "7%", "1e400", " 2 "])


@given(st.lists(CELLS, max_size=12), st.sampled_from(",;"))
def test_columns_of_cells_are_their_cells(cells, separator):
    value, there, bad = numbers(cells, separator)
    for index, cell in enumerate(cells):
        try:
            one = number(cell, separator)
        except ValueError:
            assert index in bad and not there[index]
            continue
        assert there[index] == (one is not None)
        assert index not in bad
        assert np.array_equal(value[index], math.nan if one is None else one, equal_nan=True)


def test_missing_cells_leave_no_point_and_nan_leaves_one(tmp_path):
    reading = reading_of(tmp_path, "epoch,loss,val_loss\n0,1.0,NA\n1,nan,\n2,0.5,0.75\n")
    assert curves(reading)["val_loss"] == ([2], [0.75])
    steps, values = curves(reading)["loss"]
    assert steps == [0, 1, 2]
    assert math.isnan(values[1])
    assert reading.problems == ()


def test_no_epoch_column_counts_rows(tmp_path):
    reading = reading_of(tmp_path, "loss,val_loss\n1.0,1.5\n0.5,0.75\n")
    assert curves(reading)["loss"] == ([0, 1], [1.0, 0.5])
    assert reading.columns[0].axis == "epoch"


def test_an_unnamed_index_counts_rows(tmp_path):
    reading = reading_of(tmp_path, ",loss,val_loss\n3,1.0,1.5\n4,0.5,0.75\n")
    assert curves(reading) == {"loss": ([3, 4], [1.0, 0.5]), "val_loss": ([3, 4], [1.5, 0.75])}


def test_a_repeated_header_goes_on_and_steps_may_go_back(tmp_path):
    reading = reading_of(tmp_path, PLAIN + "epoch,accuracy,loss,val_loss\n1,0.8,0.4,0.8\n2,0.9,0.2,0.7\n")
    assert curves(reading)["loss"] == ([0, 1, 1, 2], [1.25, 0.5, 0.4, 0.2])
    assert reading.problems == ()


def test_a_later_header_may_name_other_columns(tmp_path):
    reading = reading_of(tmp_path, "epoch,loss\n0,1.0\nepoch,loss,lr\n1,0.5,0.1\n")
    assert curves(reading) == {"loss": ([0, 1], [1.0, 0.5]), "lr": ([1], [0.1])}


def test_a_title_above_a_repeated_header_is_no_damage(tmp_path):
    data = "Trial 1,,\nepoch,loss,acc\n0,1.0,0.5\n1,0.9,0.5\nTrial 2,,\nepoch,loss,acc\n0,2.0,0.1\n"
    reading = reading_of(tmp_path, data)
    assert curves(reading)["loss"] == ([0, 1, 0], [1.0, 0.9, 2.0])
    assert reading.problems == ()


def test_ragged_rows_are_counted_with_their_lines_and_the_others_kept(tmp_path):
    reading = reading_of(
        tmp_path, "epoch,loss,acc\n0,1.0,0.1\n1,0.9\n2,0.8,0.3\n3,0.7,0.4,0.5,0.6\n4,0.6,0.5\n"
    )
    assert curves(reading)["loss"] == ([0, 2, 4], [1.0, 0.8, 0.6])
    assert problems(reading) == [("ragged", 3, 7)]
    assert "line 3, 5" in reading.problems[0].text


def test_rows_that_are_all_wider_than_the_header_keep_the_named_cells(tmp_path):
    rows = "".join(f"{epoch},1.0,0.5,7,8\n" for epoch in range(4))
    reading = reading_of(tmp_path, "epoch,loss,acc\n" + rows)
    assert curves(reading)["acc"] == ([0, 1, 2, 3], [0.5] * 4)
    assert problems(reading) == [("ragged", 1, 8)]


def test_rows_that_all_leave_out_the_last_column_are_whole(tmp_path):
    rows = "".join(f"{epoch},1.0\n" for epoch in range(4))
    assert curves(reading_of(tmp_path, "epoch,loss,acc\n" + rows)) == {"loss": ([0, 1, 2, 3], [1.0] * 4)}


def test_bad_cells_are_counted_by_column_with_their_line(tmp_path):
    reading = reading_of(tmp_path, 'epoch,loss,acc\n0,1.0,"[0.1, 0.2]"\n1,oops,0.5\n2,0.5,"[0.3, 0.4]"\n')
    assert curves(reading) == {"loss": ([0, 2], [1.0, 0.5]), "acc": ([1], [0.5])}
    assert problems(reading) == [("non_numeric", 3, 1), ("non_numeric", 2, 2)]
    assert "'oops'" in reading.problems[0].text and "'loss'" in reading.problems[0].text


DIGITS = "1" + "0" * 400


@pytest.mark.parametrize("digits", [DIGITS, DIGITS + ".5", "-" + DIGITS, " " + DIGITS, "0." + "1" * 500])
def test_more_digits_than_a_number_has_are_no_number(tmp_path, digits):
    reading = reading_of(tmp_path, f"epoch,acc,loss\n0,0.5,1.5\n1,0.25,{digits}\n2,0.75,0.5\n")
    assert curves(reading) == {"acc": ([0, 1, 2], [0.5, 0.25, 0.75]), "loss": ([0, 2], [1.5, 0.5])}
    assert problems(reading) == [("non_numeric", 3, 1)]
    assert f"({len(digits)} characters)" in reading.problems[0].text


def test_as_many_digits_as_a_number_may_have_are_one(tmp_path):
    small = "0." + "0" * 300 + "1" * 98
    names = ",".join(f"loss{at}" for at in range(100))
    wide = f"epoch,{names}\n0{',0.5' * 100}\n1{',0.25' * 100}\n"
    assert len(small) == 400
    assert curves(reading_of(tmp_path, f"epoch,loss\n0,{small}\n1,2\n")) == {
        "loss": ([0, 1], [float(small), 2.0])
    }
    reading = reading_of(tmp_path, wide)
    assert (len(reading.columns), reading.problems) == (100, ())


@pytest.mark.parametrize("step", [DIGITS, "9" * 70_000])
def test_a_step_of_too_many_digits_costs_its_row(tmp_path, step):
    reading = reading_of(tmp_path, f"epoch,loss\n0,1.5\n{step},1.0\n2,0.5\n")
    assert curves(reading) == {"loss": ([0, 2], [1.5, 0.5])}
    assert reading.problems[0].offset == 3


def test_cells_and_lines_over_their_limits_are_left_out_and_the_rest_is_read(tmp_path):
    long = "x" * 11
    data = f"epoch,loss,note\n0,1.5,a\n1,1.0,b\n2,{long},b\n3,0.5,{'y ' * 30}\n4,0.25,c\n"
    with applied(Limits(cell_bytes=10, line_bytes=60, digits=32)):
        reading = reading_of(tmp_path, data)
    assert curves(reading) == {"loss": ([0, 1, 4], [1.5, 1.0, 0.25])}
    assert problems(reading) == [("over_limit", 5, 1), ("over_limit", 4, 1)]
    line, cells = (problem.text for problem in reading.problems)
    assert "found one of 66" in line
    assert "--max-line-mb" in line
    assert "1 such cells" in cells
    assert "--max-cell-kb" in cells


def test_a_column_of_lists_is_counted_and_a_column_of_words_is_not(tmp_path):
    reading = reading_of(tmp_path, 'epoch,loss,acc,model\n0,1.0,"[1]",vgg\n1,0.5,"[2]",vgg\n')
    assert curves(reading) == {"loss": ([0, 1], [1.0, 0.5])}
    assert problems(reading) == [("non_numeric", 2, 2)]


def test_quoted_cells_may_hold_separators_and_line_breaks(tmp_path):
    reading = reading_of(tmp_path, 'epoch,loss,weights\n0,1.0,"[1, 2\n 3, 4]"\n1,0.5,"a ""b"", c"\n')
    assert curves(reading) == {"loss": ([0, 1], [1.0, 0.5])}
    assert reading.problems == ()


@pytest.mark.parametrize("second", [1, 2, 30, 98, 99, 150])
@pytest.mark.parametrize("extra", ["", ",", ",nan", ",,NA"])
def test_two_open_quotes_do_not_hide_the_rows_between_them(tmp_path, second, extra):
    lines = [f"{epoch},{1 / (epoch + 1)!r},{2 * epoch}{extra}" for epoch in range(200)]
    for at in (7, 7 + second):
        lines[at] = lines[at].replace(",", ',"', 1)
    reading = reading_of(tmp_path, "\n".join(["epoch,loss,x" + ",y" * extra.count(","), *lines]) + "\n")
    steps = list(range(200))
    found = curves(reading)
    assert found["loss"] == (steps, [1 / (epoch + 1) for epoch in steps])
    assert found["x"] == (steps, [2.0 * epoch for epoch in steps])


def test_an_open_quote_costs_its_line_only(tmp_path):
    rows = "".join(f"{epoch},0.5,0.25\n" for epoch in range(1, 300))
    reading = reading_of(tmp_path, 'epoch,loss,acc\n0,"1.0,0.5\n' + rows)
    assert curves(reading)["loss"][0][-1] == 299
    assert len(curves(reading)["loss"][0]) >= 299


@pytest.mark.parametrize(
    "end", ["2,0.5", "2", "2,0.", "2,0.5,0.", "2,0.5,1e-", "2,0.5,-", "2,0.5,0.1,0.", "2,0.5,n"]
)
def test_a_last_line_without_its_end_is_the_live_tail(tmp_path, end):
    reading = reading_of(tmp_path, "epoch,loss,acc\n0,1.0,0.1\n1,0.9,0.2\n" + end)
    assert curves(reading)["loss"] == ([0, 1], [1.0, 0.9])
    assert problems(reading) == [("truncated", 4, 1)]


def test_the_last_number_without_a_break_behind_it_may_go_on(tmp_path):
    reading = reading_of(tmp_path, "epoch,loss,acc\n0,1.0,0.1\n1,0.9,0.12")
    assert curves(reading) == {"loss": ([0, 1], [1.0, 0.9]), "acc": ([0], [0.1])}
    assert problems(reading) == [("truncated", 3, 1)]


def test_a_last_step_without_a_break_behind_it_costs_its_row(tmp_path):
    reading = reading_of(tmp_path, "loss,epoch\n1.0,10\n0.9,11\n0.8,1")
    assert curves(reading) == {"loss": ([10, 11], [1.0, 0.9])}
    assert problems(reading) == [("truncated", 4, 1)]


@pytest.mark.parametrize(
    ("rows", "end", "is_kept"), [(8, "0.25", True), (7, "0.25", False), (8, "0.2", False)]
)
def test_a_last_number_with_as_many_decimals_as_all_others_is_whole(tmp_path, rows, end, is_kept):
    data = "epoch,loss\n" + "".join(f"{at},1.{at}0\n" for at in range(rows - 1)) + f"{rows - 1},{end}"
    reading = reading_of(tmp_path, data)
    assert len(curves(reading)["loss"][0]) == rows - (not is_kept)
    assert bool(reading.problems) is not is_kept


def test_a_short_last_line_with_its_break_is_ragged(tmp_path):
    assert problems(reading_of(tmp_path, PLAIN + "2,0.5\n")) == [("ragged", 4, 2)]


def test_every_cut_of_a_file_keeps_whole_lines_and_invents_nothing(tmp_path):
    whole = "epoch,accuracy,loss\n" + "".join(f"{n},0.{n}25,1.{n}5\n" for n in range(6))
    known = {(n, 1 + n / 10 + 0.05) for n in range(6)}
    for cut in range(len(whole) + 1):
        data = whole[:cut]
        reading = reading_of(tmp_path, data)
        points = set(zip(*curves(reading).get("loss", ([], [])), strict=True))
        complete = max(0, data.count("\n") - 1)
        assert len(points) in {complete, complete + 1}, cut
        trusted = {(step, round(value, 9)) for step, value in points if step < complete}
        assert trusted <= {(step, round(value, 9)) for step, value in known}, cut


def test_nul_bytes_of_a_crash_are_left_out_and_counted(tmp_path):
    reading = reading_of(tmp_path, PLAIN.encode() + b"\0" * 7 + b"\n2,0.8,0.25,0.5\n")
    assert curves(reading)["loss"] == ([0, 1, 2], [1.25, 0.5, 0.25])
    assert [(p.kind, p.offset, p.skipped) for p in reading.problems] == [("corrupt_data", 4, 7)]


def test_latin1_names_and_bad_bytes_do_not_stop_the_reading(tmp_path):
    reading = reading_of(tmp_path, b"epoch,loss,pr\xe9cision\n0,1.0,0.5\n1,\xff,0.75\n")
    assert curves(reading) == {"loss": ([0], [1.0]), "précision": ([0, 1], [0.5, 0.75])}
    assert problems(reading) == [("non_numeric", 3, 1)]


@pytest.mark.parametrize(
    "data", [b"", b"\n\n", b"\0\0\0", b"epoch,loss\n", b"\x89PNG\r\n\x1a\n\0", b"a,b\n1,2\n"]
)
def test_nothing_to_read_is_one_problem_and_no_error(tmp_path, data):
    reading = reading_of(tmp_path, data)
    assert reading.columns == ()
    assert {problem.kind for problem in reading.problems} & {"empty", "skipped"}


def test_columns_of_the_same_name_are_kept_apart(tmp_path):
    reading = reading_of(tmp_path, "epoch,loss,loss\n0,1.0,2.0\n1,0.5,1.5\n")
    assert curves(reading) == {"loss": ([0, 1], [1.0, 0.5]), "loss#2": ([0, 1], [2.0, 1.5])}
    more = reading_of(tmp_path, "epoch,loss,loss#2,loss,\n0,1.0,2.0,3.0,\n1,1.5,2.5,3.5,\n")
    assert [values[0] for _, values in curves(more).values()] == [1.0, 2.0, 3.0]


def test_lightning_rows_are_sparse_and_step_is_the_axis(tmp_path):
    rows = "0,49,1.0,\n0,99,0.9,\n0,99,,0.95\n1,149,0.8,\n1,199,0.7,\n1,199,,0.85\n"
    data = "epoch,step,train_loss,val_loss\n" + rows
    reading = reading_of(tmp_path, data, "metrics.csv")
    found = curves(reading)
    assert found["train_loss"] == ([49, 99, 149, 199], [1.0, 0.9, 0.8, 0.7])
    assert found["val_loss"] == ([99, 199], [0.95, 0.85])
    assert found["epoch"][1] == [0, 0, 0, 1, 1, 1]
    assert (reading.framework, reading.columns[0].axis) == ("lightning", "iteration")


def test_validation_on_its_own_step_counter_is_no_reason_to_distrust_the_step(tmp_path):
    rows = []
    for epoch in range(3):
        rows += [f"{epoch},{epoch * 100 + step},0.5," for step in range(9, 100, 10)]
        rows += [f"{epoch},{epoch * 20 + step},,0.7" for step in range(1, 20, 2)]
    reading = reading_of(tmp_path, "epoch,step,train_loss,val_loss\n" + "\n".join(rows) + "\n")
    assert curves(reading)["train_loss"][0] == list(range(9, 300, 10))
    assert curves(reading)["val_loss"][0] == list(range(1, 60, 2))


def test_ultralytics_pads_its_names(tmp_path):
    data = "  epoch,   train/box_loss, metrics/mAP_0.5\n   0,   0.1,   0.2\n   1,   0.05,   0.3\n"
    reading = reading_of(tmp_path, data, "results.csv")
    assert curves(reading) == {
        "train/box_loss": ([0, 1], [0.1, 0.05]),
        "metrics/mAP_0.5": ([0, 1], [0.2, 0.3]),
    }
    assert reading.framework == "yolo"


def test_stable_baselines_counts_timesteps(tmp_path):
    names = "time/iterations,rollout/ep_rew_mean,time/total_timesteps,train/loss"
    data = names + "\n1,-20.0,2048,\n2,-18.0,4096,0.5\n"
    reading = reading_of(tmp_path, data, "progress.csv")
    assert curves(reading)["rollout/ep_rew_mean"] == ([2048, 4096], [-20.0, -18.0])
    assert reading.framework == "stable-baselines3"


def test_a_step_that_starts_again_each_epoch_is_not_the_axis(tmp_path):
    rows = "".join(f"{epoch},{batch},0.5\n" for epoch in range(4) for batch in range(10))
    reading = reading_of(tmp_path, "epoch,batch,loss\n" + rows)
    assert curves(reading)["loss"][0] == list(range(40))
    assert next(column.axis for column in reading.columns if column.tag == "loss") == "iteration"


def test_one_epoch_per_fit_counts_rows(tmp_path):
    reading = reading_of(tmp_path, "epoch,loss\n" + "0,0.5\n" * 20)
    assert curves(reading)["loss"][0] == list(range(20))


def test_a_few_appended_fits_stay_on_the_epoch_axis(tmp_path):
    fits = "".join(f"{epoch},0.5\n" for n in (5, 4, 10) for epoch in range(n))
    reading = reading_of(tmp_path, "epoch,loss\n" + fits)
    assert curves(reading)["loss"][0] == [*range(5), *range(4), *range(10)]


def test_epochs_in_fractions_are_a_curve_not_an_axis(tmp_path):
    reading = reading_of(tmp_path, "epoch,loss\n0.5,1.0\n1.0,0.9\n1.5,0.8\n")
    assert curves(reading)["loss"][0] == [0, 1, 2]
    assert curves(reading)["epoch"][1] == [0.5, 1.0, 1.5]


def test_rows_without_a_step_lose_their_values_with_a_count(tmp_path):
    rows = "".join(f"{epoch},0.5,0.25\n" for epoch in range(9))
    reading = reading_of(tmp_path, "epoch,loss,acc\n" + rows + ",0.4,0.5\n10,0.3,0.75\n")
    assert curves(reading)["loss"][0] == [*range(9), 10]
    assert [(problem.kind, problem.lost) for problem in reading.problems] == [("non_numeric", 2)]


def test_a_step_that_is_no_integer_costs_its_row_only(tmp_path):
    rows = "".join(f"{epoch},0.5\n" for epoch in range(100))
    reading = reading_of(tmp_path, "epoch,loss\n" + rows + "inf,0.25\n101.5,0.125\n102,0.0\n")
    assert curves(reading)["loss"][0] == [*range(100), 102]
    assert [problem.lost for problem in reading.problems] == [2]


def test_a_damaged_first_row_does_not_hide_the_history(tmp_path):
    reading = reading_of(tmp_path, "epoch,loss\n?,!\n1,0.5\n2,0.25\n")
    assert curves(reading)["loss"] == ([1, 2], [0.5, 0.25])
    assert {problem.kind for problem in reading.problems} == {"non_numeric"}


def test_a_table_of_many_blocks_is_one(tmp_path):
    rows = [f"{epoch},{epoch / 8}" for epoch in range(10000)]
    rows[5000] = "5000"
    rows[9000] = "9000,x"
    reading = reading_of(tmp_path, "epoch,loss\n" + "\n".join(rows) + "\n")
    kept = [epoch for epoch in range(10000) if epoch not in {5000, 9000}]
    assert curves(reading)["loss"] == (kept, [epoch / 8 for epoch in kept])
    assert problems(reading) == [("ragged", 5002, 1), ("non_numeric", 9002, 1)]


def test_rows_of_two_phases_are_two_curves(tmp_path):
    rows = "".join(f"{epoch},train,{1 / (epoch + 1)}\n{epoch},val,{2 / (epoch + 1)}\n" for epoch in range(3))
    reading = reading_of(tmp_path, "epoch,phase,loss\n" + rows)
    assert curves(reading) == {
        "train/loss": ([0, 1, 2], [1, 1 / 2, 1 / 3]),
        "val/loss": ([0, 1, 2], [2, 1, 2 / 3]),
    }


def test_unix_seconds_are_the_clock_and_other_times_a_curve(tmp_path):
    clock = reading_of(tmp_path, "timestamp,step,loss\n1700000000.5,0,1.0\n1700000060,1,0.5\n")
    assert clock.columns[0].wall_time.tolist() == [1700000000.5, 1700000060.0]
    assert list(curves(clock)) == ["loss"]
    elapsed = reading_of(tmp_path, "time,step,loss\n1.5,0,1.0\n3.0,1,0.5\n")
    assert curves(elapsed)["time"] == ([0, 1], [1.5, 3.0])


def test_steps_beyond_exact_integers_are_no_axis(tmp_path):
    reading = reading_of(tmp_path, "step,loss\n1e300,1.0\ninf,0.5\n")
    assert curves(reading)["loss"][0] == [0, 1]


@pytest.mark.parametrize(
    ("names", "framework"),
    [
        (["epoch", "loss", "val_loss"], "keras"),
        (["", "accuracy", "loss"], "keras"),
        (["epoch", "step", "train_loss"], "lightning"),
        (["epoch", "train_loss", "eval_loss", "eval_top1"], "timm"),
        (["epoch", "train_loss", "valid_loss"], ""),
        (["loss", "weight"], ""),
    ],
)
def test_frameworks(names, framework):
    assert framework_of(names) == framework


@pytest.mark.parametrize(
    "name",
    ["loss", "val_loss", "Training Loss", "acc", "trainAcc", "ep_rew_mean", "valloss", "MSE", "top_auc"],
)
def test_names_that_surely_train(name):
    assert is_surely_training(name)


@pytest.mark.parametrize(
    "name", ["weight", "glossary", "accident", "price", "vaccine", "map", "error", "lr", "age", "train"]
)
def test_names_that_alone_do_not(name):
    assert not is_surely_training(name)


@pytest.mark.parametrize("name", ["lr", "mAP50", "metrics/mAP_0.5", "F1-Score", "val_x", "error", "return"])
def test_names_that_train_beside_a_step(name):
    assert is_likely_training(name)


@pytest.mark.parametrize("name", ["age", "price", "val", "train", "species"])
def test_names_that_never_train(name):
    assert not is_likely_training(name)


@pytest.mark.parametrize(
    ("name", "data", "claimed"),
    [
        ("a.csv", PLAIN, True),
        ("a.CSV", PLAIN, True),
        ("a.log", PLAIN, True),
        ("a.json", PLAIN, False),
        ("a.csv", "epoch,loss\n", True),
        ("a.csv", "step,value\n1,2\n", False),
        ("a.csv", "lr,x\n0.1,2\n", False),
        ("a.csv", "step,lr\n1,0.1\n", True),
        ("a.csv", "name,accuracy\nvgg,0.5\n", False),
        ("a.csv", "epoch,name,accuracy\n1,vgg,0.5\n", True),
        ("a.csv", "date,accuracy\n2024-01-01 10:00,0.5\n2024-01-01 10:05,0.6\n", True),
        ("a.csv", "name,accuracy\nvgg,0.5\nvgg,0.6\n", True),
        ("a.csv", "name,accuracy\nvgg,0.5\nresnet,0.6\n", False),
        ("a.txt", '{"loss": 0.5, "epoch": 1}\n{"loss": 0.25, "epoch": 2}\n', False),
        ("a.log", "loss: 0.5, acc: 0.1\nloss: 0.4, acc: 0.2\n", False),
        ("a.csv", "loss\n0.5\n0.25\n", True),
    ],
)
def test_what_is_claimed(tmp_path, name, data, claimed):
    assert claims(tmp_path / name, data.encode()) is claimed


def test_a_long_file_is_claimed_by_its_whole_lines(tmp_path):
    data = ("epoch,loss\n" + "".join(f"{n},{1 / (n + 1)}\n" for n in range(5000))).encode()
    assert len(data) > 65536
    assert claims(tmp_path / "a.csv", data[:65536])


NAMES = st.sampled_from(["epoch", "loss", "val_loss", "acc", "model", "", "step", "lr"])
TEXTS = st.one_of(CELLS, st.sampled_from(['"', "a,b", "[1, 2]", "\0", "é", "1e999", "epoch", "loss"]))


@settings(max_examples=100, deadline=None)
@given(
    names=st.lists(NAMES, min_size=1, max_size=5),
    rows=st.lists(st.lists(TEXTS, max_size=6), max_size=8),
    cut=st.integers(0, 60),
)
def test_no_table_raises_and_no_number_is_invented(tmp_path_factory, names, rows, cut):
    out = io.StringIO()
    csv.writer(out).writerows([names, *rows])
    text = out.getvalue()
    data = text[: max(0, len(text) - cut)] if cut < 30 else text
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    path.write_bytes(data.encode())
    claims(path, data.encode())
    reading = read(path)
    assert len({column.tag for column in reading.columns}) == len(reading.columns)
    for column in reading.columns:
        assert column.step.shape == column.value.shape
        assert column.step.dtype == np.int64
        assert column.step.size <= reading.source.records


@given(st.lists(st.tuples(st.floats(), st.floats(allow_nan=False)), min_size=1, max_size=20))
def test_a_written_table_comes_back_bit_for_bit(tmp_path_factory, points):
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["epoch", "loss", "val_loss"])
        writer.writerows([n, *map(repr, values)] for n, values in enumerate(points))
    reading = read(path)
    for column, expected in zip(reading.columns, zip(*points, strict=True), strict=True):
        assert column.step.tolist() == list(range(len(points)))
        assert np.array_equal(column.value, np.array(expected), equal_nan=True)


def test_durations_are_seconds(tmp_path):
    data = "epoch,train_loss,valid_loss,accuracy,time\n0,1.0,1.1,0.5,00:12\n1,0.9,1.0,0.6,1:02:03\n"
    reading = reading_of(tmp_path, data)
    assert curves(reading)["time"] == ([0, 1], [12.0, 3723.0])
    mixed = reading_of(tmp_path, data.replace("00:12", "soon"))
    assert "time" not in curves(mixed)


def test_environment_steps_of_spinning_up_are_the_steps(tmp_path):
    rows = ["Epoch AverageEpRet LossV TotalEnvInteracts Time", "1 20.5 300.0 4000 3.5", "2 30.5 200.0 8000 7"]
    data = "".join(row.replace(" ", "\t") + "\n" for row in rows)
    (tmp_path / "progress.txt").write_text(data)
    assert claims(tmp_path / "progress.txt", data.encode())
    assert curves(read(tmp_path / "progress.txt"))["AverageEpRet"] == ([4000, 8000], [20.5, 30.5])


@pytest.mark.parametrize("data", [PLAIN.replace("loss,", "\x1b[31mloss\x1b[0m,", 1), "\x1b[1m" + PLAIN])
def test_colours_of_a_terminal_are_read_over_and_told(tmp_path, data):
    assert claims(tmp_path / "a.csv", data.encode())
    reading = reading_of(tmp_path, data)
    assert curves(reading) == EXPECTED
    assert problems(reading) == [("corrupt_data", 1, 0)]
    assert f"at byte {data.index(chr(27))};" in reading.problems[0].text


def test_nul_bytes_inside_a_line_cost_their_cells_only(tmp_path):
    data = "epoch,loss,acc\n0,1.0,0.5\n1,0.9\0,0.\x005\n2,0.\x008,0.7\n\0\0\0\n3,0.7,0.8\n\0\0"
    assert claims(tmp_path / "a.csv", data.encode())
    reading = reading_of(tmp_path, data)
    assert curves(reading) == {"loss": ([0, 3], [1.0, 0.7]), "acc": ([0, 2, 3], [0.5, 0.7, 0.8])}
    assert problems(reading) == [("corrupt_data", 3, 0), ("non_numeric", 3, 2), ("non_numeric", 3, 1)]
    assert f"found 8 NUL bytes, the first at byte {data.index(chr(0))}:" in reading.problems[0].text


def test_nul_bytes_before_the_header_hide_no_history(tmp_path):
    assert claims(tmp_path / "a.csv", b"\0" * 600 + PLAIN.encode())
    assert curves(reading_of(tmp_path, b"\0" * 600 + PLAIN.encode())) == EXPECTED
    assert not claims(tmp_path / "a.csv", b"\x89PNG\r\n\x1a\n\0\0\0epoch,loss\0\0")


def test_columns_over_the_limit_are_told_and_the_first_are_read(tmp_path):
    rows = [["epoch", "loss", *(f"x{at}" for at in range(20))], *([str(at)] * 22 for at in range(4))]
    data = "".join(",".join(row) + "\n" for row in [*rows, rows[0], *rows[1:]])
    with applied(Limits(columns=5)):
        reading = reading_of(tmp_path, data)
    assert sorted(curves(reading)) == ["loss", "x0", "x1", "x2"]
    assert curves(reading)["x2"][1] == [0.0, 1.0, 2.0, 3.0] * 2
    assert problems(reading) == [("over_limit", 1, 17)]


def test_time_over_the_limit_is_told_and_what_is_there_is_kept(tmp_path):
    data = "epoch,loss\n" + "".join(f"{at},{at / 4}\n" for at in range(9000))
    with applied(Limits(file_s=-1.0)):
        reading = reading_of(tmp_path, data)
    assert curves(reading)["loss"] == ([0], [0.0])
    assert problems(reading) == [("over_limit", 2, 0)]
    assert reading_of(tmp_path, data).problems == ()


@pytest.mark.parametrize("end", ["", "0,3.0,1.5\n"])
def test_rows_in_falling_order_are_sorted_and_that_is_said(tmp_path, end):
    rows = "".join(f"{epoch},{3 - epoch / 8},{epoch / 10}\n" for epoch in range(20, 0, -1)) + end
    reading = reading_of(tmp_path, "epoch,loss,acc\n" + rows)
    steps, losses = curves(reading)["loss"]
    assert steps == sorted(steps) == [*range(0 if end else 1, 21)]
    assert losses[-1] == 3 - 20 / 8
    assert {column.axis for column in reading.columns} == {"epoch"}
    assert problems(reading) == [("duplicate", None, 0)]
    assert "'epoch'" in reading.problems[0].text


def test_three_falling_rows_are_no_restarts(tmp_path):
    reading = reading_of(tmp_path, "epoch,loss\n2,0.5\n1,0.75\n0,1.0\n")
    assert curves(reading) == {"loss": ([0, 1, 2], [1.0, 0.75, 0.5])}
    assert problems(reading) == [("duplicate", None, 0)]


def test_falling_rows_of_two_splits_are_turned_together(tmp_path):
    rows = [f"{step},{split},{step / 8}" for step in range(8, 0, -1) for split in ("val", "train")]
    reading = reading_of(tmp_path, "step,phase,loss\n" + "\n".join(rows) + "\n")
    whole = ([*range(1, 9)], [step / 8 for step in range(1, 9)])
    assert curves(reading) == {"train/loss": whole, "val/loss": whole}


def test_a_count_of_each_row_is_no_counter_of_rows(tmp_path):
    counts = [327, 34317, 45526, 40211, 39000, 41007, 38113, 42222, 37000, 36120]
    rows = "".join(f"{count},{n / 8}\n" for n, count in enumerate(counts))
    reading = reading_of(tmp_path, "timesteps,loss\n" + rows)
    assert curves(reading)["loss"][0] == [*range(10)]
    assert curves(reading)["timesteps"][1] == counts


def test_a_falling_column_beside_one_that_grows_is_a_curve(tmp_path):
    rows = "".join(f"{epoch},{9 - epoch},0.5\n" for epoch in range(9))
    reading = reading_of(tmp_path, "epoch,step,loss\n" + rows)
    assert curves(reading)["step"] == ([*range(9)], [*range(9, 0, -1)])
    assert reading.problems == ()


@pytest.mark.parametrize("first", [2**53 - 2, 2**53, 2**60 + 1, -(2**62)])
def test_steps_too_large_for_a_float_stay_exact(tmp_path, first):
    rows = [f"{first + n},{n / 8}" for n in range(5)]
    reading = reading_of(tmp_path, "step,loss\n" + "\n".join([*rows, "NA,9.0"]) + "\n")
    assert curves(reading) == {"loss": ([first + n for n in range(5)], [n / 8 for n in range(5)])}
    backwards = reading_of(tmp_path, "step,loss\n" + "\n".join(rows[::-1]) + "\n")
    assert curves(backwards) == curves(reading)


@pytest.mark.parametrize("step", ["9223372036854775808", "1e300", "9007199254740993.0"])
def test_steps_beyond_64_bits_or_written_as_floats_are_no_exact_steps(tmp_path, step):
    reading = reading_of(tmp_path, f"step,loss\n1,0.5\n{step},0.25\n")
    assert curves(reading)["loss"][0] == [0, 1]


@pytest.mark.parametrize("rows", [1, 2])
def test_a_header_above_every_row_is_one_section(tmp_path, rows):
    n = 9000
    lines = [f"{step},{step / 7!r}\n" for step in range(n)]
    text = "".join("epoch,loss\n" + "".join(lines[at : at + rows]) for at in range(0, n, rows))
    assert len(csv_table.parse(text).sections) <= 4
    reading = reading_of(tmp_path, text)
    assert curves(reading)["loss"] == (list(range(n)), [step / 7 for step in range(n)])
    assert reading.problems == ()


def test_odd_rows_between_repeated_headers_are_told_with_their_lines(tmp_path):
    parts = [
        "epoch,loss\n0,1.0\n",
        "epoch,loss\n1,0.9,7\n",
        "epoch,loss\n2,0.8\n",
        "epoch,lr,loss\n3,0.1,0.7\n",
    ]
    reading = reading_of(tmp_path, "".join(parts))
    assert curves(reading) == {"loss": ([0, 2, 3], [1.0, 0.8, 0.7]), "lr": ([3], [0.1])}
    (problem,) = reading.problems
    assert (problem.kind, problem.offset, problem.lost) == ("ragged", 4, 3)


def numbered(header):
    names, seen = [], set()
    for name in header:
        unique = (
            name
            if name not in seen
            else next(f"{name}#{n}" for n in itertools.count(2) if f"{name}#{n}" not in seen)
        )
        names.append(unique)
        seen.add(unique)
    return tuple(names)


@given(st.lists(st.sampled_from(["loss", "loss#2", "loss#3", "a", "a#2"]), min_size=1, max_size=12))
def test_names_that_come_again_get_the_first_free_number(header):
    assert csv_table.unique_names(header) == numbered(header)


def test_headers_with_names_of_their_own_do_not_fill_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_grid, "_ROOM", 100)
    text = "".join(f"epoch,loss,a{at}_loss,b{at}_loss\n{at},0.5,1.0,2.0\n" for at in range(50))
    reading = reading_of(tmp_path, text)
    found = curves(reading)
    assert found["loss"] == (list(range(50)), [0.5] * 50)
    assert found["a0_loss"] == ([0], [1.0])
    assert 4 <= len(found) <= 10
    (problem,) = reading.problems
    assert (problem.kind, problem.lost) == ("over_limit", 102 - 8)
    assert problem.text.startswith(f"run/history.csv:{problem.offset}: ")
    monkeypatch.setattr(csv_grid, "_ROOM", 102 * 50)
    assert len(curves(reading_of(tmp_path, text))) == 101


def test_the_rule_below_the_names_of_a_markdown_table_is_no_row(tmp_path):
    reading = reading_of(
        tmp_path, "| epoch | loss |\n|:-----:|------|\n| 1 | 0.5 |\n| 2 | - |\n| 3 | 0.25 |\n"
    )
    assert [(column.tag, column.value.tolist()) for column in reading.columns] == [("loss", [0.5, 0.25])]
    assert not any("---" in problem.text for problem in reading.problems)
