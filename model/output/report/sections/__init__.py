"""The sections of a plan's report, one a file."""
