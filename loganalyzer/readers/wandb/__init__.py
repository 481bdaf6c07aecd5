"""Weights & Biases run files: the record log that `wandb` keeps of every run, synchronised or offline."""

from loganalyzer.readers.wandb.reader import FORMAT, base_of, claims, read

__all__ = ["FORMAT", "base_of", "claims", "read"]
