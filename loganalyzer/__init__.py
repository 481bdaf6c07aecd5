"""Offline training-log analyzer: which runs went wrong, how, since which step, and what to do.

`scan` judges the logs below a path, `diagnose` curves that are in memory:

>>> import loganalyzer as la
>>> la.scan("sample_logs/overfitting")["moons-few-samples"].headline.pathology
'overfitting'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"
__all__ = [
    "DataError",
    "Diagnosis",
    "Finding",
    "Limits",
    "LogAnalyzerError",
    "ReadError",
    "Run",
    "RunResult",
    "ScanResult",
    "Series",
    "__version__",
    "diagnose",
    "read_run",
    "scan",
]

if TYPE_CHECKING:
    from loganalyzer.api import RunResult, ScanResult, diagnose, scan
    from loganalyzer.errors import DataError, LogAnalyzerError, ReadError
    from loganalyzer.model.diagnosis import Diagnosis
    from loganalyzer.model.finding import Finding
    from loganalyzer.model.run import Run, Series
    from loganalyzer.readers.assemble import read_run
    from loganalyzer.readers.limits import Limits
else:
    _HOME = {
        "DataError": "errors",
        "Diagnosis": "model.diagnosis",
        "Finding": "model.finding",
        "Limits": "readers.limits",
        "LogAnalyzerError": "errors",
        "ReadError": "errors",
        "Run": "model.run",
        "RunResult": "api",
        "ScanResult": "api",
        "Series": "model.run",
        "diagnose": "api",
        "read_run": "readers.assemble",
        "scan": "api",
    }

    def __getattr__(name: str) -> object:
        """Load the public API when it is asked for: importing the package costs nothing."""
        if name not in _HOME:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)

    def __dir__() -> list[str]:
        """The public names, for those who press Tab."""
        return sorted(__all__)
