"""Runs software with an import kit, compares what comes out, and judges it."""
