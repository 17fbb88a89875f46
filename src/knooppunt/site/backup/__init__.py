"""Backup and restore: one encrypted set of files, made of one moment, and proved when it is put back."""
