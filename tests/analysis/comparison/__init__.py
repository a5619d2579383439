"""Plans side by side, from their results folders."""
