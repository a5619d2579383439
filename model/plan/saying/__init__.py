"""What a planner is told of a plan, in words and numbers, wherever it is shown."""
