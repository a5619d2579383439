"""The tests: a pyramid from exact rows to recorded values."""
