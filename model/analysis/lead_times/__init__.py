"""What a year less of lead time would bring, plant by plant."""
