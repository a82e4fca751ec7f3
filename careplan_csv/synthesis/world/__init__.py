"""Synthetic people, offices, plans and months, as valid transmission units."""
