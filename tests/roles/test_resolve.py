import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loganalyzer.model.role import QUANTITIES, SPLITS, Role
from loganalyzer.model.run import Run, Series
from loganalyzer.roles.mapping import parse_mapping
from loganalyzer.roles.resolve import resolve


def run_of(*tags, framework="", values=(1.0, 2.0), axes=None):
    series = tuple(
        Series(tag, np.arange(len(values)), np.array(values), axis=(axes or {}).get(tag, "iteration"))
        for tag in tags
    )
    return Run("id", "name", framework, series=series)


def short(role):
    return role.quantity, role.split, role.part


KERAS = ["train/epoch_loss", "validation/epoch_loss", "train/epoch_accuracy", "validation/epoch_accuracy"]
PPO = ["rollout/ep_rew_mean", "train/policy_gradient_loss", "train/value_loss", "train/approx_kl"]

# tag, the other tags of its run, what it must be read as
TABLE = [
    # Keras
    ("train/epoch_loss", KERAS, ("loss", "train", "")),
    ("validation/epoch_loss", KERAS, ("loss", "validation", "")),
    ("validation/epoch_accuracy", KERAS, ("accuracy", "validation", "")),
    ("train/epoch_sparse_categorical_accuracy", [], ("accuracy", "train", "")),
    ("train/epoch_learning_rate", KERAS, ("lr", "none", "")),
    ("train/epoch_steps_per_second", KERAS, ("throughput", "none", "")),
    ("train/batch_loss", KERAS, ("loss", "train", "batch")),
    ("train/batch_accuracy", KERAS, ("accuracy", "train", "batch")),
    ("validation/evaluation_loss_vs_iterations", KERAS, ("loss", "validation", "")),
    ("validation/evaluation_mae_vs_iterations", KERAS, ("error", "validation", "mae")),
    ("loss", ["val_loss"], ("loss", "train", "")),
    ("val_loss", ["loss"], ("loss", "validation", "")),
    ("acc", ["val_acc"], ("accuracy", "train", "")),
    ("val_acc", ["acc"], ("accuracy", "validation", "")),
    ("val_output_1_acc", [], ("accuracy", "validation", "output 1")),
    ("output_1_loss", ["loss", "output_2_loss"], ("loss_part", "train", "output 1")),
    ("lr", [], ("lr", "none", "")),
    # PyTorch habits
    ("Loss/train", ["Loss/test"], ("loss", "train", "")),
    ("Loss/test", ["Loss/train"], ("loss", "test", "")),
    ("Accuracy/test", [], ("accuracy", "test", "")),
    ("loss/val", [], ("loss", "validation", "")),
    ("loss_tr", ["loss_te"], ("loss", "train", "")),
    ("loss_te", ["loss_tr"], ("loss", "test", "")),
    ("Train Loss", [], ("loss", "train", "")),
    ("Valid/Acc@1", [], ("accuracy", "validation", "")),
    ("Loss_valid/Loss", ["Loss_train/Loss"], ("loss", "validation", "")),
    ("avg_val_loss", [], ("loss", "validation", "")),
    ("Gradients/global_norm", [], ("grad_norm", "none", "")),
    ("grad_norm/fc1.weight", [], ("grad_norm", "none", "fc1 weight")),
    ("Train/WeightNorm", [], ("weight_norm", "none", "")),
    # Lightning
    ("train_loss_step", ["train_loss_epoch"], ("loss", "train", "step")),
    ("train_loss_epoch", ["train_loss_step"], ("loss", "train", "")),
    ("val/loss", [], ("loss", "validation", "")),
    ("lr-Adam/pg1", [], ("lr", "none", "adam pg1")),
    ("lr-Adam/pg1-momentum", [], ("other", "none", "")),
    ("hp_metric", [], ("other", "none", "")),
    ("grad_2.0_norm_total", [], ("grad_norm", "none", "")),
    ("val_loss/dataloader_idx_1", ["val_loss/dataloader_idx_0"], ("loss", "validation", "dataloader idx 1")),
    # Hugging Face
    ("loss", ["eval_loss", "grad_norm"], ("loss", "train", "")),
    ("eval_loss", ["loss"], ("loss", "validation", "")),
    ("eval/loss", ["train/loss"], ("loss", "validation", "")),
    ("eval_f1_macro", ["loss"], ("score", "validation", "f1 macro")),
    ("eval_runtime", [], ("time", "none", "")),
    ("eval_samples_per_second", [], ("throughput", "none", "")),
    # detection and segmentation
    ("train/box_loss", ["train/cls_loss"], ("loss_part", "train", "box")),
    ("val/obj_loss", ["val/cls_loss"], ("loss_part", "validation", "obj")),
    ("metrics/mAP_0.5", ["train/box_loss", "val/box_loss"], ("score", "validation", "map 0.5")),
    ("metrics/precision(B)", ["train/box_loss", "val/box_loss"], ("score", "validation", "precision b")),
    ("x/lr0", ["x/lr1"], ("lr", "none", "0")),
    ("lr/pg2", [], ("lr", "none", "pg2")),
    ("loss_box_reg", ["total_loss"], ("loss_part", "train", "box reg")),
    ("loss_dice", ["total_loss"], ("loss_part", "train", "dice")),
    ("total_loss", ["loss_box_reg"], ("loss", "train", "")),
    # timm, fastai, nanoGPT, Megatron, DeepSpeed, Coqui
    ("eval_top1", [], ("accuracy", "validation", "")),
    ("eval_top5", ["eval_top1"], ("accuracy", "validation", "top5")),
    ("accuracy", ["train_loss", "valid_loss"], ("accuracy", "validation", "")),
    ("error_rate", ["train_loss", "valid_loss"], ("error", "validation", "")),
    ("mfu", [], ("throughput", "none", "")),
    ("lm loss", ["lm loss validation"], ("loss", "train", "")),
    ("lm loss validation", ["lm loss"], ("loss", "validation", "")),
    ("lm loss validation ppl", ["lm loss"], ("perplexity", "validation", "")),
    ("params-norm", [], ("weight_norm", "none", "")),
    ("loss-scale", [], ("loss_scale", "none", "")),
    ("world-size", [], ("count", "none", "")),
    ("mem-reserved-bytes", [], ("memory", "none", "")),
    ("Train/Samples/train_loss", ["Train/Samples/lr"], ("loss", "train", "")),
    ("TrainEpochStats/avg_loss", ["TrainIterStats/avg_loss"], ("loss", "train", "")),
    ("TrainIterStats/avg_loss", ["TrainEpochStats/avg_loss"], ("loss", "train", "step")),
    ("EvalStats/avg_loss", [], ("loss", "validation", "")),
    # TF1 habits
    ("cross_entropy_1", ["accuracy_1"], ("loss", "train", "")),
    ("accuracy_1", ["cross_entropy_1"], ("accuracy", "train", "")),
    ("Entropy", ["Reg_loss"], ("loss", "train", "")),
    ("loss_1", ["learning_rate"], ("loss", "train", "")),
    ("loss_1", ["loss"], ("loss", "train", "1")),
    ("regularization_loss", ["cross_entropy"], ("loss_part", "train", "regularization")),
    ("global_step/sec", [], ("throughput", "none", "")),
    # losses by their neighbours
    ("nll_loss", ["loss"], ("loss_part", "train", "nll")),
    ("nll_loss", [], ("loss", "train", "")),
    ("recon_loss", ["kl_loss"], ("loss", "train", "")),
    ("kl_loss", ["recon_loss"], ("loss_part", "train", "kl")),
    ("kl_loss", ["loss"], ("loss_part", "train", "kl")),
    ("loss_cls", ["loss_reg"], ("loss_part", "train", "cls")),
    ("val_nll", ["train_loss"], ("loss", "validation", "")),
    ("val_recon_loss", ["loss", "recon_loss"], ("loss_part", "validation", "recon")),
    ("mse", ["val_mse", "mae"], ("loss", "train", "")),
    ("mse", ["loss"], ("error", "train", "mse")),
    ("mae", ["val_mae"], ("loss", "train", "")),
    ("average_loss", ["loss"], ("loss", "train", "average")),
    # adversarial
    ("d_loss", ["g_loss"], ("discriminator_loss", "train", "")),
    ("g_loss", ["d_loss"], ("generator_loss", "train", "")),
    ("loss/generator", ["loss/discriminator"], ("generator_loss", "train", "")),
    ("loss", ["d_loss", "g_loss"], ("loss_part", "train", "total")),
    ("loss_D_fake", ["loss_D", "loss_G"], ("discriminator_loss", "train", "fake")),
    ("errG", ["errD"], ("generator_loss", "train", "")),
    ("critic_loss", ["generator_loss"], ("discriminator_loss", "train", "")),
    ("D_real", ["d_loss", "g_loss"], ("other", "none", "")),
    ("disc_accuracy", ["disc_loss", "gen_loss"], ("other", "none", "")),
    # reinforcement learning
    ("rollout/ep_rew_mean", PPO, ("reward", "train", "")),
    ("eval/mean_reward", PPO, ("reward", "validation", "")),
    ("eval_reward", ["reward"], ("reward", "validation", "")),
    ("train/loss", PPO, ("other", "none", "")),
    ("train/value_loss", PPO, ("value_loss", "train", "")),
    ("train/policy_gradient_loss", PPO, ("policy_loss", "train", "")),
    ("train/explained_variance", PPO, ("explained_variance", "train", "")),
    ("train/clip_fraction", PPO, ("clip_fraction", "train", "")),
    ("train/approx_kl", PPO, ("kl", "train", "")),
    ("train/std", PPO, ("other", "none", "")),
    ("train/loss", ["rollout/ep_rew_mean", "rollout/exploration_rate"], ("value_loss", "train", "")),
    ("loss", ["reward", "kl"], ("policy_loss", "train", "")),
    ("val_loss", ["reward", "policy_loss"], ("other", "none", "")),
    ("Episode/rew_feet_air_time", ["Train/mean_reward"], ("other", "none", "")),
    ("Loss/value_function", ["Train/mean_reward", "Loss/surrogate"], ("value_loss", "train", "")),
    ("Environment/Cumulative Reward", ["Policy/Entropy"], ("reward", "train", "")),
    ("Policy/Entropy", ["Environment/Cumulative Reward"], ("entropy", "train", "")),
    ("EpisodeAveLength", [], ("episode_length", "train", "")),
    ("losses/qf1_values", ["charts/episodic_return"], ("other", "none", "")),
    # the machine
    ("gpu_mem", [], ("memory", "none", "")),
    ("train_runtime", [], ("time", "none", "")),
    ("n_updates", [], ("count", "none", "")),
    ("global_step", [], ("count", "none", "")),
    ("epoch", [], ("epoch", "none", "")),
    ("_timestamp", [], ("time", "none", "")),
    ("", [], ("count", "none", "")),
    # near misses
    ("floss", ["loss"], ("unknown", "none", "")),
    ("closs", ["loss"], ("unknown", "none", "")),
    ("lossless", ["loss"], ("unknown", "none", "")),
    ("validated_count", [], ("count", "none", "")),
    ("train_loss_std", ["train_loss"], ("other", "none", "")),
    ("max_accuracy_epoch", ["accuracy"], ("other", "none", "")),
    ("best_val_loss", ["val_loss"], ("other", "none", "")),
    ("val/ratio", [], ("other", "none", "")),
    ("loss_weight", ["loss"], ("other", "none", "")),
    ("accuracy_threshold", ["accuracy"], ("other", "none", "")),
    ("mean", [], ("unknown", "none", "")),
    ("std", [], ("other", "none", "")),
    ("max", [], ("unknown", "none", "")),
    ("n", [], ("unknown", "none", "")),
    ("train/n", [], ("unknown", "none", "")),
    ("loader_time", [], ("time", "none", "")),
    ("explained_variance_loss", ["reward"], ("other", "none", "")),
]


