"""The requirement table of a profile, and the evidence on each of its cells."""
