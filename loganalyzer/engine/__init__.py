"""Rules and curves to a diagnosis."""
