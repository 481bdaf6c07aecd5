"""What the stores of experiment trackers have in common: line files, SQLite databases, settings."""
