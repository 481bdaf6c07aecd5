"""What a curve shows is decided by definitions: measures made by hand, and near misses of each."""

import numpy as np
import pytest

from benchmarks.trainings.measures import Logged, Measures, load, save
from benchmarks.trainings.truth import judge, reach_of
from benchmarks.trainings.view import Reach

N = 41
STEP = np.arange(-1.0, N - 1)
REACH = Reach(loss=0.1, val_accuracy=0.95)
FALL = 0.1 + 2.2 * np.exp(-np.arange(N) / 6)
RISE = 0.95 - 0.85 * np.exp(-np.arange(N) / 6)
LN10 = float(np.log(10))


def run(
    loss=FALL, accuracy=RISE, *, val_loss=None, val_accuracy=None, logged=None, shown=(), facts=(), **curves
):
    """A run of ten classes, logged by the epoch; validation a little worse than training."""
    val_loss = loss * 1.05 + 0.01 if val_loss is None else val_loss
    val_accuracy = accuracy - 0.01 if val_accuracy is None else val_accuracy
    hidden = {
        "step": STEP[: len(loss)],
        "loss": loss,
        "accuracy": accuracy,
        "val_loss": val_loss,
        "val_accuracy": val_accuracy,
        "batch_high": loss * 1.1,
        "val_f1": val_accuracy,
        "same_answer": np.where(accuracy < 0.12, 1.0, 0.12),
        "logit_size": np.full(len(loss), 2.0),
        "logit_spread": np.full(len(loss), 5.0),
        "dead": np.zeros((len(loss), 1)),
        "saturated": np.zeros((len(loss), 1)),
        "gradient": np.ones((len(loss), 3)),
        "weight": np.linspace(1, 1.5, 3 * len(loss)).reshape(-1, 3),
    }
    hidden |= curves
    steps = STEP[1 : len(loss)]
    written = {
        "loss": loss[1:],
        "accuracy": accuracy[1:],
        "val_loss": val_loss[1:],
        "lr": np.full(len(steps), 0.01),
    }
    written |= logged or {}
    return Measures(
        kind="classes",
        facts=frozenset(facts),
        shown=frozenset({"loss", "accuracy", "validation", "lr", "relu", *shown}),
        constants={
            "chance_loss": LN10,
            "majority": 0.1,
            "n_classes": 10.0,
            "n_train": 4000.0,
            "n_val": 1000.0,
            "floor": 0.0,
            "per_epoch": 30.0,
            "full_batch": 0.0,
            "clip": np.inf,
        },
        curves={name: np.asarray(values, dtype=float) for name, values in hidden.items()},
        logged={name: Logged(steps[-len(v) :], np.asarray(v, dtype=float)) for name, v in written.items()},
    )


def labels(measures):
    return judge(measures, REACH).labels


def after(start, before, rest):
    """`before` until row `start`, `rest` from there on."""
    return np.where(np.arange(N) < start, before, rest)


def test_a_plain_run_is_sound():
    truth = judge(run(), REACH)
    assert truth.labels == ()
    assert truth.row == {"labels": "healthy", "also_ok": "", "onset": "", "confidence": "high"}


@pytest.mark.parametrize(("end", "expected"), [(0.1, "labels"), (0.2, "also_ok"), (0.3, None)])
def test_collapse_ends_at_chance(end, expected):
    truth = judge(run(after(25, FALL, 2.2), after(25, RISE, end)), REACH)
    for place in ("labels", "also_ok"):
        assert ("collapse-to-chance" in getattr(truth, place)) is (place == expected)
    if expected == "labels":
        assert truth.onsets["collapse-to-chance"] == STEP[25]


def test_what_never_left_chance_did_not_collapse():
    loss = np.full(N, LN10) + 0.3 * np.exp(-np.arange(N) / 2)
    assert labels(run(loss, np.full(N, 0.102))) == ("stuck-at-chance",)


def test_a_fifth_above_chance_is_not_stuck():
    loss = np.full(N, LN10) - 0.15 * (1 - np.exp(-np.arange(N) / 5))
    assert "stuck-at-chance" not in labels(run(loss, np.full(N, 0.28)))


def test_constant_loss_at_the_floor_is_sound():
    assert labels(run(np.full(N, 0.1), np.full(N, 0.95))) == ()
    assert labels(run(np.full(N, 1.9), np.full(N, 0.4))) == ("constant-loss",)


