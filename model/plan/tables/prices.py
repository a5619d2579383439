"""Prices that the plan implies, and what each built plant needs to live."""

from __future__ import annotations

import pandas as pd

from model.plan.quantities.accounts import account, decided
from model.plan.quantities.values import PRICE_NOISE, values_of
from model.plan.solved import Solved


def prices(s: Solved) -> pd.DataFrame:
    """Marginal price of each good where it is used, undiscounted, no higher than a shortage; and its mark."""
    values = values_of(s)
    rows = [
        (k, *s.content(h), r, *s.when(n), values.used(k, r, h, n), values.mark_used(k, r, h, n))
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
        then = s.is_in(j, b)
        online = s.year[b] + then.lead_time
        economics = account(s, plant, decided(s, plant, b, built), values_of(s)).per_tonne
        assert then.capex is not None
        capex = built * then.capex
        rows.append((j, plant.region, plant.process, *s.when(b), online, built, capex, *economics))
    return s.table("builds", rows)
