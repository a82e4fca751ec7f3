"""Runs software with an import kit, compares its data with the expected contents, and judges it."""
