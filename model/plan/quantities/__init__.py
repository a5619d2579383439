"""What is worked out from a solved programme: accounts, flows, values."""
