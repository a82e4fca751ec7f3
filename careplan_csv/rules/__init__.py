"""Rules: their words, the stages at which they run, and what they report."""
