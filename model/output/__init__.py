"""Plans and answers laid out to be read; nothing is computed here."""
