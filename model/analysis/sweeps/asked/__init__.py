"""What a sweep asks: its file, its edits, its cases."""
