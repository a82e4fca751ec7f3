"""Rules on how the CSV is written (family C), and the traces of spreadsheets (F421)."""
