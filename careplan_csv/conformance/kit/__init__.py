"""The import kit: known units to take in, and what must then be in the software."""
