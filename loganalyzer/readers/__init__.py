"""Bytes of training logs to runs; one file per format."""

from loganalyzer.readers.assemble import read_run, read_runs
from loganalyzer.readers.several import read_all
from loganalyzer.readers.walk import RunFiles, find_runs

__all__ = ["RunFiles", "find_runs", "read_all", "read_run", "read_runs"]
