"""What a solve says at the terminal."""
