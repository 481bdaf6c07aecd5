"""The shapes training curves take, each drawn with its true changepoints."""
