"""Valid people, plans and months, and one fault at a time. Knows the standard, never the checks."""
