"""From the solver's arrays to tidy tables, a summary and a folder. ``schema.csv`` says what each column means."""