@pytest.mark.parametrize(("tag", "others", "expected"), TABLE)
def test_table(tag, others, expected):
    roles = resolve(run_of(*dict.fromkeys([tag, *others])))
    assert short(roles[tag]) == expected, roles[tag].why
    assert all(role.why for role in roles.values())


@pytest.mark.parametrize(
    ("tag", "direction"),
    [
        ("loss", "lower"),
        ("val_acc", "higher"),
        ("f1", "higher"),
        ("wer", "lower"),
        ("reward", "higher"),
        ("ppl", "lower"),
        ("lr", "none"),
        ("grad_norm", "none"),
        ("gizmo", "none"),
    ],
)
def test_direction(tag, direction):
    assert resolve(run_of(tag))[tag].direction == direction


def test_reason_names_the_words_it_was_read_from():
    why = resolve(run_of("val/loss", "train/loss"))["val/loss"].why
    assert 'last word "loss" says loss' in why
    assert 'folder "val" says validation' in why


def test_an_assumed_split_is_said():
    assert "assumed" in resolve(run_of("loss"))["loss"].why
    assert "'val_loss' is its held-out twin" in resolve(run_of("loss", "val_loss"))["loss"].why


def test_unknown_says_how_to_name_it():
    assert "--map" in resolve(run_of("gizmo"))["gizmo"].why


