"""Event files to measure with, the readers to measure against, and the comparison of both."""
