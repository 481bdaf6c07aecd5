"""Offline training-log analyzer: which runs went wrong, how, since which step, and what to do."""

from __future__ import annotations

from typing import Any

__version__ = "0.1.0"
__all__ = ["Diagnosis", "__version__", "diagnose", "read_run", "scan"]

_HOME = {
    "Diagnosis": "loganalyzer.model.diagnosis",
    "diagnose": "loganalyzer.engine.diagnose",
    "read_run": "loganalyzer.readers.assemble",
    "scan": "loganalyzer.audit.scan",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module attribute can be anything
    """Load the public API when it is asked for: importing the package costs nothing."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOME[name]), name)
