"""From findings to a verdict per office type."""
