"""What each loss of a run is: the objective, one part of it, or one player's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from loganalyzer.model.role import Quantity
from loganalyzer.roles.grammar import Guess
from loganalyzer.roles.setting import Setting
from loganalyzer.roles.vocabulary import (
    ACTOR,
    CRITERIA,
    CRITIC,
    DISCRIMINATOR,
    GENERATOR,
    INSTANCES,
    OPPOSING,
    PLAIN,
    REGULARISERS,
    TWIN_CRITIC,
)

_CRITICS = CRITIC | TWIN_CRITIC
_VALUE_BASED = frozenset({"exploration", "epsilon", "eps"})
_ENTROPY = ("entropy",)


def judge_losses(guesses: Sequence[Guess], setting: Setting, because: str) -> list[Guess]:
    """The guesses with every loss in its place; those that are fixed stay as they are."""
    if setting == "reinforcement":
        return _reinforced(guesses, because)
    if setting == "adversarial":
        turned = [guess if guess.fixed else _adversarial(guess, because) for guess in guesses]
        return _opposing_term_as_total(turned)
    return _errors_as_losses(_ranked([guess if guess.fixed else _supervised(guess) for guess in guesses]))


def _turn(guess: Guess, quantity: Quantity, why: str, remove: frozenset[str] = frozenset()) -> Guess:
    component = tuple(word for word in guess.component if word not in remove)
    return replace(guess, quantity=quantity, component=component, why=(*guess.why, why))


def _reinforced(guesses: Sequence[Guess], because: str) -> list[Guess]:
    """Losses of a run with a reward: none of them says how good the policy is."""
    turned = [guess if guess.fixed else _actor_or_critic(guess, because) for guess in guesses]
    quantities = {guess.quantity for guess in turned}
    if quantities & {"policy_loss", "value_loss"}:
        total: tuple[Quantity, str] = ("other", "the sum of actor and critic losses")
    elif any(guess.words & _VALUE_BASED for guess in turned):
        total = ("value_loss", "the only loss beside an exploration rate: the error of value estimates")
    else:
        total = ("policy_loss", "the only loss logged: what the policy is trained by")
    return [
        guess if guess.fixed else _total_or_term(guess, total, because, has_reward="reward" in quantities)
        for guess in turned
    ]


def _total_or_term(guess: Guess, total: tuple[Quantity, str], because: str, *, has_reward: bool) -> Guess:
    if guess.quantity == "score" and not guess.component and not has_reward:
        return _turn(guess, "reward", f"a score is the reward, as {because}")
    if guess.quantity != "loss":
        return guess
    is_total = not guess.component or "total" in guess.words
    quantity, what = total if is_total else ("other", "one term of the loss")
    return _turn(guess, quantity, f"{what}; {because}: no measure of quality")


def _actor_or_critic(guess: Guess, because: str) -> Guess:
    component = set(guess.component)
    if guess.quantity == "policy_loss":
        return replace(guess, component=())
    if guess.quantity == "accuracy" and component & DISCRIMINATOR:
        return _turn(guess, "other", "a discriminator's accuracy says nothing of the policy")
    if guess.quantity not in ("loss", "error") or "total" in guess.words:
        return guess
    if component & _CRITICS:
        return _turn(guess, "value_loss", f"a critic's loss, as {because}", CRITIC | PLAIN["loss"])
    if guess.quantity == "loss" and component and component <= {*_ENTROPY, *ACTOR} and "entropy" in component:
        return replace(_turn(guess, "entropy", f"the entropy bonus, as {because}"), component=())
    if guess.quantity == "loss" and component & ACTOR and not component & REGULARISERS:
        return _turn(guess, "policy_loss", f"an actor's loss, as {because}", ACTOR)
    return guess


def _adversarial(guess: Guess, because: str) -> Guess:
    """Losses of two networks against each other; everything else they are measured by is no quality."""
    players = [word for word in guess.component if word in GENERATOR | DISCRIMINATOR]
    if not players and guess.quantity == "loss" and set(guess.component) & OPPOSING:
        return _turn(guess, "generator_loss", f"what the generator is judged by, as {because}")
    if guess.quantity == "loss" or (guess.quantity == "error" and players):
        if not players:
            part = guess.component or ("total",)
            return replace(
                guess,
                quantity="loss_part",
                component=part,
                why=(*guess.why, f"beside two players: {because}"),
            )
        if players[0] in GENERATOR:
            return _turn(guess, "generator_loss", f"the generator's, as {because}", GENERATOR)
        return _turn(guess, "discriminator_loss", f"the discriminator's, as {because}", DISCRIMINATOR)
    if guess.quantity in ("accuracy", "score", "unknown") and (
        guess.words & DISCRIMINATOR or guess.words & {"real", "fake"}
    ):
        return replace(guess, quantity="other", why=(f"what the discriminator says, as {because}",))
    return guess


def _opposing_term_as_total(guesses: list[Guess]) -> list[Guess]:
    """Where only terms of the generator's loss are logged, that of the discriminator stands for it."""
    made = [guess for guess in guesses if guess.quantity == "generator_loss"]
    if any(not guess.component for guess in made):
        return guesses
    return [
        replace(guess, component=()) if guess in made and set(guess.component) <= OPPOSING else guess
        for guess in guesses
    ]


