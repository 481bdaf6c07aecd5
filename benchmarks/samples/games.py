"""Two networks against each other, evenly matched and not."""

from pathlib import Path

from samples.gan_trainer import Game, Names, play, wasserstein


def ring_even_match(folder: Path, seed: int) -> None:
    """Play with equal rates.

    Both losses hover, around 0.9 and 1.2, from start to end; nothing is wrong.
    """
    play(Game(), folder, 2000, every=10)


def ring_against_a_critic(folder: Path, seed: int) -> None:
    """Play against a Wasserstein critic with a gradient penalty.

    The critic's loss is below zero and comes to rest near it, the generator's goes anywhere: nothing is
    wrong.
    """
    names = Names("generator_loss", "critic_loss", "fid")
    play(Game(loss=wasserstein, penalty=1.0, judge_moves=3), folder, 2000, names, every=10)


def ring_generator_too_slow(folder: Path, seed: int) -> None:
    """Give the generator a thousandth of the discriminator's rate.

    The discriminator's loss falls to nothing within fifty batches, the generator's rises all along.
    """
    game = Game(generator_rate=lambda step: 1e-6, discriminator_rate=lambda step: 2e-3)
    play(game, folder, 2000, Names("g_loss", "d_loss"), every=10)


def ring_discriminator_frozen(folder: Path, seed: int) -> None:
    """Set the discriminator's rate to zero after 400 of 2000 batches.

    The generator runs to where the frozen discriminator is surest: its loss goes to nothing, the other's up.
    """
    game = Game(discriminator_rate=lambda step: 5e-4 if step < 400 else 0.0)
    play(game, folder, 2000, Names("errG", "errD"), every=10)
