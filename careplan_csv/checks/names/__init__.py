"""Rules on file names (family N)."""
