"""What is read off a solved programme, a group of tables a file."""
