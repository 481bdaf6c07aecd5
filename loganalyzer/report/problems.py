"""What could not be read as it stands, in words: damage line by line, everyday facts counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loganalyzer.model.diagnosis import Diagnosis
    from loganalyzer.model.run import ReadProblem

# A log that is still being written is empty at first and ends in the middle of a record later, and reused
# folders are everyday; links are followed where somebody asked for it.
HARMLESS = frozenset({"empty", "truncated", "restarted", "duplicate", "followed"})


def is_damage(problem: ReadProblem) -> bool:
    """Whether something was lost that the log once held, or could not be looked at."""
    return problem.kind not in HARMLESS


def problem_line(problem: ReadProblem) -> str:
    """One line on one problem: path, place, text; a text that begins with its path names its own place."""
    if problem.text.startswith(problem.path):
        return problem.text
    place = "" if problem.offset is None else f"byte {problem.offset:,}: "
    return f"{problem.path}: {place}{problem.text}"


def harmless_line(diagnoses: Sequence[Diagnosis]) -> str:
    """The harmless problems by kind, `3 restarted, 12 truncated`; empty if there are none."""
    problems = [problem for diagnosis in diagnoses for problem in diagnosis.run.problems]
    counts = Counter(problem.kind for problem in problems if not is_damage(problem))
    return ", ".join(f"{count:,} {kind}" for kind, count in sorted(counts.items()))
