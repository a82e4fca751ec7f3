"""Writes records as bytes, with the names and units of the standard (2.4–2.6, 4.2, 4.3): the inverse of reading."""