@pytest.mark.parametrize(
    ("values", "direction"),
    [((-0.7, -0.1), "lower"), ((-0.7, np.nan), "lower"), ((0.7, 0.1), "none"), ((-0.1, 0.1), "none")],
)
def test_entropy_loss_is_turned_round_only_where_its_values_are(values, direction):
    role = resolve(run_of("train/entropy_loss", *PPO, values=values))["train/entropy_loss"]
    assert (role.quantity, role.direction) == ("entropy", direction)
    assert ("minus the entropy" in role.why) == (direction == "lower")


def test_one_curve_over_two_axes_is_judged_once():
    roles = resolve(run_of("rewards/iter", "rewards/step", "rewards/time", "lm loss", "lm loss vs samples"))
    assert [tag for tag, role in roles.items() if role.quantity == "other"] == [
        "lm loss vs samples",
        "rewards/step",
        "rewards/time",
    ]
    assert "duplicate of 'rewards/iter'" in roles["rewards/time"].why


def test_a_curve_with_its_only_axis_in_the_name_is_no_duplicate():
    assert resolve(run_of("lm loss vs samples"))["lm loss vs samples"].quantity == "loss"


def test_smoothed_twin_gives_way_to_the_raw_curve_only():
    assert resolve(run_of("loss", "loss_smooth"))["loss_smooth"].quantity == "other"
    assert resolve(run_of("loss_smooth"))["loss_smooth"].quantity == "loss"


