import subprocess
import sys

import numpy as np
import pytest
from made_diagnoses import diagnosis, finding

from loganalyzer.model.finding import Place
from loganalyzer.model.role import Role
from loganalyzer.model.run import Run, Series
from loganalyzer.report.plot import MAX_PANELS, SUFFIXES, draw, save

ROLES = {
    "loss": Role("loss", "train", "lower", ""),
    "val_loss": Role("loss", "validation", "lower", ""),
    "acc": Role("accuracy", "train", "higher", ""),
}


def run_of(n=200, **values):
    curves = {
        "loss": np.linspace(2, 1, n),
        "val_loss": np.linspace(2.1, 1.5, n),
        "acc": np.linspace(0.1, 0.9, n),
    }
    series = [Series(tag, 10 * np.arange(len(v)), np.array(v, float)) for tag, v in (curves | values).items()]
    return Run("r", "r", series=tuple(sorted(series, key=lambda one: one.tag)))


def drawn(run, findings=(), name="exp/run", **changes):
    figure = draw(run, diagnosis(name, "sick", findings, roles=changes.pop("roles", ROLES)))
    figure.draw_without_rendering()
    return figure


def legend(axes):
    return [text.get_text() for text in axes.get_legend().get_texts()]


def test_training_and_validation_share_a_panel_with_legend_outside_the_data():
    figure = drawn(run_of())
    loss, accuracy = figure.axes
    assert legend(loss) == ["loss", "val_loss"]
    assert legend(accuracy) == ["acc"]
    assert (loss.get_ylabel(), loss.get_xlabel()) == ("loss", "step")
    assert loss.get_legend().get_window_extent().x0 >= loss.get_window_extent().x1


def test_finding_is_named_marked_and_shaded_where_it_was_found():
    found = finding(onset=Place(500, 0.25, None), end=Place(900, 0.45, None), tags=("loss",))
    loss, accuracy = drawn(run_of(), [found]).axes
    assert [note.get_text() for note in loss.texts] == ["divergence"]
    assert [note.get_text() for note in accuracy.texts] == []
    assert any(list(line.get_xdata()) == [500, 500] for line in loss.lines)
    shaded = [patch.get_extents().transformed(loss.transData.inverted()) for patch in loss.patches]
    assert [(round(box.x0), round(box.x1)) for box in shaded] == [(500, 900)]


def test_notes_are_marked_but_not_shaded_and_symptoms_are_left_out():
    note = finding("loss-spikes", "info")
    hidden = finding("exploding-gradient", hidden_by="divergence")
    loss = drawn(run_of(), [note, hidden]).axes[0]
    assert [text.get_text() for text in loss.texts] == ["loss-spikes"]
    assert not loss.patches


def test_decades_are_drawn_on_a_logarithmic_axis():
    loss, accuracy = drawn(run_of(loss=np.geomspace(100, 0.01, 200))).axes
    assert (loss.get_yscale(), accuracy.get_yscale()) == ("log", "linear")


def test_what_is_not_finite_is_hatched():
    values = np.linspace(2, 1, 200)
    values[100:120] = np.nan
    values[150:] = np.inf
    loss = drawn(run_of(loss=values)).axes[0]
    spans = [patch.get_extents().transformed(loss.transData.inverted()) for patch in loss.patches]
    assert all(patch.get_hatch() for patch in loss.patches)
    assert [(round(box.x0), round(box.x1)) for box in spans] == [(1000, 1200), (1500, 1990)]


def test_changepoints_and_spikes_are_marked():
    rng = np.random.default_rng(7)
    values = np.r_[np.full(100, 1.0), np.full(100, 5.0)] + rng.normal(0, 0.02, 200)
    values[40] = 9.0
    loss = drawn(run_of(loss=values)).axes[0]
    dotted = [line.get_xdata()[0] for line in loss.lines if line.get_linestyle() == ":"]
    spikes = [x for line in loss.lines if line.get_marker() == "^" for x in line.get_xdata()]
    assert 1000 in dotted
    assert 400 in spikes


