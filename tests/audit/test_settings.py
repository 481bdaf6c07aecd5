import numpy as np
import pytest
from past_runs import past

from loganalyzer.audit.lessons.settings import columns_of, is_seed, key_of, names_aside, text_of


def columns(name, values):
    runs = [past(str(at), hparams={} if value is None else {name: value}) for at, value in enumerate(values)]
    return columns_of(runs)


@pytest.mark.parametrize("name", ["seed", "env/data_seed", "manualSeed", "seed_everything", "random_state"])
def test_seeds_are_known_by_name(name):
    assert is_seed(name)


@pytest.mark.parametrize("name", ["speed", "lr", "state", "random_crop"])
def test_what_only_sounds_like_a_seed_is_none(name):
    assert not is_seed(name)


@pytest.mark.parametrize(
    ("name", "values", "reason"),
    [
        ("lr", [0.1] * 9, "the same in every run"),
        ("seed", [1.0, 2.0, 3.0], "a seed"),
        ("out_dir", [f"/data/{at}" for at in range(4)], "of its own in nearly every run"),
        ("note", [chr(97 + at) for at in range(12)], "of its own in nearly every run"),
        ("started", [1.7e9 + 0.5 * at for at in range(4)], "a time"),
        ("trial", [4.0, 9.0, 11.0], "names the run"),
        ("number", [float(at) for at in range(40)], "names the run"),
        ("val_loss", [0.1 * at for at in range(9)], "measured by the run"),
        ("hp_metric", [-1.0, 0.5], "measured by the run"),
    ],
)
def test_what_names_or_measures_a_run_is_left_out(name, values, reason):
    found, left_out = columns(name, values)
    assert found == ()
    assert reason in left_out[0].reason


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("lr", [10.0**-at for at in range(9)]),
        ("loss", ["mse", "mae"] * 4),
        ("data_path", ["/data/a", "/data/b"] * 5),
        ("optimizer", ["adam", "sgd"]),
        ("layers", [float(at) for at in range(1, 9)]),
        ("warmup", [None, 100.0, 100.0]),
        ("norm", [True, False, True]),
    ],
)
def test_choices_are_kept(name, values):
    found, left_out = columns(name, values)
    assert [column.name for column in found] == [name]
    assert left_out == ()


def test_codes_count_in_the_order_of_the_values():
    (column,), _ = columns("lr", [0.1, None, 1e-3, 0.1, float("nan"), 1.0])
    assert column.values == ("0.001", "0.1", "1")
    assert column.code.tolist() == [1, -1, 0, 1, -1, 2]
    assert np.array_equal(column.numbers, [1e-3, 0.1, 1.0])


def test_numbers_beside_words_are_words():
    (column,), _ = columns("depth", ["auto", 2.0, "auto", 2.0])
    assert column.values == ("2", "auto")
    assert not column.is_numeric


def test_a_rare_word_beside_numbers_is_not_set():
    rates = [10.0**-at for at in range(12)]
    (column,), left_out = columns("lr", [*rates, "auto"])
    assert left_out == ()
    assert column.code.tolist() == [*range(11, -1, -1), -1]
    assert np.array_equal(column.numbers, rates[::-1])


@pytest.mark.parametrize("spell", [lambda rate: rate, str], ids=["one", "all"])
def test_numbers_that_are_written_as_texts_are_numbers(spell):
    rates = [10.0**-at for at in range(12)]
    (column,), left_out = columns("lr", [*map(spell, rates), "2e1"])
    assert left_out == ()
    assert np.array_equal(column.numbers, [*rates[::-1], 20.0])


def test_truth_values_are_no_numbers():
    (column,), _ = columns("norm", [True, False] * 6)
    assert column.values == ("False", "True")
    assert not column.is_numeric


def test_texts_are_short_where_they_may_be():
    assert [text_of(value) for value in (1.0, 1, True, 0.1, 1e-05)] == ["1", "1", "True", "0.1", "1e-05"]
    assert float(text_of(0.1 + 0.2)) == 0.1 + 0.2


def test_keys_tell_true_from_one_and_know_nan():
    def key(**settings):
        return key_of(past("a", hparams=settings), {"seed"})

    assert key(a=1.0, seed=1.0) == key(a=1, seed=2.0)
    assert key(a=1.0) != key(a=True)
    assert key(a=float("nan")) == key(a=float("nan"))


def test_runs_that_are_alike_may_differ_in_what_only_names_them():
    runs = [
        past(str(at), hparams={"lr": 0.1 * (at % 2), "seed": float(at), "log_dir": f"/d/{at}"})
        for at in range(4)
    ]
    assert names_aside(runs) == {"seed", "log_dir"}
