"""From an instance and a policy to a checked plan: solved, told as tables, judged."""
