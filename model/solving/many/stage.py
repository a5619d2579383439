"""What is asked of a tree's parts at a time: the cheapest plan without policy, with it, or the least shortfall.

A policy's shortfalls have a price, and what starves buyers a far higher one, so that every part has a plan whatever the
trunk hands on. The price replaces the order of goals where nothing is missed in the end; else a solve of the least
shortfall by itself proves that it was high enough.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.compiling.arrays import Floats
from model.solving.goals.in_order import SHORTFALL_PRICE
from model.solving.many.blocks import Block

STARVED = 100.0
"""What a tonne starved counts in tonnes of shortfall."""
WITHOUT, CHEAPEST, NEAREST = "without policy", "policy", "least shortfall"


@dataclass(frozen=True)
class Bounds:
    """A block's bounds and costs in a stage."""

    row_lower: Floats
    row_upper: Floats
    upper: Floats
    cost: Floats


@dataclass(frozen=True)
class Stage:
    """One goal of the tree's; ``price``: million USD per kt of shortfall."""

    kind: str
    price: float = SHORTFALL_PRICE

    @property
    def costs(self) -> bool:
        """Whether it is told in million USD."""
        return self.kind != NEAREST

    def bounds(self, block: Block, unserved: Floats | None) -> Bounds:
        """A block's bounds in this stage; ``unserved``: what may stay unserved of its demands, kt."""
        row_lower, row_upper, upper = block.row_lower.copy(), block.row_upper.copy(), block.upper.copy()
        missing = block.shortfall + STARVED * block.starved
        if self.kind == WITHOUT or unserved is None:
            row_lower[block.policy], row_upper[block.policy] = -np.inf, np.inf
            upper[missing > 0] = 0.0
            return Bounds(row_lower, row_upper, upper, block.cost)
        row_lower[block.not_starved] = block.demanded - unserved
        row_upper[block.not_starved] = np.inf
        cost = missing if self.kind == NEAREST else block.cost + self.price * missing
        return Bounds(row_lower, row_upper, upper, cost)
