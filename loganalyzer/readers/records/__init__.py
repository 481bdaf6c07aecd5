"""JSON records from bytes to curves: text in pieces, tolerant scanning, counters, columns."""
