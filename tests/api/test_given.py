"""Curves in every shape that people have them in, and what is said of those nobody can use."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import loganalyzer as la

FALLING = [0.2 + 2.1 * 0.9**epoch for epoch in range(40)]
RISING = FALLING[:20] + [FALLING[19] * 1.5**epoch for epoch in range(1, 21)]


def series_of(curves, **more):
    return {series.tag: series for series in la.diagnose(curves, **more).run.series}


def check(curves, **more):
    """A loss that falls and blows up, whatever it came in."""
    result = la.diagnose(curves, **more)
    assert (result.verdict, result.headline.pathology) == ("sick", "divergence")
    (loss,) = [series for series in result.run.series if series.tag == "loss"]
    assert loss.value.tolist() == RISING
    return loss


class Tensor:
    """What torch gives when a list of losses was never turned into numbers."""

    def __init__(self, value):
        self.value = value

    def item(self):
        return self.value


HISTORY = SimpleNamespace(history={"loss": RISING, "val_loss": FALLING}, epoch=list(range(3, 43)))
RECORDS = [{"loss": np.float32(loss), "step": 10 * at, "epoch": at / 8} for at, loss in enumerate(FALLING)]


@pytest.mark.parametrize(
    "loss",
    [RISING, tuple(RISING), np.array(RISING), pd.Series(RISING), [Tensor(loss) for loss in RISING]],
    ids=["list", "tuple", "array", "series", "tensors"],
)
def test_a_dict_of_any_flat_numbers(loss):
    found = check({"loss": loss})
    assert (found.axis, found.step.tolist()) == ("epoch", list(range(40)))


def test_a_generator_is_read_once():
    assert check({"loss": iter(RISING)}).step[-1] == 39


def test_steps_are_kept_as_given():
    found = check({"loss": RISING}, steps=np.arange(40) * 25)
    assert (found.axis, found.step[-1]) == ("iteration", 975)


def test_steps_that_a_float_cannot_tell_apart_are_kept():
    first = 10**18
    found = series_of({"loss": RISING}, steps=[first + at for at in range(40)])["loss"]
    assert found.step.tolist() == [first + at for at in range(40)]


def test_a_number_beyond_all_floats_is_infinite():
    huge = [*FALLING[:20], *[10**400] * 20]
    for curves in ({"loss": huge}, [{"loss": value} for value in huge]):
        assert la.diagnose(curves).headline.pathology == "non-finite-loss"


def test_curves_may_have_steps_of_their_own():
    steps = {"loss": range(40), "val_loss": range(0, 40, 8)}
    found = series_of({"loss": RISING, "val_loss": FALLING[::8]}, steps=steps)
    assert found["val_loss"].step.tolist() == [0, 8, 16, 24, 32]
    assert len(found["loss"]) == 40


def test_a_counter_among_the_curves_places_them():
    found = series_of({"loss": RISING, "step": range(0, 4000, 100)})
    assert list(found) == ["loss"]
    assert found["loss"].step[-1] == 3900


def test_a_step_that_comes_again_replaces_the_one_before():
    found = series_of({"loss": [3.0, 2.0, 1.0, 1.5, 0.5]}, steps=[0, 10, 20, 10, 20])["loss"]
    assert found.value.tolist() == [3.0, 1.5, 0.5]
    assert found.superseded == 2


def test_none_and_what_is_masked_are_no_samples_and_nan_is_one():
    assert series_of({"loss": [3.0, None, 1.0]})["loss"].step.tolist() == [0, 2]
    masked = np.ma.array([3.0, 2.0, 1.0], mask=[False, True, False])
    assert series_of({"loss": masked})["loss"].step.tolist() == [0, 2]
    dead = [*FALLING[:20], *[float("nan")] * 20]
    assert la.diagnose({"loss": dead}).headline.pathology == "non-finite-loss"


def test_a_frame_of_epochs():
    frame = pd.DataFrame({"loss": RISING, "val_loss": FALLING}, index=pd.Index(range(1, 41), name="epoch"))
    found = check(frame)
    assert (found.axis, found.step[0], found.step[-1]) == ("epoch", 1, 40)


def test_a_column_of_steps_goes_before_the_index():
    assert check(pd.DataFrame({"loss": RISING, "step": range(0, 400, 10)})).step[-1] == 390


def test_a_frame_with_gaps_as_lightning_writes_it():
    rows = [{"step": at, "loss": loss} for at, loss in enumerate(RISING)]
    rows += [{"step": at, "val_loss": FALLING[at]} for at in range(4, 40, 5)]
    frame = pd.DataFrame(rows)
    found = series_of(frame)
    assert found["loss"].value.tolist() == RISING
    assert found["val_loss"].step.tolist() == list(range(4, 40, 5))


def test_nan_to_the_end_of_a_frame_without_gaps_is_a_dead_run():
    frame = pd.DataFrame({"loss": FALLING, "accuracy": [0.1] * 40})
    frame.loc[25:, "loss"] = np.nan
    assert la.diagnose(frame).headline.pathology == "non-finite-loss"
    assert len(series_of(frame)["loss"]) == 40


def test_a_frame_leaves_texts_and_dates_aside():
    frame = pd.DataFrame(
        {"loss": FALLING, "model": ["cnn"] * 40, "at": pd.date_range("2024-01-01", periods=40)}
    )
    assert list(series_of(frame)) == ["loss"]


def test_a_frame_may_hold_anything_beside_its_numbers():
    frame = pd.DataFrame({"loss": FALLING, "images": [[1], {}] * 20})
    assert list(series_of(frame)) == ["loss"]


def test_a_text_between_numbers_is_left_out_and_said_so():
    run = la.diagnose(pd.DataFrame({"loss": [*FALLING[:-1], "oom"]})).run
    assert len(run.series[0]) == 39
    assert [(one.kind, one.lost) for one in run.problems] == [("non_numeric", 1)]
    assert "found 'oom' in row 39" in run.problems[0].text


def test_columns_of_a_frame_may_have_steps_of_their_own():
    frame = pd.DataFrame({"loss": RISING, "val_loss": FALLING})
    steps = {"loss": range(40), "val_loss": range(0, 400, 10)}
    assert series_of(frame, steps=steps)["val_loss"].step[-1] == 390


def test_missing_cells_of_nullable_columns_are_gaps():
    frame = pd.DataFrame({"loss": pd.array([3, None, 1, 2], dtype="Int64")})
    assert series_of(frame)["loss"].step.tolist() == [0, 2, 3]


def test_a_keras_history():
    result = la.diagnose(HISTORY)
    assert result.headline.pathology == "divergence"
    assert {series.axis for series in result.run.series} == {"epoch"}
    assert result.run.series[0].step[0] == 3
    assert result.run.framework == "keras"


def test_a_keras_history_that_was_validated_every_third_epoch():
    history = {"loss": RISING[:12], "val_loss": FALLING[:4]}
    found = series_of(SimpleNamespace(history=history, epoch=list(range(12))))
    assert found["val_loss"].step.tolist() == [2, 5, 8, 11]
    history["val_loss"] = FALLING[:5]
    with pytest.raises(la.DataError, match="'val_loss', found 6"):
        la.diagnose(SimpleNamespace(history=history, epoch=list(range(12))))


def test_a_log_of_dicts():
    log = [*RECORDS, {"eval_loss": 0.3, "step": 390}, {"train_runtime": 3.0, "step": 390}]
    found = series_of(log)
    assert found["loss"].step.tolist() == list(range(0, 400, 10))
    assert found["loss"].value.tolist() == [float(np.float32(loss)) for loss in FALLING]
    assert found["eval_loss"].step.tolist() == [390]


def test_a_log_without_a_counter_is_numbered():
    assert series_of([{"loss": loss} for loss in FALLING])["loss"].step[-1] == 39


def test_a_run_is_judged_as_it_is():
    run = la.read_run("sample_logs/divergence/diabetes-rate-keeps-growing")
    result = la.diagnose(run)
    assert result.run is run
    assert result.headline.pathology == "divergence"


def test_roles_say_what_a_name_does_not():
    curves = {"thing": RISING}
    assert la.diagnose(curves).verdict == "insufficient"
    assert la.diagnose(curves, roles={"thing": "loss"}).headline.pathology == "divergence"


REFUSED = {
    "a number": (5, "found int"),
    "a path": ("runs/", "give paths to loganalyzer.scan"),
    "no curves": ({}, "at least one curve"),
    "an empty list": ([], "a list, which is empty"),
    "a bare list": (FALLING, r'a list of float; give a curve its name, as in \{"loss"'),
    "a Series": (pd.Series(FALLING), "give a curve its name"),
    "a set, which has no order": ({"loss": set(FALLING)}, "'loss': expected a flat list of numbers"),
    "an unfitted History": (SimpleNamespace(history={"loss": FALLING}, epoch=None), "NoneType in .epoch"),
    "a text": ({"loss": "low"}, "'loss': expected a flat list of numbers, found 'low'"),
    "texts": ({"loss": ["low", "high"]}, "'loss': expected numbers, found 'low' at index 0"),
    "truths": ({"loss": [True, None]}, "found True at index 0"),
    "a scalar": ({"loss": 0.5}, "the single value 0.5"),
    "a matrix": ({"loss": [[1, 2], [3, 4]]}, r"shape \(2, 2\)"),
    "ragged": ({"loss": [[1, 2], [3]]}, "'loss': expected a flat list"),
    "a table of names": ({"loss": {"train": [1, 2]}}, "'loss': expected a flat list"),
    "unequal": (
        {"loss": FALLING, "val_loss": FALLING[:5]},
        "'val_loss': expected as many values as 'loss' has, which are 40, found 5",
    ),
    "twice": (pd.DataFrame([[1, 2]], columns=["loss", "loss"]), "'loss': expected one curve"),
    "levels": (pd.DataFrame({("a", "loss"): FALLING}), "one level"),
    "no dict": (SimpleNamespace(history=[1], epoch=[0]), "in .history, found a list of int"),
    "all missing": ({"loss": [None, None]}, "at least one curve with numbers"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_used_is_named(name):
    curves, says = REFUSED[name]
    with pytest.raises(la.DataError, match=says) as caught:
        la.diagnose(curves)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        (range(39), "expected 40, one for each value of 'loss', found 39"),
        (np.arange(40) / 2, "found 0.5 at index 1"),
        ([float("nan")] * 40, "found nan"),
        ([None] * 40, "found 0"),
        ([2**63 + at for at in range(40)], "64 bits"),
        ([10**400] * 40, "64 bits, found inf"),
        ("epoch", "'steps': expected a flat list"),
        ({"val_loss": range(40)}, "found none for 'loss'"),
    ],
)
def test_steps_that_do_not_fit(steps, says):
    with pytest.raises(la.DataError, match=says):
        la.diagnose({"loss": FALLING}, steps=steps)


def test_steps_beside_what_has_its_own():
    with pytest.raises(la.DataError, match="which has its own"):
        la.diagnose(RECORDS, steps=range(40))


@pytest.mark.parametrize(
    "more",
    [
        {"profile": "stict"},
        {"roles": {"loss": "nonsense"}},
        {"roles": ["loss=nonsense"]},
        {"rules": "nowhere"},
        {"rules": None},
        {"rules": [5]},
        {"classes": 1},
        {"classes": "10"},
        {"classes": True},
        {"classes": 10**400},
        {"name": None},
        {"name": ""},
    ],
    ids=lambda more: f"{more}"[:40],
)
def test_a_wrong_option_is_an_error_of_ours(more):
    (option,) = more
    with pytest.raises(la.LogAnalyzerError, match=f"{option}|stict|nonsense|nowhere"):
        la.diagnose({"loss": FALLING}, **more)


def test_classes_of_any_library_are_taken():
    assert la.diagnose({"loss": FALLING}, classes=np.int64(10)).verdict == "healthy"
