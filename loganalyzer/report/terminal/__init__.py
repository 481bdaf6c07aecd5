"""The parts of the report that is read in a terminal."""
