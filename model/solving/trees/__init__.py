"""Trees of futures, programmes whose past is fixed, and costs weighed by risk."""
