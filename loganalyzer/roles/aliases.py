"""Names that mean something else in one framework than their words say; each table with its proof.

A table holds in a run whose tags match all patterns of one of its signatures, or whose framework the
reader named. Patterns are lower-case globs. What the words already say is not repeated here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from loganalyzer.model.role import Quantity, Split
from loganalyzer.roles.grammar import Guess


@dataclass(frozen=True, slots=True)
class Alias:
    """What a tag stands for; a quantity or split of None leaves what the words say."""

    pattern: str
    quantity: Quantity | None = None
    split: Split | None = None
    component: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Framework:
    """Alias table of one framework; `learns` is the kind of training it always means."""

    name: str
    signatures: tuple[tuple[str, ...], ...]
    aliases: tuple[Alias, ...] = ()
    called: tuple[str, ...] = ()
    learns: str = ""


_FROM_REFERENCE = "the distance from the model it began with, which grows as it learns"
_HELD_OUT = Alias("test*", "loss", "validation", (), "the metric it was told to print")
_OF_BOOSTING = (_HELD_OUT, replace(_HELD_OUT, pattern="learn", split="train"))
_PLAYERS: tuple[tuple[str, Quantity], ...] = (("g", "generator_loss"), ("d", "discriminator_loss"))

FRAMEWORKS: tuple[Framework, ...] = (
    Framework(
        "Hugging Face Trainer",
        (("train_runtime",), ("train/train_runtime",)),
        (
            Alias("train_loss", "other", None, (), "the average over the whole run, logged once at its end"),
            Alias("train/train_loss", "other", None, (), "the average over the whole run, logged once"),
        ),
    ),
    Framework("CatBoost", (), _OF_BOOSTING, ("catboost",)),
    Framework(
        "TRL DPO",
        (("*rewards/chosen", "*rewards/rejected"),),
        (
            Alias("*rewards/chosen", "other", None, (), "implicit reward of the chosen answer"),
            Alias("*rewards/rejected", "other", None, (), "implicit reward of the rejected answer"),
            Alias("*rewards/margins", "score", None, ("margin",), "how far chosen answers lead"),
            Alias("*rewards/accuracies", "accuracy", None, ("preference",), "share of pairs ranked right"),
        ),
    ),
    Framework(
        "TRL PPO",
        (("*objective/rlhf_reward",), ("*objective/kl", "*val/ratio"), ("*policy/approxkl_avg",)),
        (
            Alias("*objective/rlhf_reward", "reward", "train", (), "score less the KL penalty"),
            Alias("*objective/scores", "reward", "train", ("score",), "what the reward model says"),
            Alias("*val/clipfrac_avg", "clip_fraction", "train", ("value",), "clipping of the value loss"),
            Alias("*val/*", "other", None, (), '"val" is the value head here, not validation'),
            Alias("*objective/kl", "other", None, (), _FROM_REFERENCE),
        ),
        learns="reinforcement",
    ),
    Framework(
        "TRL GRPO or OpenRLHF",
        (("*frac_reward_zero_std",), ("*completion*length", "*reward"), ("*response_length", "*policy_loss")),
        tuple(Alias(tag, "other", None, (), _FROM_REFERENCE) for tag in ("kl", "*/kl")),
        learns="reinforcement",
    ),
    Framework(
        "verl",
        (("actor/pg_loss", "critic/score/mean"), ("actor/ppo_kl",)),
        (
            Alias("critic/score/mean", "reward", "train", (), "the score is what is to be raised"),
            Alias("critic/rewards/mean", "reward", "train", ("shaped",), "score with the KL penalty in it"),
            Alias("critic/returns/*", "other", None, (), "targets of the value function"),
            Alias("response_length/clip_ratio", "other", None, (), "share of answers cut at the limit"),
            Alias("prompt_length/clip_ratio", "other", None, (), "share of prompts cut at the limit"),
        ),
        learns="reinforcement",
    ),
    Framework(
        "Stable-Baselines",
        (
            ("rollout/ep_rew_mean",),
            ("train/policy_gradient_loss",),
            ("loss/policy_gradient_loss",),
            ("train/ent_coef",),
            ("rollout/exploration_rate",),
        ),
        (Alias("loss/clip_factor", "clip_fraction", "train", (), "share of clipped policy updates"),),
        called=("stable-baselines", "stable_baselines", "sb3"),
        learns="reinforcement",
    ),
    Framework(
        "CleanRL",
        (("charts/episodic_return",), ("charts/sps", "losses/*")),
        (),
        ("cleanrl",),
        "reinforcement",
    ),
    Framework(
        "rl_games",
        (("losses/a_loss", "losses/c_loss"),),
        (
            Alias("losses/a_loss", "policy_loss", "train", (), '"a" is the actor'),
            Alias("losses/c_loss", "value_loss", "train", (), '"c" is the critic'),
        ),
        learns="reinforcement",
    ),
    Framework(
        "rsl_rl",
        (("loss/surrogate", "loss/value_function"), ("train/mean_reward",)),
        (Alias("episode_termination/*", "other", None, (), "why episodes ended"),),
        learns="reinforcement",
    ),
    Framework(
        "ML-Agents",
        (("environment/cumulative reward",), ("losses/policy loss", "policy/extrinsic reward")),
        (Alias("is training", "other", None, (), "a switch"),),
        learns="reinforcement",
    ),
    Framework(
        "Tianshou",
        (("*train/rew", "*test/rew"), ("*test/rew", "*test/rew_std"), ("*train/n/ep", "*train/n/st")),
        (
            Alias("*/len", "episode_length", None, (), "steps of an episode"),
            Alias("*/n/ep", "count", None, (), "episodes so far"),
            Alias("*/n/st", "count", None, (), "steps so far"),
            Alias("*/v/ep", "throughput", None, (), "time of an episode"),
            Alias("*/v/st", "throughput", None, (), "steps per second"),
        ),
        learns="reinforcement",
    ),
    Framework(
        "RLlib", (("*episode_reward_mean",), ("*episode_return_mean",)), (), ("rllib",), "reinforcement"
    ),
    Framework(
        "detectron2",
        (("eta_seconds", "total_loss"), ("eta_seconds", "data_time")),
        (
            Alias(
                "fast_rcnn/false_negative", "error", "train", ("false negative",), "share of objects missed"
            ),
            Alias("fast_rcnn/*", None, "train", (), "counted on training batches"),
            Alias("mask_rcnn/*", None, "train", (), "counted on training batches"),
            *(
                Alias(f"{task}/*", None, "validation", (), "results of an evaluation run")
                for task in ("bbox", "segm", "sem_seg", "panoptic_seg", "keypoints")
            ),
        ),
        called=("detectron",),
    ),
    Framework(
        "MMEngine",
        (("data_time", "time", "loss"), ("data_time", "coco/*")),
        (
            Alias("coco/*", None, "validation", (), "results of an evaluation run"),
            Alias("accuracy/*", None, "validation", (), "results of an evaluation run"),
            Alias("decode.acc*", None, "train", (), "counted on training batches"),
        ),
        called=("mmengine", "mmcv"),
    ),
    Framework(
        "pix2pix",
        (("g_gan", "d_real"), ("d_a", "g_a")),
        (
            Alias("g_*", "generator_loss", "train", (), "terms are named by network"),
            Alias("d_*", "discriminator_loss", "train", (), "terms are named by network"),
            Alias("cycle_*", "loss_part", "train", ("cycle",), "cycle consistency"),
            Alias("idt_*", "loss_part", "train", ("identity",), "identity mapping"),
        ),
        learns="adversarial",
    ),
    Framework(
        "BasicSR",
        (("*l_g_*", "*l_d_*"),),
        tuple(
            Alias(f"{folder}l_{letter}_*", quantity, "train", (), "terms are named by network")
            for folder in ("", "losses/")
            for letter, quantity in _PLAYERS
        ),
        called=("basicsr",),
        learns="adversarial",
    ),
    Framework(
        "adversarial networks",
        (("*dloss", "*gloss"),),
        (
            Alias("*gloss", "generator_loss", None, (), '"g" is the generator, beside "dloss"'),
            Alias("*dloss", "discriminator_loss", None, (), '"d" is the discriminator, beside "gloss"'),
        ),
        learns="adversarial",
    ),
)


def frameworks_of(tags: Sequence[str], named: str) -> tuple[Framework, ...]:
    """The frameworks a run was written by: `named` by its reader, or known by their tags."""
    low = tuple(tag.lower() for tag in tags)
    return tuple(
        framework
        for framework in FRAMEWORKS
        if any(name in named.lower() for name in framework.called)
        or any(_is_signed(signature, low) for signature in framework.signatures)
    )


def _is_signed(signature: tuple[str, ...], tags: tuple[str, ...]) -> bool:
    return all(any(fnmatchcase(tag, pattern) for tag in tags) for pattern in signature)


def apply_aliases(guess: Guess, frameworks: tuple[Framework, ...]) -> Guess:
    """`guess`, or what a framework's table says of its tag; the first pattern that fits decides."""
    low = guess.tag.lower()
    for framework in frameworks:
        for alias in framework.aliases:
            if not fnmatchcase(low, alias.pattern):
                continue
            why = f"{framework.name} writes it: {alias.why}"
            if alias.quantity is None:
                return replace(guess, split=alias.split, split_why=why)
            return replace(
                guess,
                quantity=alias.quantity,
                split=alias.split or guess.split,
                component=_component(alias, guess),
                why=(why,),
                fixed=True,
            )
    return guess


def _component(alias: Alias, guess: Guess) -> tuple[str, ...]:
    """The alias's own part; of a glob like `g_*` also what the star stood for."""
    if not alias.pattern.endswith("_*"):
        return alias.component
    return (*alias.component, guess.tag.lower()[len(alias.pattern) - 1 :])