def test_a_spike_survives_thinning():
    values = np.full(100_000, 1.0)
    values[54_321] = 3.0
    line = drawn(run_of(loss=values)).axes[0].lines[0]
    assert len(line.get_xdata()) <= 4000
    assert max(line.get_ydata()) == 3.0
    assert line.get_xdata()[-1] == 999_990


def test_many_quantities_do_not_flood_the_figure():
    roles = {f"t{i}": Role("loss_part", "train", "lower", "", f"part{i}") for i in range(20)}
    run = Run("r", "r", series=tuple(Series(tag, np.arange(3), np.ones(3)) for tag in sorted(roles)))
    assert len(drawn(run, roles=roles).axes) == MAX_PANELS


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_same_figure_gives_the_same_bytes(tmp_path, suffix):
    for name in ("a", "b"):
        save(drawn(run_of(50)), tmp_path / (name + suffix))
    first, second = ((tmp_path / (name + suffix)).read_bytes() for name in ("a", "b"))
    assert first == second
    assert first[:4] in (b"\x89PNG", b"<?xm", b"%PDF")


def test_names_are_text_and_never_formulas(tmp_path):
    tag = "_$\\frac{$\x1b[31m模\udc80"
    run = Run("r", "r", series=(Series(tag, np.arange(30), np.ones(30)),))
    evil = [finding("$\\alpha$", tags=(tag,), onset=Place(3, 0.1, None))]
    figure = draw(run, diagnosis("$x^$\x07", "sick", evil, roles={tag: Role("loss", "train", "lower", "")}))
    save(figure, tmp_path / "evil.png")
    assert legend(figure.axes[0]) == [" _$\\frac{$\\x1b[31m模\\udc80"]
    assert figure.get_suptitle().startswith("$x^$\\x07: sick")


@pytest.mark.parametrize(
    "values",
    [[np.nan] * 5, [1e308, -1e308, np.inf], [0.0], [5e-324, 1.0], []],
    ids=["nan", "huge", "one", "tiny", "no"],
)
def test_any_curve_can_be_drawn(tmp_path, values):
    save(drawn(run_of(5, loss=values), [finding(onset=Place(0, 0.0, None))]), tmp_path / "x.png")
    assert (tmp_path / "x.png").stat().st_size > 1000


def test_a_run_without_curves_is_a_title():
    assert drawn(Run("r", "r")).axes == []


def test_pyplot_stays_out():
    code = "import sys, loganalyzer.report.plot as p; assert 'matplotlib' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def spikes_of(values):
    figure = drawn(run_of(loss=values))
    return [x // 10 for line in figure.axes[0].lines if line.get_marker() == "^" for x in line.get_xdata()]


@pytest.mark.parametrize("rate", [0.5, 0.9, 0.97])
def test_the_steep_beginning_of_a_smooth_decay_is_no_spike(rate):
    decay = 0.2 + 2 * rate ** np.arange(200.0)
    assert spikes_of(decay) == []
    ripple = decay + 0.001 * np.random.default_rng(0).normal(size=200)
    assert [at for at in spikes_of(ripple) if at < 20] == []
    ripple[120] += 1.0
    assert [at for at in spikes_of(ripple) if at > 20] == [120]


def test_a_spike_of_two_samples_and_one_downwards_are_marked():
    values = np.linspace(2, 1, 200) + 0.01 * np.random.default_rng(0).normal(size=200)
    values[[80, 81]] += 1.0
    values[150] -= 0.8
    assert spikes_of(values) == [80, 81, 150]


def test_values_at_the_ends_of_the_range_are_drawn_without_a_warning(tmp_path):
    scale, rng = 1.7e308, np.random.default_rng(0)
    for loss in (
        scale * rng.uniform(-1, 1, 60),
        np.where(np.arange(60) % 7 == 3, scale, 1.0),
        np.where(np.arange(60) % 2 == 1, scale, -scale),
        np.r_[np.linspace(2, 1, 30), np.full(30, scale)],
        np.geomspace(1e-300, 1e308, 60),
    ):
        run = run_of(loss=loss, val_loss=np.r_[loss[:30], np.full(30, np.nan)])
        save(draw(run, diagnosis(roles=ROLES)), tmp_path / "a.png")
