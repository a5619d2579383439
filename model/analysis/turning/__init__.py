"""Which figures could turn the answer, and at which value."""
