"""Numerics on one curve: ndarray in, ndarray out."""
