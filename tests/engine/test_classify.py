import subprocess
import sys

import numpy as np
import pytest

from benchmarks.classifier import figures, train
from benchmarks.classifier.table import load
from loganalyzer.engine import classify as module
from loganalyzer.engine.bind import curves_of
from loganalyzer.engine.classify import ARRAYS, HEALTHY, classify, load_classifier, slots_of
from loganalyzer.engine.forest import CHECKSUMS
from loganalyzer.features import Facts
from loganalyzer.model.run import Run, Series
from loganalyzer.roles.resolve import resolve


@pytest.fixture(scope="module")
def table():
    return load()


@pytest.fixture(scope="module")
def trees(table):
    return train.fit(table, np.arange(len(table.truth)))


def run(**curves):
    series = tuple(
        Series(tag, np.arange(len(value)), np.array(value, float)) for tag, value in sorted(curves.items())
    )
    return Run("run", "run", series=series)


def curves(**values):
    one = run(**values)
    return curves_of(one, resolve(one, {}))


def falling(n=60, floor=0.2):
    rng = np.random.default_rng(1)
    return (floor + 2.0 * np.exp(-np.arange(n) / (0.15 * n))) * np.exp(0.02 * rng.standard_normal(n))


def opinion(is_suspect=False, facts=None, **values):
    return classify(curves(**values), facts or Facts(), is_suspect=is_suspect)


def test_training_again_gives_the_same_bytes(table, tmp_path):
    train.write(train.arrays_of(table), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in ARRAYS.iterdir())
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (ARRAYS / path.name).read_bytes(), path.name


def test_the_arrays_say_what_scikit_learn_says_to_the_last_bit(table, trees):
    forest = load_classifier().forest
    every_ninth = np.concatenate(
        (table.values[::9], train.without_segments(table, np.arange(0, len(table.truth), 9)))
    )
    ours = np.array([forest.predict(row) for row in every_ninth.astype(np.float64)])
    assert np.array_equal(ours, trees.predict(every_ninth))


def test_samples_at_and_around_every_threshold_go_where_scikit_learn_sends_them(trees, table):
    forest = load_classifier().forest
    tree = trees.estimators_[0].tree_
    inner = np.flatnonzero(tree.children_left >= 0)
    for node in inner[:: max(1, inner.size // 40)]:
        at = np.float32(tree.threshold[node])
        for value in (np.nextafter(at, np.float32(-np.inf)), at, np.nextafter(at, np.float32(np.inf))):
            row = np.full((1, len(table.features)), np.nan, np.float32)
            row[0, tree.feature[node]] = value
            assert np.array_equal(forest.predict(row[0].astype(np.float64)), trees.predict(row)[0])


def test_held_out_groups_share_nothing_with_those_learned_from(table):
    fold = train.folds(table)
    for group in set(table.group.tolist()):
        assert len(set(fold[table.group == group].tolist())) == 1
    assert set(fold.tolist()) == set(range(train.FOLDS))


def test_it_is_as_good_on_unseen_groups_as_it_is_said_to_be(table):
    probability, truth = figures.honest(table), table.truth.astype(bool)
    said = figures.named(probability, table.healthy)
    assert figures.balanced_accuracy(said, truth, table.healthy)[0] >= figures.BARS["balanced accuracy"]
    assert np.nanmean(figures.f1(said, truth)) >= figures.BARS["macro-F1"]
    assert figures.calibration_error(probability, truth) <= figures.BARS["calibration error"]


def test_a_healthy_run_is_called_healthy():
    assert opinion(loss=falling(), val_loss=1.1 * falling()).top == HEALTHY


def test_a_validation_loss_that_rises_looks_like_overfitting():
    rise = 1.0 + 3.0 * np.maximum(np.arange(60) / 60 - 0.25, 0.0)
    assert opinion(loss=falling(floor=0.05), val_loss=falling(floor=0.5) * rise).top == "overfitting"


def test_units_do_not_matter():
    values = np.concatenate((falling(), np.linspace(0.3, 5.0, 40)))
    here = opinion(loss=values, is_suspect=True).probability
    there = opinion(loss=4096.0 * values, is_suspect=True).probability
    assert here == pytest.approx(there, abs=1e-6)


@pytest.mark.parametrize("facts", [Facts(reinforcement=1.0), Facts(adversarial=1.0)])
def test_it_has_no_opinion_on_what_it_has_never_seen(facts):
    assert opinion(loss=falling(), facts=facts) is None


def test_it_has_no_opinion_on_short_runs_on_runs_without_curves_and_on_nan_in_the_end():
    assert opinion(loss=falling(5)) is None
    assert opinion(lr=falling()) is None
    assert opinion(loss=[*falling(), np.nan]) is None
    assert opinion(loss=falling(6)) is not None


def test_the_metric_leads_where_there_is_no_loss():
    slots = slots_of(curves(accuracy=1.0 - falling() / 3.0), Facts())
    assert slots.loss is None
    assert slots.lead.series.tag == "accuracy"


def test_a_validation_loss_that_leads_is_not_described_twice():
    slots = slots_of(curves(val_loss=falling()), Facts())
    assert (slots.lead.series.tag, slots.validation) == ("val_loss", None)


def test_a_run_that_looks_healthy_is_not_cut_into_segments(monkeypatch):
    asked = []
    monkeypatch.setattr(module, "describe_segments", lambda slots: asked.append(slots) or {})
    opinion(loss=falling(), val_loss=1.1 * falling())
    assert not asked
    opinion(loss=falling(), val_loss=1.1 * falling(), is_suspect=True)
    assert len(asked) == 1


@pytest.mark.parametrize(
    "values", [np.zeros(30), np.full(30, 1e300), np.r_[np.full(29, np.nan), 1.0], 1e-320 * falling()]
)
def test_odd_numbers_get_an_opinion_too(values):
    said = opinion(
        loss=values,
        val_loss=values,
        accuracy=np.clip(values, 0, 1),
        lr=values,
        grad_norm=values,
        is_suspect=True,
    )
    assert all(0.0 <= probability <= 1.0 for probability in said.probability.values())


def test_nothing_of_scikit_learn_is_loaded(tmp_path):
    rows = "".join(f"{i},{value}\n" for i, value in enumerate(falling()))
    (tmp_path / "log.csv").write_text("epoch,loss\n" + rows)
    scan = f"loganalyzer.scan([pathlib.Path({str(tmp_path)!r})])"
    code = f"import sys, loganalyzer, pathlib; {scan}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert "loganalyzer.engine.forest" in done.stdout.split()
    assert not {"sklearn", "scipy"} & set(done.stdout.split())


def test_the_sums_cover_every_array():
    named = {line.split()[1] for line in (ARRAYS / CHECKSUMS).read_text().splitlines()}
    assert named == {path.name for path in ARRAYS.iterdir()} - {CHECKSUMS}


def test_a_curve_of_one_sample_beside_the_loss_is_not_described():
    loss = Series("loss", np.arange(50), 2.0 / np.arange(1, 51), axis="epoch")
    lone = Series("acc", np.array([49]), np.array([np.inf]), axis="epoch")
    run = Run("r", "r", series=(lone, loss))
    slots = slots_of(curves_of(run, resolve(run, {})), Facts())
    assert slots is not None
    assert slots.loss is not None
    assert slots.metric is None
