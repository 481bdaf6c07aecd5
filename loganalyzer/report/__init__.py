"""Diagnoses to text, pages and pictures."""
