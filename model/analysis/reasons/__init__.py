"""Why a target is missed, and what would meet it: every figure is the optimum of a solve."""
