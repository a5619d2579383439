"""What everything else stands on: one noun a file, none of the project's own."""
