"""Folders: which files are logs, and which of them lie together because they are one run."""
