"""Who solves the cases of a sweep, and where they start from."""