@pytest.mark.parametrize(("end", "expected"), [(1.5, True), (0.3, False)])
def test_divergence_loses_much_of_what_was_learned(end, expected):
    growth = after(25, FALL, 0.15 + (end - 0.15) * np.clip((np.arange(N) - 24) / 12, 0, 1))
    assert ("divergence" in labels(run(growth, RISE))) is expected


def test_a_loss_that_comes_back_did_not_diverge():
    spike = FALL.copy()
    spike[25:28] = 3.0
    measures = run(FALL, logged={"loss": spike[1:]})
    assert labels(measures) == ("loss-spikes",)


def test_a_spike_within_the_luck_of_the_draw_is_none():
    noisy = FALL.copy()
    noisy[25] *= 1.9
    assert labels(run(batch_high=FALL * 2.5, logged={"loss": noisy[1:]})) == ()


def test_a_jump_whose_old_level_is_not_reached_again():
    loss = after(20, FALL, 0.75 + 0.0 * FALL)
    truth = judge(run(loss, RISE), REACH)
    assert "unrecovered-spike" in truth.labels
    assert truth.onsets["unrecovered-spike"] == STEP[20]
    back = after(20, FALL, np.maximum(FALL, 0.75 * 0.7 ** (np.arange(N) - 20.0)))
    assert "unrecovered-spike" not in labels(run(back, RISE))


@pytest.mark.parametrize(("swing", "expected"), [(0.5, True), (0.06, False)])
def test_oscillation_needs_large_swings(swing, expected):
    loss = 1.0 + swing * np.where(np.arange(N) % 4 < 2, 1, -1)
    assert ("oscillation" in labels(run(loss, np.full(N, 0.5)))) is expected


def test_swings_with_progress_are_no_oscillation():
    loss = (1.0 + 0.4 * np.where(np.arange(N) % 4 < 2, 1, -1)) * 0.93 ** np.arange(N)
    assert "oscillation" not in labels(run(loss, RISE))


@pytest.mark.parametrize(("rise", "expected"), [(0.3, "overfitting"), (0.08, "ambiguous"), (0.01, None)])
def test_overfitting_by_the_rise_over_the_best(rise, expected):
    falling = FALL * np.linspace(1.0, 0.4, N)
    rows = np.arange(N)
    val = np.where(rows < 20, 0.6 + 1.7 * np.exp(-rows / 4), 0.6 * (1 + rise * (rows - 20) / 20))
    truth = judge(run(falling, val_loss=val), REACH)
    assert truth.labels == ((expected,) if expected else ())
    if expected == "overfitting":
        assert abs(truth.onsets[expected] - 19) <= 2


def test_validation_that_rises_with_training_is_not_overfitting():
    loss = after(20, FALL, 0.2 + 0.02 * (np.arange(N) - 20))
    assert "overfitting" not in labels(run(loss, RISE))


def test_slow_is_far_from_what_the_task_allows():
    slow, accuracy = LN10 - 0.02 * np.arange(N), np.linspace(0.1, 0.5, N)
    assert labels(run(slow, accuracy)) == ("slow-convergence",)
    assert judge(run(slow, accuracy), Reach(loss=1.4)).labels != ("slow-convergence",)


def test_underfitting_settles_early_and_plateau_late():
    early = 1.5 + 0.8 * np.exp(-np.arange(N) / 2)
    assert "underfitting" in labels(run(early, np.full(N, 0.4)))
    assert labels(run(FALL, RISE)) == ()


def test_unstable_validation_needs_a_smooth_training():
    jumps = np.where(np.arange(N) % 2, 1.5, 0.5)
    assert labels(run(val_loss=jumps)) == ("unstable-validation",)
    assert "unstable-validation" not in labels(run(jumps, RISE, val_loss=jumps))


def test_validation_at_chance_beside_a_fine_training():
    lost = run(val_loss=after(20, FALL, 3.5), val_accuracy=after(20, RISE, 0.1))
    truth = judge(lost, REACH)
    assert truth.labels == ("validation-collapse",)
    assert truth.onsets["validation-collapse"] == STEP[20]


def test_validation_perfect_at_once_where_the_task_does_not_allow_it():
    perfect = run(val_accuracy=np.full(N, 1.0))
    assert "leakage-suspect" in judge(perfect, REACH).labels
    assert judge(perfect, Reach(0.1, val_accuracy=1.0)).labels == ()


