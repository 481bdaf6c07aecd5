"""The files of one run to its curves: parts, copies, sessions, restarts."""
