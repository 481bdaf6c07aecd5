"""What an audit of many past runs costs, and whether it survives what can end it."""
