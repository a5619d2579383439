"""HiGHS, programmes held for another solve, goals in order, targets and ties."""
