"""The solver: HiGHS as it is called, points, optimality, and a programme's file."""
