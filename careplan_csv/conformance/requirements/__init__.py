"""What a profile asks for, and what decides each cell of its table."""
