"""What a reader of an instance should know before believing a plan of it."""
