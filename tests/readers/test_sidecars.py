"""Settings beside a log, and in the names of its folders."""

import errno
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loganalyzer.readers import read_run
from loganalyzer.readers.sidecars import settings_in_names, settings_of

HISTORY = "epoch,loss\n0,1.0\n1,0.9\n2,0.8\n"
LIGHTNING = """\
lr: 1.0e-3
layers: [64, 32]
optimizer:
  name: adam
  betas: !!python/tuple [0.9, 0.999]
activation: !!python/object/apply:torch._utils._rebuild_tensor_v2 [1, two]
callbacks: null
amp: true
comment: 'yes'
"""
FLAT = {
    "lr": 0.001,
    "layers/0": 64.0,
    "layers/1": 32.0,
    "optimizer/name": "adam",
    "optimizer/betas/0": 0.9,
    "optimizer/betas/1": 0.999,
    "activation/0": 1.0,
    "activation/1": "two",
    "amp": True,
    "comment": "yes",
}


def put(folder, **files):
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)


def read(tmp_path, name, text):
    put(tmp_path, **{name.replace(".", "__"): text})
    return settings_of([tmp_path / name], tmp_path)


@pytest.mark.parametrize("name", ["hparams.yaml", "args.yaml", "opt.yaml", "hyp.yaml"])
def test_settings_beside_a_history_are_the_runs(tmp_path, name):
    put(tmp_path / "run", history__csv=HISTORY, **{name.replace(".", "__"): LIGHTNING})
    assert read_run(tmp_path).hparams == FLAT
    assert read_run(tmp_path / "run" / "history.csv").hparams == FLAT


def test_settings_of_other_folders_are_not(tmp_path):
    put(tmp_path / "run", history__csv=HISTORY)
    put(tmp_path / "run" / "below", hparams__yaml="lr: 1")
    put(tmp_path, hparams__yaml="lr: 1")
    assert read_run(tmp_path).hparams == {}


def test_several_files_add_up(tmp_path):
    put(tmp_path, results__csv=HISTORY, opt__yaml="epochs: 3", hyp__yaml="lr0: 0.01")
    assert read_run(tmp_path).hparams == {"epochs": 3.0, "lr0": 0.01}


def test_of_a_config_only_what_has_values_counts(tmp_path):
    text = "wandb_version: 1\nlr: {desc: null, value: 0.1}\nn: {value: {w: 8}}\n_wandb: {value: {a: 1}}\n"
    assert read(tmp_path, "config.yaml", text) == ({"lr": 0.1, "n/w": 8.0}, ())
    assert read(tmp_path, "config.yaml", "lr: 0.1\n") == ({}, ())
    assert read(tmp_path, "config.yaml", "- 1\n") == ({}, ())


@pytest.mark.parametrize(
    "text",
    [
        "a: [1, 2",
        "a: " + "[" * 20_000,
        "{" * 60 + "}" * 60,
        "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
        + "".join(f"b{at}: &b{at} [{', '.join(['*a'] * 900)}]\n" for at in range(3)),
        "a: " + "x" * (1 << 20),
        "a: \x00",
        "- " * 11_000,
    ],
    ids=["open", "deep", "braces", "laughs", "long", "nul", "nodes"],
)
def test_what_is_no_plain_yaml_is_refused_with_its_name(tmp_path, text):
    put(tmp_path / "run", history__csv=HISTORY, args__yaml=text)
    run = read_run(tmp_path)
    assert run.hparams == {}
    assert len(run.series[0]) == 3
    (problem,) = run.problems
    assert (problem.kind, problem.path) == ("skipped", "run/args.yaml")


