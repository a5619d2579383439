"""What the cases of a sweep teach, as tables."""
