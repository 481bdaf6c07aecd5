"""Tags to roles, with the reason for each choice."""