def test_what_cannot_be_read_is_told_and_not_passed_over(tmp_path, monkeypatch):
    put(tmp_path, metrics__csv=HISTORY, hparams__yaml="lr: 0.1\n", args__yaml="bs: 8\n")
    whole = os.open

    def refuse(path, *arguments, **named):
        if str(path).endswith("hparams.yaml"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return whole(path, *arguments, **named)

    monkeypatch.setattr(os, "open", refuse)
    run = read_run(tmp_path)
    assert run.hparams == {"bs": 8.0}
    assert len(run.series[0]) == 3
    (problem,) = run.problems
    assert (problem.kind, problem.path) == ("skipped", "hparams.yaml")
    assert "Permission denied" in problem.text


def test_a_link_to_settings_is_told(tmp_path):
    put(tmp_path / "a", metrics__csv=HISTORY)
    put(tmp_path, far__yaml="lr: 0.1\n")
    (tmp_path / "a" / "hparams.yaml").symlink_to(tmp_path / "far.yaml")
    (problem,) = read_run(tmp_path / "a" / "metrics.csv").problems
    assert problem.kind == "skipped"
    assert "it is a link" in problem.text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings_are_read(tmp_path, encoding):
    put(tmp_path, metrics__csv=HISTORY)
    (tmp_path / "hparams.yaml").write_bytes("name: caf\u00e9\n".encode(encoding))
    assert read_run(tmp_path).hparams == {"name": "caf\u00e9"}


def test_nothing_is_constructed(tmp_path):
    text = f"a: !!python/object/apply:os.system ['touch {tmp_path}/canary']\n"
    found, problems = read(tmp_path, "args.yaml", text)
    assert (found, problems) == ({"a/0": f"touch {tmp_path}/canary"}, ())
    assert not (tmp_path / "canary").exists()


def test_at_most_a_thousand_settings_and_long_texts_are_cut(tmp_path):
    text = "a: '" + "x" * 5000 + "'\n" + "".join(f"k{at}: {at}\n" for at in range(2000))
    found, (problem,) = read(tmp_path, "args.yaml", text)
    assert len(found) == 1000
    assert len(found["a"]) == 1000
    assert (problem.kind, problem.path, problem.lost) == ("over_limit", "args.yaml", 1001)


def test_several_files_together_hold_no_more(tmp_path):
    for name in "ab":
        (tmp_path / f"{name}.yaml").write_text("".join(f"{name}{at}: {at}\n" for at in range(600)))
    found, (problem,) = settings_of([tmp_path / "a.yaml", tmp_path / "b.yaml"], tmp_path)
    assert len(found) == 1000
    assert (problem.path, problem.lost) == ("b.yaml", 200)


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("lr=0.1_bs=32", {"lr": 0.1, "bs": 32.0}),
        ("lr=0.1,batch_size=32", {"lr": 0.1, "batch_size": 32.0}),
        ("lr=1e-3_batch_size=32", {"lr": 1e-3, "batch_size": 32.0}),
        ("exp_lr=0.1-opt=adam_wd=0", {"lr": 0.1, "opt": "adam", "wd": 0.0}),
        ("lr=0.1_model=resnet_50_bs=64", {"lr": 0.1, "model": "resnet_50", "bs": 64.0}),
        ("model=vit_b_16_learning_rate=0.1_x=1", {"model": "vit_b_16", "learning_rate": 0.1, "x": 1.0}),
        ("opt=adam_gamma_x=2", {"opt": "adam", "gamma_x": 2.0}),
        ("opt=adam,amp=True", {"opt": "adam", "amp": True}),
        ("model.width=8,seed=3", {"model.width": 8.0, "seed": 3.0}),
        ("lr=0.1_run2", {"lr": 0.1}),
        ("lr_0.1-bs_32", {"lr": 0.1, "bs": 32.0}),
        ("lr0.1-bs32_x", {"lr": 0.1, "bs": 32.0}),
        ("resnet_lr_1e-3_seed3", {"lr": 1e-3, "seed": 3.0}),
        ("seed3", {"seed": 3.0}),
        ("SGD_LR_0.1", {"LR": 0.1}),
        ("version_0", {}),
        ("fold_2", {}),
        ("checkpoint-500", {}),
        ("solar3", {}),
        ("2024-01-02_seed", {}),
        ("lr=", {}),
        ("=3", {}),
        ("a==b", {}),
        ("1e5=2", {}),
    ],
)
def test_names_that_say_settings(name, settings):
    assert settings_in_names([name]) == settings


def test_inner_folders_win_over_outer_and_files_over_folders(tmp_path):
    put(tmp_path / "lr=0.1" / "lr=0.2_seed=1", history__csv=HISTORY, hparams__yaml="seed: 2")
    assert read_run(tmp_path).hparams == {"lr": 0.2, "seed": 2.0}


def test_the_name_of_a_file_counts_without_its_suffix(tmp_path):
    put(tmp_path / "logs", **{"momentum_0.9__csv": HISTORY})
    assert read_run(tmp_path).hparams == {"momentum": 0.9}


@given(st.lists(st.text(max_size=40), max_size=3))
def test_no_name_breaks_it(names):
    for key, value in settings_in_names(names).items():
        assert key
        assert value == value or "nan" in "".join(names).lower()
