"""Many submissions judged in one go: what a prefecture receives in a week."""
