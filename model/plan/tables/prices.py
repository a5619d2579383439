"""Prices that the plan implies, and what each built plant needs to live."""

from __future__ import annotations

import pandas as pd

from model.plan.accounts import account, decided
from model.plan.solved import Solved

PRICE_NOISE = 1e-6
"""USD/t; a dual below this is the solver's noise."""


def prices(s: Solved) -> pd.DataFrame:
    """Marginal price of each good where it is used, undiscounted."""
    rows = [
        (k, *s.content(h), r, s.year[n], price)
        for (k, r, h, n), price in s.cost_of_use.items()
        if abs(price) > PRICE_NOISE
    ]
    return s.table("prices", rows)


def builds(s: Solved) -> pd.DataFrame:
    """What is built, when, and its levelised cost against the marginal price of what it makes."""
    instance = s.network.instance
    rows = []
    for (j, b), built in s.positive("build"):
        plant = instance.plants[j]
        year = s.year[b]
        economics = account(s, plant, decided(s, plant, b, built)).per_tonne
        assert plant.capex is not None
        capex = built * plant.capex
        rows.append((j, plant.region, plant.process, year, year + plant.lead_time, built, capex, *economics))
    return s.table("builds", rows)
