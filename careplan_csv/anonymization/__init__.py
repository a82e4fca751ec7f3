"""Files that may be passed on: the same faults at the same places, and nothing that tells who it is about."""
