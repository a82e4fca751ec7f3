"""Import kits: known units to import, and the expected contents of the software afterwards."""
