"""The rows that a policy asks for, one kind a file."""
