"""What many past runs teach together: pure functions of what an archive remembers of each."""