def test_terms_of_a_reward_count_where_no_total_is_logged():
    tags = ["rewards/format/mean", "policy_loss"]
    assert resolve(run_of(*tags))["rewards/format/mean"].quantity == "reward"
    assert resolve(run_of(*tags, "reward"))["rewards/format/mean"].quantity == "other"


def test_equal_curves_on_different_axes_keep_the_plain_part():
    tags = ("validation/epoch_loss", "validation/evaluation_loss_vs_iterations")
    roles = resolve(run_of(*tags, axes={tags[0]: "epoch"}))
    assert {role.part for role in roles.values()} == {""}


def test_the_file_a_clashing_tag_came_from_is_no_part_of_it():
    roles = resolve(run_of("loss", "val_loss", "history.csv:loss", "history.csv:val_loss"))
    assert short(roles["history.csv:val_loss"]) == short(roles["val_loss"]) == ("loss", "validation", "")


def test_kinds_of_accuracy_side_by_side_are_told_apart():
    roles = resolve(run_of("accuracy", "categorical_accuracy", "val_accuracy", "val_categorical_accuracy"))
    assert [role.part for role in roles.values()] == ["", "categorical", "", "categorical"]


def test_a_folder_all_tags_lie_in_says_nothing():
    roles = resolve(run_of("exp7/loss", "exp7/cls_loss", "exp7/rollout/ep_len_mean"))
    assert short(resolve(run_of("exp7/val_loss", "exp7/val_cls_loss"))["exp7/val_loss"]) == (
        "loss",
        "validation",
        "",
    )
    assert roles["exp7/loss"].quantity != "loss", "one tag of reinforcement learning is enough"


