"""The embedded store of past verdicts."""
