"""`--profile` and `rules calibrate`, as a user meets them."""

from __future__ import annotations

import numpy as np
from histories import write_history


def overfit(path, rise):
    train = np.linspace(2.0, 0.2, 40)
    val = np.concatenate((np.linspace(2.1, 1.1, 20), np.linspace(1.1, 1.1 * (1 + rise), 21)[1:]))
    write_history(path, train.tolist(), val_loss=val.tolist())


def test_a_stricter_profile_says_what_a_lenient_one_does_not(run, tmp_path):
    overfit(tmp_path / "log.csv", 0.08)
    found = {name: run("scan", tmp_path, "--profile", name)[1] for name in ("strict", "default", "lenient")}
    assert "overfitting since" in found["strict"]
    assert "overfitting since" not in found["default"]
    assert "overfitting since" not in found["lenient"]
    overfit(tmp_path / "log.csv", 0.2)
    assert "overfitting since" in run("scan", tmp_path)[1]
    assert "overfitting since" not in run("scan", tmp_path, "--profile", "lenient")[1]


def test_an_unknown_profile_is_refused_with_those_there_are(run, tmp_path):
    overfit(tmp_path / "log.csv", 0.2)
    code, out, err = run("scan", tmp_path, "--profile", "strikt")
    assert (code, out) == (2, "")
    assert "unknown profile 'strikt'; did you mean strict?" in err
    assert "known: default, lenient, strict" in err


def test_thresholds_are_learned_shown_and_used(run, tmp_path):
    for number in range(6):
        overfit(tmp_path / "healthy" / f"run{number}.csv", 0.14)
    learned = tmp_path / "my-rules"
    code, out, err = run("rules", "calibrate", tmp_path / "healthy", "-o", learned, "-q")
    assert (code, err) == (0, "")
    assert out.startswith("overfitting: min_rise 0.1 -> 0.1")
    assert "6 runs: alarms on 6 (100 %) before, 0 (0 %) now" in out
    assert f"--rules {learned}" in out
    assert run("rules", "check", learned)[:2] == (0, "no faults found\n")
    assert "6 runs: 6 suspect" in run("scan", tmp_path / "healthy")[1]
    assert "6 runs: 6 healthy" in run("scan", tmp_path / "healthy", "--rules", learned)[1]


def test_what_was_learned_before_is_kept_unless_forced(run, tmp_path):
    overfit(tmp_path / "run.csv", 0.14)
    arguments = ("rules", "calibrate", tmp_path / "run.csv", "-o", tmp_path / "my")
    assert run(*arguments)[0] == 0
    before = (tmp_path / "my" / "profiles" / "default.yaml").read_bytes()
    overfit(tmp_path / "run.csv", 0.16)
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert "is there already; give --force" in err
    assert (tmp_path / "my" / "profiles" / "default.yaml").read_bytes() == before
    assert run(*arguments, "--force")[0] == 0
    assert (tmp_path / "my" / "profiles" / "default.yaml").read_bytes() != before


def test_runs_without_alarms_write_nothing(run, tmp_path):
    overfit(tmp_path / "run.csv", 0.04)
    code, out, _ = run("rules", "calibrate", tmp_path / "run.csv", "-o", tmp_path / "my")
    assert (code, out.splitlines()[-1]) == (0, "nothing to change")
    assert not (tmp_path / "my").exists()


def test_nothing_to_learn_from(run, tmp_path):
    assert run("rules", "calibrate", tmp_path / "none", "-o", tmp_path / "my")[0] == 4
    (tmp_path / "empty").mkdir()
    code, out, _ = run("rules", "calibrate", tmp_path / "empty", "-o", tmp_path / "my")
    assert (code, out.splitlines()[-1][:6]) == (4, "0 runs")