def test_numbers_that_are_none_end_the_course():
    broken = after(20, FALL, np.nan)
    truth = judge(run(broken, after(20, RISE, 0.1)), REACH)
    assert truth.labels == ("non-finite-loss",)
    assert truth.onsets["non-finite-loss"] == STEP[20]


def test_a_zero_that_hides_a_nan():
    broken = after(20, FALL, np.nan)
    masked = run(broken, val_loss=FALL, logged={"loss": np.nan_to_num(broken)[1:]})
    assert labels(masked) == ("masked-non-finite",)
    assert labels(run(logged={"loss": after(40, FALL, 0.0)[1:]})) == ()


@pytest.mark.parametrize(("share", "expected"), [(0.5, True), (0.05, False)])
def test_zero_rate_for_a_large_part(share, expected):
    rate = np.where(np.arange(N - 1) >= (1 - share) * (N - 1), 0.0, 0.01)
    assert ("zero-learning-rate" in labels(run(logged={"lr": rate}))) is expected


def test_a_rate_that_jumps_is_a_fault_when_trouble_begins_with_it():
    rate = np.where(np.arange(N - 1) >= 19, 1.0, 0.01)
    loss = after(20, FALL, 5.0)
    assert "lr-schedule-fault" in labels(run(loss, after(20, RISE, 0.5), logged={"lr": rate}))
    assert "lr-schedule-fault" not in labels(run(logged={"lr": rate}))


def test_what_the_log_does_not_hold_is_accepted_but_not_asked_for():
    dead = np.full((N, 1), 0.9)
    poor, accuracy = 1.5 + 0.8 * np.exp(-np.arange(N) / 2), np.full(N, 0.4)
    seen = judge(run(poor, accuracy, dead=dead, shown=("activations",)), REACH)
    unseen = judge(run(poor, accuracy, dead=dead), REACH)
    assert "dead-relu" in seen.labels
    assert "dead-relu" not in unseen.labels
    assert "dead-relu" in unseen.also_ok
    assert "dead-relu" not in labels(run(poor, accuracy, dead=dead / 4, shown=("activations",)))


@pytest.mark.parametrize(("ratio", "expected"), [(1e-5, True), (0.1, False)])
def test_vanishing_gradient_of_the_first_layer(ratio, expected):
    gradient = np.stack([np.full(N, ratio), np.full(N, 0.3), np.full(N, 1.0)], axis=1)
    flat = run(np.full(N, LN10), np.full(N, 0.1), gradient=gradient, shown=("gradients",))
    assert ("vanishing-gradient" in labels(flat)) is expected


@pytest.mark.parametrize(("factor", "expected"), [(500.0, True), (8.0, False)])
def test_exploding_gradient(factor, expected):
    norm = after(30, np.ones(N), factor)[1:]
    assert ("exploding-gradient" in labels(run(logged={"grad_norm": norm}, shown=("grad_norm",)))) is expected


@pytest.mark.parametrize(("factor", "expected"), [(20.0, True), (3.0, False)])
def test_weight_growth(factor, expected):
    weight = np.stack([np.ones(N), np.geomspace(1, factor, N)], axis=1)
    assert ("weight-growth" in labels(run(weight=weight, shown=("weights",)))) is expected


def test_large_equal_logits():
    size = np.full(N, 60.0)
    assert "large-equal-logits" in labels(run(logit_size=size, shown=("logits",)))
    assert "large-equal-logits" not in labels(run(logit_size=size, logit_spread=size, shown=("logits",)))


def test_a_first_loss_over_a_guess():
    high = FALL + 3.0 * np.exp(-np.arange(N) / 3)
    assert labels(run(high)) == ("initial-loss-too-high",)
    assert labels(run(FALL + 0.1)) == ()


@pytest.mark.parametrize(("clipped", "expected"), [(1.0, True), (0.2, False)])
def test_clip_that_catches_every_update(clipped, expected):
    norm = np.where(np.arange(N - 1) % 10 < 10 * clipped, 0.5, 0.01)
    measures = run(logged={"grad_norm_before": norm}, shown=("clip",))
    limited = Measures(**{**vars(measures), "constants": {**measures.constants, "clip": 0.1}})
    assert ("clip-saturated" in labels(limited)) is expected


