"""Rules on files together (family B)."""
