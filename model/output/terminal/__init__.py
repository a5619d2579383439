"""Plans and answers on a terminal of 80 columns."""
