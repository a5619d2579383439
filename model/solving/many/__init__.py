"""Trees of many futures, cut at the forks: Benders' method, with the futures as tasks for whoever works."""
