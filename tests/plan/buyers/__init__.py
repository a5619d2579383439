"""Who pays: what each buyer's goods cost, in tables and on the terminal."""
