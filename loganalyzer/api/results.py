"""What was found: of one run, and of all runs of a scan."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, overload

from loganalyzer.errors import guess
from loganalyzer.model.diagnosis import Diagnosis, Verdict
from loganalyzer.model.finding import Finding
from loganalyzer.model.run import Run
from loganalyzer.report import notebook, text
from loganalyzer.report.renderers import Report, Screen
from loganalyzer.report.terminal.words import headline, summary

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


class _Result:
    """What results of one run and of many have in common: the ways out."""

    def _report(self) -> Report:
        raise NotImplementedError

    def to_frame(self) -> pd.DataFrame:
        """A row for each finding that nothing else explains, and one for each run without any.

        Columns, in this order; what is not known is missing:

        | column | dtype | |
        |---|---|---|
        | `run`, `verdict` | string | the name of the run, and `sick`, `suspect`, `healthy`, `insufficient` or `unreadable` |
        | `pathology`, `severity`, `origin` | string | what was found, `critical`, `warning` or `info`, and by what: `rule`, `classifier` or `both` |
        | `confidence` | Float64 | 0 to 1 |
        | `onset_step`, `end_step`, `decidable_step` | Int64 | logged steps: first one out of order, last one, and the first at which the log told it |
        | `onset_fraction` | Float64 | of the run, 0 to 1 |
        | `tags`, `message`, `try_first` | string | curves it speaks of with spaces between them, one sentence (of a run without findings: why there is no verdict), and the title of the best remedy |

        pandas is loaded here and nowhere else.
        """  # noqa: E501 - a table of Markdown has no short lines
        from loganalyzer.api.frames import frame_of

        return frame_of(self._report().diagnoses)

    def to_html(self, path: str | PathLike[str]) -> Path:
        """Write one page with everything inside it, as `loganalyzer report` does; gives its path.

        What stands there is overwritten.

        Raises:
            OSError: the file cannot be written.
        """
        from loganalyzer.report.html import render

        target = Path(path).expanduser()
        target.write_text(render(self._report()), encoding="utf-8", newline="")
        return target

    def to_json(self) -> str:
        """The published document `loganalyzer.scan/1`, as `loganalyzer scan --format json` prints it."""
        from loganalyzer.report.json import render

        return render(self._report())

    def __str__(self) -> str:
        return text.render(self._report(), Screen(detail="brief")).strip("\n")


@dataclass(frozen=True, repr=False)
class RunResult(_Result):
    """What was found in one run; `diagnosis` holds all of it, also what another finding explains."""

    diagnosis: Diagnosis
    _read: Callable[[], Run] = field(repr=False, compare=False)

    @property
    def name(self) -> str:
        """The path of the run below what was scanned, or the name that `diagnose` was given."""
        return self.diagnosis.run.name

    @property
    def verdict(self) -> Verdict:
        """`sick`, `suspect`, `healthy`, `insufficient` (too little to judge) or `unreadable`."""
        return self.diagnosis.verdict

    @property
    def reason(self) -> str:
        """Why a run is `insufficient` or `unreadable`; empty for all others."""
        return self.diagnosis.reason

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings that no other one explains, hardest first."""
        return tuple(finding for finding in self.diagnosis.findings if not finding.hidden_by)

    @property
    def headline(self) -> Finding | None:
        """The finding to name first, or None."""
        return headline(self.diagnosis)

    @property
    def run(self) -> Run:
        """The run with its curves: `step` int64 and `value` float64, both (n,), for each of `series`.

        Of a scan it is read again each time, as the logs are by now.

        Raises:
            ReadError: the log is not there any more.
        """
        return self._read()

    def plot(self) -> Figure:
        """A matplotlib Figure of the curves that matter most, with changepoints, spikes and findings.

        Raises:
            ReadError: the log is not there any more.
        """
        from loganalyzer.report.plot import draw

        return draw(self.run, self.diagnosis)

    def _report(self) -> Report:
        return Report(self.name, (self.diagnosis,))

    def __repr__(self) -> str:
        found = "".join(f", {finding.pathology}" for finding in self.findings[:1])
        return f"<RunResult {self.name!r}: {self.verdict}{found}>"

    def _repr_html_(self) -> str:
        return notebook.run_html(self.diagnosis)


@dataclass(frozen=True, repr=False)
class ScanResult(_Result, Sequence[RunResult]):
    """What was found in all runs below `root`, the paths as given: a sequence of `runs`, sorted by name.

    `result["cnn/lr-0.1"]` is a run by its name, `result[0]` by its place, `result[:10]` a list of some.
    """

    root: str
    runs: tuple[RunResult, ...]

    @property
    def findings(self) -> tuple[tuple[str, Finding], ...]:
        """Name of the run and finding, for each finding that no other one explains."""
        return tuple((run.name, finding) for run in self.runs for finding in run.findings)

    def plot(self) -> Figure:
        """The main curve of each run in a small panel, the sick ones first, as a matplotlib Figure.

        At most 24 runs are drawn; a line marks the onset of the headline.
        """
        from loganalyzer.report.gallery import draw_all

        return draw_all(self._report().diagnoses)

    def _report(self) -> Report:
        return Report(self.root, tuple(run.diagnosis for run in self.runs))

    def __len__(self) -> int:
        return len(self.runs)

    def __iter__(self) -> Iterator[RunResult]:
        return iter(self.runs)

    @overload
    def __getitem__(self, key: str | int) -> RunResult: ...

    @overload
    def __getitem__(self, key: slice) -> Sequence[RunResult]: ...

    def __getitem__(self, key: str | int | slice) -> RunResult | Sequence[RunResult]:
        if isinstance(key, slice):
            return list(self.runs[key])
        if hasattr(key, "__index__"):
            return self.runs[key]
        for run in self.runs:
            if run.name == key:
                return run
        names = [run.name for run in self.runs]
        raise KeyError(f"no run {key!r} among {len(names)}{guess(str(key), names)}")

    def __contains__(self, key: object) -> bool:
        return any(key in (run.name, run) for run in self.runs)

    def __repr__(self) -> str:
        return f"<ScanResult of {self.root!r}: {summary(self._report().diagnoses)}>"

    def _repr_html_(self) -> str:
        return notebook.scan_html(self._report().diagnoses)
