import numpy as np
import pytest

from loganalyzer.model.run import Run, Series
from loganalyzer.roles.aliases import FRAMEWORKS, frameworks_of
from loganalyzer.roles.resolve import resolve


def roles_of(*tags, framework=""):
    series = tuple(Series(tag, np.arange(2), np.ones(2)) for tag in sorted(tags))
    return {
        tag: (role.quantity, role.split, role.part)
        for tag, role in resolve(Run("id", "name", framework, series=series)).items()
    }


def expect(roles, **expected):
    assert roles == {tag.replace("__", "/"): value for tag, value in expected.items()}


def test_hugging_face_average_over_the_run_is_no_curve():
    assert roles_of("loss", "train_loss", "train_runtime")["train_loss"][0] == "other"
    assert roles_of("loss_x", "train_loss")["train_loss"][0] == "loss"


def test_trl_ppo_val_is_the_value_head():
    expect(
        roles_of("objective/rlhf_reward", "objective/kl", "val/ratio", "val/clipfrac_avg", "loss/policy_avg"),
        objective__kl=("other", "none", ""),
        objective__rlhf_reward=("reward", "train", ""),
        val__ratio=("other", "none", ""),
        val__clipfrac_avg=("clip_fraction", "train", "value"),
        loss__policy_avg=("policy_loss", "train", ""),
    )


def test_trl_dpo_is_judged_by_its_loss():
    expect(
        roles_of("loss", "rewards/chosen", "rewards/rejected", "rewards/margins", "rewards/accuracies"),
        loss=("loss", "train", ""),
        rewards__chosen=("other", "none", ""),
        rewards__rejected=("other", "none", ""),
        rewards__margins=("score", "train", "margin"),
        rewards__accuracies=("accuracy", "train", "preference"),
    )


def test_trl_grpo():
    expect(
        roles_of(
            "loss",
            "reward",
            "reward_std",
            "rewards/fmt/mean",
            "clip_ratio/low_mean",
        ),
        loss=("policy_loss", "train", ""),
        reward=("reward", "train", ""),
        reward_std=("other", "none", ""),
        rewards__fmt__mean=("other", "none", ""),
        clip_ratio__low_mean=("clip_fraction", "train", "low"),
    )


def test_verl_score_is_the_reward():
    expect(
        roles_of("actor/pg_loss", "actor/kl_loss", "critic/score/mean", "critic/rewards/mean"),
        actor__pg_loss=("policy_loss", "train", ""),
        actor__kl_loss=("other", "none", ""),
        critic__score__mean=("reward", "train", ""),
        critic__rewards__mean=("other", "none", ""),
    )


def test_rl_games_letters():
    roles = roles_of("losses/a_loss", "losses/c_loss", "losses/bounds_loss", "rewards/iter")
    assert roles["losses/a_loss"] == ("policy_loss", "train", "")
    assert roles["losses/c_loss"] == ("value_loss", "train", "")
    assert roles["losses/bounds_loss"][0] == "other"
    assert roles_of("a_loss", "c_loss")["a_loss"][0] == "loss_part"


def test_rllib_learner_paths():
    stats = "info/learner/default_policy/learner_stats"
    roles = roles_of("episode_reward_mean", f"{stats}/policy_loss", f"{stats}/vf_loss", f"{stats}/total_loss")
    assert roles[f"{stats}/policy_loss"] == ("policy_loss", "train", "")
    assert roles[f"{stats}/vf_loss"] == ("value_loss", "train", "")
    assert roles[f"{stats}/total_loss"][0] == "other"


def test_tianshou_short_names():
    expect(
        roles_of("train/rew", "test/rew", "test/rew_std", "test/len", "train/n/ep", "train/v/st"),
        train__rew=("reward", "train", ""),
        test__rew=("reward", "test", ""),
        test__rew_std=("other", "none", ""),
        test__len=("episode_length", "test", ""),
        train__n__ep=("count", "none", ""),
        train__v__st=("throughput", "none", ""),
    )


def test_detectron_results_are_of_an_evaluation_run():
    roles = roles_of("total_loss", "eta_seconds", "sem_seg/mIoU", "bbox/APl", "fast_rcnn/cls_accuracy")
    assert roles["sem_seg/mIoU"] == ("score", "validation", "sem seg miou")
    assert roles["bbox/APl"] == ("score", "validation", "bbox apl")
    assert roles["fast_rcnn/cls_accuracy"] == ("accuracy", "train", "fast rcnn cls")


def test_mmengine_accuracy_folder_is_validation():
    roles = roles_of("loss", "data_time", "time", "accuracy/top1", "decode.acc_seg")
    assert roles["accuracy/top1"] == ("accuracy", "validation", "")
    assert roles["decode.acc_seg"] == ("accuracy", "train", "decode seg")
    assert roles_of("loss", "accuracy/top1")["accuracy/top1"][1] == "train"


def test_pix2pix_columns():
    roles = roles_of("G_GAN", "G_L1", "D_real", "D_fake")
    assert roles["G_L1"] == ("generator_loss", "train", "l1")
    assert roles["D_real"] == ("discriminator_loss", "train", "real")


def test_glued_player_losses_need_each_other():
    assert roles_of("dloss", "gloss")["dloss"] == ("discriminator_loss", "train", "")
    assert roles_of("dloss", "floss")["dloss"][0] == "unknown"


@pytest.mark.parametrize("named", ["stable-baselines3", "CleanRL", "RLlib"])
def test_the_framework_the_reader_named_decides_too(named):
    assert roles_of("train/loss")["train/loss"][0] == "loss"
    assert roles_of("train/loss", framework=named)["train/loss"][0] == "policy_loss"


def test_a_plain_run_is_of_no_framework():
    assert frameworks_of(("loss", "val_loss", "acc", "val_acc", "lr", "epoch", "train_loss"), "") == ()


@pytest.mark.parametrize("framework", FRAMEWORKS, ids=lambda framework: framework.name)
def test_tables_are_lower_case_and_reachable(framework):
    patterns = [pattern for signature in framework.signatures for pattern in signature]
    patterns += [alias.pattern for alias in framework.aliases]
    assert patterns == [pattern.lower() for pattern in patterns]
    assert all(framework.signatures)
    assert all(alias.why for alias in framework.aliases)
    assert all(alias.quantity or alias.split for alias in framework.aliases)