def _supervised(guess: Guess) -> Guess:
    """Without a reward, entropy is the cross entropy, and KL a term of the loss."""
    why = "no sign of reinforcement learning in the run"
    if guess.quantity == "entropy" and guess.component:
        return _turn(guess, "other", f"{why}: the entropy of something else than a policy")
    if guess.quantity == "entropy" or (guess.quantity == "loss" and guess.component == _ENTROPY):
        turned = replace(guess, component=("crossentropy",))
        return _turn(turned, "loss", f"{why}: the cross entropy")
    if guess.quantity == "kl":
        return _turn(replace(guess, component=("kl", *guess.component)), "loss", f"{why}: a term of the loss")
    return guess


def _ranked(guesses: list[Guess]) -> list[Guess]:
    """The plain loss of each split is its objective, else the only one named; all others are parts."""
    by_split: dict[str, set[tuple[str, ...]]] = {}
    for guess in guesses:
        if guess.quantity == "loss":
            by_split.setdefault(_split(guess), set()).add(guess.component)
    plain = {split: _plain(parts) for split, parts in by_split.items()}
    with_total = {part for split, parts in by_split.items() if plain[split] for part in parts}
    sole = {split: _sole(parts) - with_total for split, parts in by_split.items() if not plain[split]}
    return [
        _rank(guess, sole.get(_split(guess)))
        if guess.quantity == "loss" and not guess.fixed and guess.component not in plain[_split(guess)]
        else guess
        for guess in guesses
    ]


def _rank(guess: Guess, sole: set[tuple[str, ...]] | None) -> Guess:
    """`sole` is the one part that stands for the missing total of its split, None where a total is logged."""
    named, split = " ".join(guess.component), _split(guess)
    if sole and guess.component in sole:
        why = f'"{named}" is the objective: no other loss is logged on {split} data but regularisers'
        return replace(guess, component=(), why=(*guess.why, why))
    beside = f"beside a total on {split} data" if sole is None else f"and no total is logged on {split} data"
    return _turn(guess, "loss_part", f'"{named}" names one part, {beside}')


def _sole(parts: set[tuple[str, ...]]) -> set[tuple[str, ...]]:
    """The only part that is no regulariser, if there is just one."""
    serious = {part for part in parts if not set(part) & REGULARISERS}
    if any(set(part) <= CRITERIA for part in serious):
        serious.discard(("reg",))
    return serious if len(serious) == 1 else set()


def _plain(parts: set[tuple[str, ...]]) -> set[tuple[str, ...]]:
    """Nothing but `loss`, or a copy of it: `fold_1/loss`, `loss_1` beside `loss`; more numbers are parts."""
    copies = {part for part in parts if all(word in INSTANCES or word.isdigit() for word in part)}
    numbers = set(filter(_is_number, copies))
    return copies if len(numbers) == 1 else copies - numbers


def _is_number(part: tuple[str, ...]) -> bool:
    return len(part) == 1 and part[0].isdigit()


def _split(guess: Guess) -> str:
    return guess.split or "train"


def _errors_as_losses(guesses: list[Guess]) -> list[Guess]:
    """Where no loss at all is logged, the squared or else the absolute error is what is minimised."""
    if any(guess.quantity in ("loss", "loss_part") for guess in guesses):
        return guesses
    for metric in ("mse", "mae"):
        if any(guess.quantity == "error" and guess.component == (metric,) for guess in guesses):
            return [
                replace(guess, quantity="loss", component=(), why=(*guess.why, "the run logs no other loss"))
                if guess.quantity == "error" and guess.component == (metric,) and not guess.fixed
                else guess
                for guess in guesses
            ]
    return guesses
