"""What is kept of every block for the rules on whole files and on files together."""