def test_sawtooth_by_the_place_in_the_epoch():
    steps = np.arange(300.0)
    teeth = 0.8 + 0.6 * (steps % 30 < 10)
    rows = np.linspace(0, 299, N)
    loss = np.full(N, 1.0)

    def repeats(value):
        measures = run(loss, np.full(N, 0.7), step=rows, batch_high=loss * 2)
        logged = {**measures.logged, "loss": Logged(steps, value)}
        return "sawtooth" in labels(Measures(**{**vars(measures), "logged": logged}))

    assert repeats(teeth)
    assert not repeats(np.random.default_rng(0).permutation(teeth))


def test_one_class_as_the_answer_to_all():
    accuracy = np.full(N, 0.9)
    measures = run(np.full(N, 0.5), accuracy, shown=("f1",), same_answer=np.ones(N), val_f1=np.full(N, 0.47))
    constants = {**measures.constants, "majority": 0.9, "n_classes": 2.0, "chance_loss": 0.5}
    frozen = Measures(
        "classes", shown=measures.shown, constants=constants, curves=measures.curves, logged=measures.logged
    )
    truth = judge(frozen, REACH)
    assert "majority-collapse" in truth.labels
    assert "stuck-at-chance" in truth.also_ok


def game(returns, entropy=0.5, kl=0.01, explained=0.6):
    step = np.arange(1.0, 41.0)
    logged = {"reward": returns, "kl": kl, "explained_variance": explained}
    return Measures(
        "game",
        shown=frozenset(logged),
        constants={"random": 20.0, "best": 200.0, "ln_actions": np.log(2)},
        curves={
            "step": step,
            "return": np.asarray(returns),
            "entropy": np.broadcast_to(entropy, 40) * np.log(2),
        },
        logged={
            name: Logged(step, np.broadcast_to(value, 40).astype(float)) for name, value in logged.items()
        },
    )


CLIMB = np.linspace(20.0, 190.0, 40)


def test_games_are_judged_by_their_return():
    assert labels(game(CLIMB)) == ()
    assert labels(game(np.full(40, 22.0))) == ("reward-no-progress",)
    fallen = np.where(np.arange(40) < 25, CLIMB, 25.0)
    truth = judge(game(fallen), REACH)
    assert truth.labels == ("reward-collapse",)
    assert truth.onsets["reward-collapse"] == 26.0
    assert "reward-collapse" not in labels(game(np.where(np.arange(40) < 25, CLIMB, 110.0)))


def test_low_entropy_is_a_collapse_in_a_poor_policy_only():
    low = np.where(np.arange(40) < 10, 0.9, 0.01)
    assert labels(game(np.clip(CLIMB * 4, 0, 190), low)) == ()
    assert "entropy-collapse" in labels(game(np.full(40, 60.0), low))


def test_far_updates_and_a_critic_that_explains_nothing():
    assert labels(game(CLIMB, kl=np.where(np.arange(40) < 20, 0.01, 0.8))) == ("kl-blowup",)
    assert labels(game(CLIMB / 2, explained=-0.1)) == ("value-function-failure",)
    assert "value-function-failure" not in labels(game(CLIMB, explained=-0.1))


def test_a_duel_is_judged_by_what_is_generated():
    step = np.arange(40.0)

    def duel(modes, good, accuracy, shown=("fid",)):
        curves = {"step": step, "modes": modes, "good": good, "d_accuracy": accuracy}
        curves = {name: np.broadcast_to(value, 40).astype(float) for name, value in curves.items()}
        return labels(Measures("gan", shown=frozenset(shown), curves=curves))

    assert duel(8, 0.9, 0.55) == ()
    assert duel(0, 0.0, 1.0) == ("discriminator-wins",)
    assert duel(1, 0.9, 0.55) == ("generator-collapse",)
    assert duel(1, 0.9, 0.55, shown=()) == ()


def test_facts_are_labels_beside_what_the_curve_shows():
    assert labels(run(facts=("truncated-run",))) == ("truncated-run",)


def test_what_sound_runs_reach_is_their_best_epoch():
    late = run(val_loss=np.abs(np.arange(N) - 10) + 0.5)
    assert reach_of([late]).loss == pytest.approx(FALL[10])


def test_measures_come_back_as_they_were(tmp_path):
    measures = run(facts=("restart-overlap",))
    save(measures, tmp_path)
    back = load(tmp_path)
    assert (back.kind, back.facts, back.shown, dict(back.constants)) == (
        measures.kind,
        measures.facts,
        measures.shown,
        dict(measures.constants),
    )
    for name, values in measures.curves.items():
        np.testing.assert_array_equal(back.curves[name], values)
    assert judge(back, REACH) == judge(measures, REACH)
