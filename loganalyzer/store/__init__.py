"""The embedded store of past verdicts: a cache that can be thrown away, never the only place of anything."""
