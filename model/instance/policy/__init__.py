"""Policies: their rows, what is wrong with a row, and the kinds of rows."""
