"""YAML to rules, with every error at its place."""
