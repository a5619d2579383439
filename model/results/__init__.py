"""From the solver's arrays to tidy tables, a summary and a folder on disk. ``schema.csv`` says what each column means."""
