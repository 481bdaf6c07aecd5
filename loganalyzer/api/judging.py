"""A verdict on curves that are in memory."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from loganalyzer.api.given import run_of
from loganalyzer.api.options import Folders, classes_of, mapping_of, name_of, several
from loganalyzer.api.results import RunResult
from loganalyzer.engine import diagnose as engine
from loganalyzer.model.rule import Rulebook
from loganalyzer.model.run import Run
from loganalyzer.rulebook.choose import choose_rulebook
from loganalyzer.rulebook.plugins import plugin_faults

if TYPE_CHECKING:
    from loganalyzer.api.shapes import Curves, Numbers


def diagnose(
    curves: Curves,
    *,
    steps: Numbers | Mapping[str, Numbers] | None = None,
    name: str = "run",
    classes: int | None = None,
    roles: Mapping[str, str] | None = None,
    rules: Folders = (),
    profile: str = "default",
) -> RunResult:
    """Judge one training run by the curves it left in memory.

    Args:
        curves: A dict of tag to list, array or tensor of shape (n,); a pandas DataFrame, a row a moment and a
            column a tag; what Keras' `fit` returns; a list of dicts as logged, such as Hugging Face's
            `trainer.state.log_history`; or a `Run`. None is no value; NaN and Inf are values, but for a
            DataFrame in which a NaN stands above a number: there NaN means that nothing was logged.
        steps: Whole numbers of shape (n,), or a dict of them by tag. Without them a column, an index or an
            entry named like a counter (`step`, `epoch`) is taken, else rows are numbered from 0. A step that
            comes again replaces the one before.
        name: What the run is called in the result.
        classes: Number of classes, at least 2, where chance is 1 / classes; else inferred.
        roles: What tags are, as for `scan`.
        rules: Folders of rules, as for `scan`.
        profile: Thresholds by name, as for `scan`.

    Raises:
        DataError: something given is not as described (it is a ValueError too).
        LogAnalyzerError: a role, a folder of rules or a profile is not known, or a rule is refused.

    Examples:
        >>> import loganalyzer as la
        >>> loss = [2.3 * 0.9**epoch for epoch in range(20)] + [0.3 * 1.5**epoch for epoch in range(20)]
        >>> run = la.diagnose({"loss": loss})
        >>> run
        <RunResult 'run': sick, divergence>
        >>> [remedy.title for remedy in run.headline.remedies][0]
        'Lower the learning rate'
    """
    run, rulebook = run_of(curves, steps, name_of(name)), rulebook_of(rules, profile)
    diagnosis = engine.diagnose(run, rulebook, classes=classes_of(classes), mapping=mapping_of(roles))
    return RunResult(diagnosis, partial(_itself, run))


def _itself(run: Run) -> Run:
    """What a result is read from again: of curves in memory they themselves."""
    return run


def rulebook_of(rules: Folders, profile: str) -> Rulebook:
    """The rules in force.

    Raises:
        LogAnalyzerError: a folder is missing or holds a rule that is refused, or the profile is not known.
    """
    rulebook = choose_rulebook(several(rules, "rules"), profile)
    for fault in plugin_faults():
        warnings.warn(fault, stacklevel=3)
    return rulebook
