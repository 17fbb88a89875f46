"""Residents as keys, and finding one again."""
