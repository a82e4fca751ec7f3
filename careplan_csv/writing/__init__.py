"""From records to the bytes, names and units of the standard (2.4–2.6, 4.2, 4.3): the mirror of reading."""
