"""Synthetic valid files, and files with one fault. Uses the standard, but not the checks."""
