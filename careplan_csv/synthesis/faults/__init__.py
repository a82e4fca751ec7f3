"""Faults that each break exactly one rule."""
