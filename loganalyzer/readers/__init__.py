"""Bytes of training logs to runs; one file per format."""
