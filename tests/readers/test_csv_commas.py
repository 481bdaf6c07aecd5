"""Commas inside the numbers of tables: of decimals or of thousands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loganalyzer.readers.csv_commas import has_comma
from loganalyzer.readers.keras_csv import read


def reading_of(folder, header, rows, separator=","):
    path = folder / "history.csv"
    quoted = [[f'"{cell}"' if separator in cell else cell for cell in row] for row in rows]
    path.write_text("\n".join(separator.join(row) for row in [header.split(), *quoted]) + "\n")
    return read(path)


def values(reading):
    return {column.tag: column.value.tolist() for column in reading.columns}


def kinds(reading):
    return [problem.kind for problem in reading.problems]


def test_a_leading_zero_makes_the_commas_of_its_column_decimal(tmp_path):
    reading = reading_of(tmp_path, "epoch loss", [["0", "2,300"], ["1", "1,100"], ["2", "0,100"]])
    assert values(reading) == {"loss": [2.3, 1.1, 0.1]}
    assert reading.problems == ()


@pytest.mark.parametrize("sign", ["2,3", "12,34", ",5", "2,300e-1", "1234,500", "-0,250"])
def test_a_decimal_comma_anywhere_in_the_file_tells_of_columns_that_do_not(tmp_path, sign):
    reading = reading_of(tmp_path, "epoch loss val_loss", [["0", "2,300", sign], ["1", "1,100", "1,5"]])
    assert values(reading)["loss"] == [2.3, 1.1]
    assert values(reading)["val_loss"] == [float(sign.replace(",", ".")), 1.5]
    assert reading.problems == ()


@pytest.mark.parametrize("sign", ["1,234,567", "2,300.5", "0.5"])
def test_a_second_comma_or_a_point_makes_the_commas_of_its_column_those_of_thousands(tmp_path, sign):
    reading = reading_of(tmp_path, "epoch loss acc", [["0", "2,300", "0,5"], ["1", sign, "0,6"]])
    assert values(reading) == {"loss": [2300.0, float(sign.replace(",", ""))], "acc": [0.5, 0.6]}
    assert reading.problems == ()


def test_where_nothing_tells_commas_are_of_thousands_and_that_is_said(tmp_path):
    reading = reading_of(tmp_path, "epoch loss", [["0", "2,300"], ["1", "1,100"], ["2", "900"]])
    assert values(reading) == {"loss": [2300.0, 1100.0, 900.0]}
    (problem,) = reading.problems
    assert (problem.kind, problem.offset, problem.lost) == ("non_numeric", 2, 0)
    assert "column 'loss', found '2,300'; its commas were taken for those of thousands" in problem.text


def test_where_commas_do_not_part_cells_they_are_decimal_unless_a_point_is(tmp_path):
    reading = reading_of(tmp_path, "epoch loss", [["0", "2,300"], ["1", "1,100"]], ";")
    assert (values(reading), reading.problems) == ({"loss": [2.3, 1.1]}, ())
    reading = reading_of(tmp_path, "epoch reward", [["0", "2,300"], ["1", "1,100.5"]], ";")
    assert (values(reading), reading.problems) == ({"reward": [2300.0, 1100.5]}, ())


def test_a_column_that_shows_both_keeps_what_tells_by_itself(tmp_path):
    rows = [["0", "0,693"], ["1", "1,234.5"], ["2", "2,300"], ["3", "0.5"]]
    reading = reading_of(tmp_path, "epoch loss", rows)
    assert values(reading) == {"loss": [0.693, 1234.5, 0.5]}
    (problem,) = reading.problems
    assert (problem.kind, problem.offset, problem.lost) == ("non_numeric", 4, 1)


def test_a_long_column_is_told_by_its_last_cell(tmp_path):
    rows = [[str(epoch), f"{epoch % 9 + 1},{epoch % 900 + 100}"] for epoch in range(9000)]
    assert values(reading_of(tmp_path, "epoch loss", rows))["loss"][:2] == [1100.0, 2101.0]
    assert values(reading_of(tmp_path, "epoch loss", [*rows, ["9000", "0,5"]]))["loss"][:2] == [1.1, 2.101]


@given(st.lists(st.integers(1, 999_999), min_size=2, max_size=9))
def test_decimals_of_three_places_come_back_once_one_is_below_one(tmp_path_factory, numbers):
    texts = [f"{number / 1000:.3f}" for number in [*numbers, 1]]
    rows = [[str(epoch), text.replace(".", ",")] for epoch, text in enumerate(texts)]
    assert values(reading_of(tmp_path_factory.mktemp("csv"), "epoch loss", rows))["loss"] == [
        *map(float, texts)
    ]


@pytest.mark.parametrize("text", ["1,2,3", "1,,2", "12,34.5", "a,5", ",", "[1,2]", "1,234,56"])
def test_what_is_no_number_with_a_comma(text):
    assert not has_comma(text)


TORN = "epoch,loss,acc\n" + "".join(f"{epoch},0,{693 - epoch},0,{5 + epoch}\n" for epoch in range(5))


@pytest.mark.parametrize("data", [TORN, "epoch,loss\n0,2,300\n1,1,200\n2,0,5\n3,nan,5\n"])
def test_decimal_commas_without_quotes_are_refused_with_advice(tmp_path, data):
    path = tmp_path / "history.csv"
    path.write_text(data)
    reading = read(path)
    assert reading.columns == ()
    (problem,) = reading.problems
    assert (problem.kind, problem.offset) == ("ragged", 2)
    assert problem.lost == sum(line.count(",") + 1 for line in data.splitlines()[1:])
    assert "commas seem to part decimals as well as cells" in problem.text


def test_rows_of_a_torn_table_that_fit_their_header_are_kept(tmp_path):
    path = tmp_path / "history.csv"
    path.write_text(TORN + "5,1,0\n")
    assert values(read(path)) == {"loss": [1.0], "acc": [0.0]}
