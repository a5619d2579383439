"""What the answers to further questions say at the terminal."""
