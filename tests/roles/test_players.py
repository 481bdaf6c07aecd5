"""Roles of runs with two players and of runs trained by reward, as their loggers name the tags."""

import numpy as np
import pytest

from loganalyzer.model.run import Run, Series
from loganalyzer.roles.resolve import resolve


def roles_of(*tags):
    series = tuple(Series(tag, np.arange(8), np.linspace(1.0, 2.0, 8)) for tag in sorted(tags))
    return resolve(Run("id", "run", series=series))


def quantities(*tags):
    found = roles_of(*tags)
    return [found[tag].quantity for tag in tags]


@pytest.mark.parametrize(
    ("generator", "discriminator"),
    [
        ("Loss_G", "Loss_D"),
        ("errG", "errD"),
        ("lossG", "lossD"),
        ("G/loss", "D/loss"),
        ("Loss/G/loss", "Loss/D/loss"),
        ("gen_loss", "disc_loss"),
        ("netG_loss", "netD_loss"),
        ("Generator loss", "Critic loss"),
        ("adversarial_loss", "discriminator_loss"),
        ("losses/l_g_gan", "losses/l_d_real"),
    ],
)
def test_both_players_are_known(generator, discriminator):
    assert quantities(generator, discriminator) == ["generator_loss", "discriminator_loss"]


def test_what_the_discriminator_decides_stands_for_a_generator_without_a_total():
    found = roles_of("G_GAN", "G_L1", "D_real", "D_fake")
    assert (found["G_GAN"].part, found["G_L1"].part) == ("", "l1")


def test_it_stays_a_part_beside_a_total():
    found = roles_of("loss_G", "loss_G_GAN", "loss_D")
    assert (found["loss_G"].part, found["loss_G_GAN"].part) == ("", "gan")


@pytest.mark.parametrize("tag", ["fid", "Metrics/fid50k_full", "val/lpips"])
def test_quality_of_samples_is_no_part_of_a_loss(tag):
    assert quantities("g_loss", "d_loss", tag)[2] == "error"


def test_an_adversarial_term_without_a_discriminator_is_an_ordinary_loss():
    assert quantities("class_loss", "adversarial_loss") == ["loss_part", "loss_part"]


@pytest.mark.parametrize(
    "tag", ["AverageEpRet", "eprewmean", "charts/episodic_return", "rollout/ep_rew_mean", "Reward"]
)
def test_returns_of_episodes_are_rewards(tag):
    assert roles_of(tag)[tag].quantity == "reward"


def test_a_score_beside_a_share_of_random_actions_is_a_reward():
    assert quantities("score", "epsilon", "loss") == ["reward", "other", "value_loss"]


@pytest.mark.parametrize("other", ["accuracy", "val_loss"])
def test_a_privacy_budget_is_no_share_of_random_actions(other):
    assert quantities("score", "epsilon", "loss", other)[2] == "loss"


@pytest.mark.parametrize(
    ("tag", "others"),
    [
        ("objective/kl", ["objective/rlhf_reward", "policy/approxkl_avg"]),
        ("train/kl", ["train/reward", "train/completion_length"]),
        ("kl", ["reward", "frac_reward_zero_std"]),
        ("train/kl", ["train/response_length", "train/policy_loss", "train/reward"]),
    ],
)
def test_the_distance_from_a_reference_model_is_no_step_of_an_update(tag, others):
    assert quantities(tag, *others)[0] == "other"


@pytest.mark.parametrize(
    ("tag", "others"),
    [
        ("policy/approxkl_avg", ["objective/rlhf_reward", "objective/kl"]),
        ("actor/ppo_kl", ["actor/pg_loss", "critic/score/mean", "response_length/mean"]),
        ("info/kl", ["losses/a_loss", "losses/c_loss"]),
    ],
)
def test_the_divergence_of_an_update_is(tag, others):
    assert quantities(tag, *others)[0] == "kl"
