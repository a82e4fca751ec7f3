"""Rules on whole files (family T)."""
