"""What the page asks of a plan, row by row."""
