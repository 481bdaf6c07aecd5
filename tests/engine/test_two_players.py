"""Which curves of two players, and of policies, are judged."""

import numpy as np

from loganalyzer.engine.bind import curves_of
from loganalyzer.engine.facts import facts_of
from loganalyzer.model.run import Run, Series
from loganalyzer.roles.resolve import resolve


def run_of(**values):
    series = tuple(
        Series(tag, np.arange(len(value)), np.array(value)) for tag, value in sorted(values.items())
    )
    return Run("id", "run", series=series)


def of_quantity(run, quantity):
    return [curve for curve in curves_of(run, resolve(run)) if curve.role.quantity == quantity]


def test_a_discriminator_loss_logged_in_two_halves_is_judged_as_their_sum():
    run = run_of(d_loss_real=[0.7, 0.1], d_loss_fake=[0.6, 0.2], g_loss=[0.7, 2.0])
    total = [curve for curve in of_quantity(run, "discriminator_loss") if curve.role.part == ""]
    assert [curve.value.tolist() for curve in total] == [[1.2999999999999998, 0.30000000000000004]]


def test_a_total_that_is_logged_is_taken_as_it_is():
    run = run_of(errD=[1.4, 0.4], errD_real=[0.7, 0.1], errD_fake=[0.6, 0.2], errG=[0.7, 2.0])
    total = [curve for curve in of_quantity(run, "discriminator_loss") if curve.role.part == ""]
    assert [curve.value.tolist() for curve in total] == [[1.4, 0.4]]


def test_terms_beside_two_players_are_no_objective():
    parts = {"cycle_loss": [3.0, 1.0], "identity_loss": [2.0, 1.0]}
    assert len(of_quantity(run_of(**parts), "loss")) == 1
    assert of_quantity(run_of(**parts, g_loss=[1.0, 1.0], d_loss=[1.0, 1.0]), "loss") == []


def test_facts_say_where_losses_are_no_measure_of_quality():
    def facts(run):
        found = facts_of(run, None, resolve(run))
        return found.reinforcement, found.adversarial

    assert facts(run_of(loss=[2.0, 1.0], val_loss=[2.0, 1.0])) == (0.0, 0.0)
    assert facts(run_of(loss=[2.0, 1.0], reward=[1.0, 2.0])) == (1.0, 0.0)
    assert facts(run_of(g_loss=[2.0, 1.0], d_loss=[1.0, 2.0])) == (0.0, 1.0)
