"""Commands that make a plan, read what it is made from, or judge it."""
