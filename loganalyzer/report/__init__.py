"""A diagnosis to something people read."""
