"""Policies trained by reward, soundly and not."""

from pathlib import Path

import numpy as np

from samples.cart import Corridors, Poles
from samples.policy_trainer import CHARTS, PROXIMAL, Settings, learn


def _poles(seed: int) -> Poles:
    return Poles(8, np.random.default_rng(seed))


def poles_learn_slowly(folder: Path, seed: int) -> None:
    """Balance a pole with clipped updates.

    The return climbs to its limit; the value loss grows with it, the policy loss is noise around zero.
    """
    learn(_poles(seed), Settings(lr=5e-3, value_lr=1e-2, steps=128), folder, 70, seed, PROXIMAL)


def poles_rate_decays(folder: Path, seed: int) -> None:
    """Balance a pole with a rate that goes to zero.

    The return climbs and stays; entropy falls by a third.
    """
    settings = Settings(lr=8e-3, value_lr=1e-2, lr_at=lambda share: 1 - share)
    learn(_poles(seed), settings, folder, 90, seed, CHARTS)


def corridor_walks_straight(folder: Path, seed: int) -> None:
    """Walk to the end of a long corridor, where the only reward is.

    Flat at first; then the return is 1 and the entropy goes to nothing, as there is nothing left to explore.
    """
    world = Corridors(8, np.random.default_rng(seed), length=14, limit=40)
    learn(world, Settings(lr=3e-3, entropy_bonus=0.003), folder, 80, seed, CHARTS)


def poles_rate_of_nothing(folder: Path, seed: int) -> None:
    """Set the actor's learning rate to 1e-7.

    The return wanders around that of random actions, the entropy stays at ln 2, and no update diverges.
    """
    learn(_poles(seed), Settings(lr=1e-7), folder, 80, seed, PROXIMAL)


def corridor_without_end(folder: Path, seed: int) -> None:
    """Walk in a corridor that is too long to reach the end of by chance.

    The return is zero from start to end.
    """
    world = Corridors(8, np.random.default_rng(seed), length=50, limit=60)
    learn(world, Settings(entropy_bonus=0.01), folder, 80, seed, CHARTS)


def poles_unclipped_and_fast(folder: Path, seed: int) -> None:
    """Update without clipping, ten times on the same experience, with a large rate.

    Within a few updates the policy always pushes to one side: entropy and return fall to their least.
    """
    learn(_poles(seed), Settings(lr=0.02, clip=None, epochs=10), folder, 80, seed, PROXIMAL)


def poles_rate_raised(folder: Path, seed: int) -> None:
    """Raise the learning rate fortyfold after three fifths of the run.

    Updates move the policy by a hundred times as much as before, and the return swings and falls.
    """
    settings = Settings(lr=6e-3, value_lr=1e-2, lr_at=lambda share: 1.0 if share < 0.6 else 40.0)
    learn(_poles(seed), settings, folder, 90, seed, PROXIMAL)


def poles_reward_reversed(folder: Path, seed: int) -> None:
    """Add the reward with the wrong sign from the middle of the run on.

    The return climbs, and falls to that of a policy that drops the pole at once.
    """
    settings = Settings(lr=8e-3, value_lr=1e-2, reverse_at=0.55)
    learn(_poles(seed), settings, folder, 90, seed, CHARTS)


def poles_targets_transposed(folder: Path, seed: int) -> None:
    """Lay the critic's targets out by worlds where its inputs are laid out by time.

    The explained variance is zero or less all along, and the return does not rise.
    """
    settings = Settings(lr=1e-3, value_lr=0.1, gae=0.0, transposed=True)
    learn(_poles(seed), settings, folder, 80, seed, PROXIMAL)
