"""What a worker does: files to rows of the store, as plain data both."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from loganalyzer.audit.archive.grown import read_grown
from loganalyzer.audit.archive.past import content_of, judged_of, past_run
from loganalyzer.audit.archive.plan import Terms, Work, place_of, sketch_of
from loganalyzer.audit.scan import ScanOptions
from loganalyzer.engine.diagnose import diagnose
from loganalyzer.model.diagnosis import Diagnosis
from loganalyzer.model.rule import Rulebook
from loganalyzer.model.run import ReadProblem, Run
from loganalyzer.readers.several import read_all
from loganalyzer.report.problems import is_damage
from loganalyzer.store.rows import RunRow, Texts, UnitRow, body_of, past_bytes, renewed, run_of


@dataclass(frozen=True, slots=True)
class Brief:
    """What every worker is told: the rules, pickled once for all of them, the terms and the options."""

    book: bytes
    terms: Terms
    options: ScanOptions


def brief_of(book: Rulebook, terms: Terms, options: ScanOptions) -> Brief:
    """What to tell the workers of an audit."""
    return Brief(pickle.dumps(book), terms, options)


@lru_cache(maxsize=2)
def _book(pickled: bytes) -> Rulebook:
    book: Rulebook = pickle.loads(pickled)  # noqa: S301 - made by `brief_of` in a process of this audit
    return book


def judge_all(works: Sequence[Work], brief: Brief) -> list[UnitRow] | None:
    """A row for each unit; None where memory is too little for all of them together."""
    try:
        found = zip(works, _all_runs(works, brief), strict=True)
        return [_row(work, runs, brief, mark) for work, (runs, mark) in found]
    except MemoryError:
        return None


def given_up(work: Work, brief: Brief, why: str) -> UnitRow:
    """The row of a unit that cannot be judged by this machine: one unreadable run that says so."""
    files = work.files
    say = f"{files.name}: expected files that can be read and judged, found that {why}; look at their sizes, "
    say += "or raise the memory of this machine; nothing of them was judged"
    problem = ReadProblem("unreadable", files.name, say)
    return _row(work, (Run("", files.name, problems=(*files.problems, problem)),), brief)


def _all_runs(works: Sequence[Work], brief: Brief) -> Iterator[tuple[tuple[Run, ...], bytes]]:
    """The runs of each unit, read together as far as they are read whole, and the mark to go on from."""
    limits = brief.options.limits
    read = read_all([work.files for work in works if not (work.sketch or work.grows)], limits)
    for work in works:
        if work.sketch:
            yield tuple(_from_store(work)), work.mark
        else:
            yield read_grown(work, limits) if work.grows else (next(read), b"")


def _from_store(work: Work) -> Iterator[Run]:
    for kept in work.kept:
        if kept.curves is not None:
            yield run_of(kept.body, kept.curves)


def _row(work: Work, runs: Sequence[Run], brief: Brief, mark: bytes = b"") -> UnitRow:
    texts: Texts = {}
    rows = tuple(_run_row(run, work, brief, texts) for run in runs)
    sketch = work.sketch or sketch_of(work.files)
    goes_on = all(row.curves is not None for row in rows)
    place, terms = place_of(work.files), brief.terms.judging
    return UnitRow(place, work.inputs, terms, sketch, rows, texts, mark if goes_on else b"")


def _run_row(run: Run, work: Work, brief: Brief, texts: Texts) -> RunRow:
    """A run as it is to be kept, with its old verdict where all that this hangs on is the same."""
    content = content_of(run)
    judged = judged_of(run, content, brief.terms.judging)
    known = next((kept for kept in work.kept if kept.judged == judged and run.series), None)
    if known is not None:
        diagnosis, body = renewed(run, known.body)
        curves = known.curves
    else:
        diagnosis = _diagnosed(run, brief)
        body, curves = body_of(run, diagnosis, texts)
    past = past_bytes(past_run(run, diagnosis, content))
    damaged = any(map(is_damage, run.problems))
    return RunRow(run.name, run.run_id, damaged, judged, past, body, curves)


def _diagnosed(run: Run, brief: Brief) -> Diagnosis:
    options = brief.options
    return diagnose(run, _book(brief.book), classes=options.classes, mapping=options.mapping)
