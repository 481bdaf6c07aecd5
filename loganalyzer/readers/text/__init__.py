"""Lines of a plain text log to points: what counts, what is measured, where it belongs."""
