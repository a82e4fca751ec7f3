"""The local page: the same checks in a browser, on this machine alone."""