def test_copies_of_a_loss_are_not_parts_of_it():
    roles = resolve(run_of("fold_1/val_loss", "fold_2/val_loss"))
    assert [short(role) for role in roles.values()] == [
        ("loss", "validation", "fold 1"),
        ("loss", "validation", "fold 2"),
    ]


def test_mapping_wins_and_exact_names_win_over_globs():
    mapping = parse_mapping(["*loss=ignore", "floss=loss:validation"])
    roles = resolve(run_of("floss", "loss", "acc"), mapping)
    assert (roles["floss"].quantity, roles["floss"].split) == ("loss", "validation")
    assert roles["loss"].quantity == "other"
    assert roles["acc"].quantity == "accuracy"


def test_mapping_tells_what_kind_of_run_it_is():
    mapping = parse_mapping(["points=reward"])
    assert resolve(run_of("points", "loss"))["loss"].quantity == "loss"
    assert resolve(run_of("points", "loss"), mapping)["loss"].quantity == "policy_loss"


def test_a_mapped_total_makes_parts_of_the_others():
    mapping = parse_mapping(["floss=loss"])
    assert resolve(run_of("floss", "cls_loss"), mapping)["cls_loss"].quantity == "loss_part"


def test_a_run_without_series_has_no_roles():
    assert resolve(run_of()) == {}


WORDS = (
    *("loss", "val", "train", "acc", "reward", "entropy", "kl", "d", "g", "gen", "disc", "policy", "value"),
    *("vs", "time", "iter", "smooth", "best", "1", "/", "_", ":", ".", "@", "é"),
)
MADE_UP = st.lists(st.sampled_from(WORDS), max_size=5).map("".join)
TAGS = st.lists(st.one_of(st.text(max_size=12), MADE_UP), max_size=8, unique=True)


@given(TAGS, st.randoms(use_true_random=False))
def test_any_tags_resolve_in_any_order_to_the_same_roles(tags, random):
    shuffled = random.sample(tags, len(tags))
    roles = resolve(run_of(*tags))
    assert list(roles) == sorted(tags)
    assert list(resolve(run_of(*shuffled)).items()) == list(roles.items())
    for role in roles.values():
        assert isinstance(role, Role)
        assert role.why
        assert role.quantity in QUANTITIES
        assert role.split in SPLITS


def test_tags_met_before_are_looked_at_anew_where_their_values_count():
    negative, positive = (run_of("train/entropy_loss", *PPO, values=values) for values in ((-2, -1), (1, 2)))
    directions = [resolve(run)["train/entropy_loss"].direction for run in (negative, positive, negative)]
    assert directions == ["lower", "none", "lower"]


def test_tags_met_before_are_looked_at_anew_over_other_axes_and_with_another_mapping():
    tags = ("loss", "average_loss")
    alike = resolve(run_of(*tags))
    apart = resolve(run_of(*tags, axes={"loss": "epoch"}))
    assert alike["average_loss"].part != apart["average_loss"].part
    assert resolve(run_of(*tags), parse_mapping(["loss=accuracy"]))["loss"].quantity == "accuracy"
    assert resolve(run_of(*tags)) == alike
