"""How often a planted cause of failures is found in simulated sweeps, and how often a false one."""
