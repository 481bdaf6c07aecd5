"""What a notebook or a script works with; `loganalyzer` itself hands these names on."""

from loganalyzer.api.judging import diagnose
from loganalyzer.api.results import RunResult, ScanResult
from loganalyzer.api.scanning import scan

__all__ = ["RunResult", "ScanResult", "diagnose", "scan"]
