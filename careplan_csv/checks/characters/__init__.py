"""Rules on the encoding and on characters (family E)."""
