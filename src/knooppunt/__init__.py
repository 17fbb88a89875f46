"""Knooppunt: working together where care and safety meet."""

__version__ = "0.1.0"
