"""What was observed beside what the plan does: how far a plan of known years is from what is published.

Goods of a stage are added up by content, a single good in tonnes. Trade of a region with itself is no flow.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from model.plan.solved import Solved

SHARES = ("share_of_use", "share_of_output")
BEFORE = 2
"""What was observed in so many years before the first stands beside the first: the year that begins has none."""
PERCENT = ("%", "per cent", "percent", "points")


def calibration(s: Solved) -> pd.DataFrame:
    """Each observation of the horizon or just before it, the plan's figure, the error in points or per cent."""
    return s.table("calibration", list(_rows(s)))


def _rows(s: Solved) -> Iterator[tuple[Any, ...]]:
    frame, told = s.network.instance.tables["observations"], _Told(s)
    cells = ["what", "commodity", "origin", "destination", "year", "value", "unit", "source"]
    sources = s.network.instance.tables["sources"]
    cited = dict(zip(sources["source"], sources["citation"], strict=True))
    for what, good, origin, destination, year, value, unit, source in frame[cells].itertuples(index=False, name=None):
        scale = 100.0 if what in SHARES and unit in PERCENT else 1.0
        first = s.network.instance.first_year
        beside = first if first - BEFORE <= year < first else year
        for node in s.network.tree:
            if node.year == beside:
                plan = told.of(what, good, origin or "*", destination or "*", node.name) * scale
                points = (plan - value) * 100.0 / scale if what in SHARES else math.nan
                percent = (plan / value - 1) * 100.0 if what not in SHARES and value else math.nan
                about = what, good, origin or "*", destination or "*", *s.when(node.name)
                yield (*about, int(year), float(value), plan, points, percent, unit, cited.get(source, ""))


class _Told:
    """The plan's figures in the words of observations."""

    def __init__(self, s: Solved) -> None:
        self.s, self.instance = s, s.network.instance
        self.figures: dict[str, Callable[[dict[str, float], set[str], set[str], str], float]] = {
            "share_of_use": self._share_of_use,
            "share_of_output": self._share_of_output,
            "output": self._output,
            "flow": self._flow,
            "use": lambda goods, _, there, n: self._use(goods, None, there, n),
            "price": self._price,
        }

    def of(self, what: str, good: str, origin: str, destination: str, n: str) -> float:
        """One figure at a node: t, a share of 1, or USD/t; blank where there is none."""
        goods = {good: 1.0}
        if good not in self.instance.commodities:
            named = self.instance.commodities if good == "*" else self.instance.stages[good]
            goods = {k: self.instance.content[k] for k in named}
        here, there = (set(self.instance.members(place)) for place in (origin, destination))
        return self.figures[what](goods, here, there, n)

    def _use(self, goods: dict[str, float], here: set[str] | None, there: set[str], n: str) -> float:
        found = (
            goods[k] * t
            for (k, o, r, _, m), t in self.s.used.items()
            if m == n and k in goods and r in there and (here is None or o in here)
        )
        return math.fsum(found)

    def _share_of_use(self, goods: dict[str, float], here: set[str], there: set[str], n: str) -> float:
        whole = self._use(goods, None, there, n)
        return self._use(goods, here, there, n) / whole if whole > 0 else math.nan

    def _output(self, goods: dict[str, float], here: set[str], _: set[str], n: str) -> float:
        plants, recipes = self.instance.plants, self.instance.recipes
        return math.fsum(
            goods[k] * a * t
            for (j, _, m), t in self.s.positive("activity")
            if m == n and plants[j].region in here
            for k, a in recipes[plants[j].process].items()
            if a > 0 and k in goods
        )

    def _share_of_output(self, goods: dict[str, float], here: set[str], there: set[str], n: str) -> float:
        whole = self._output(goods, set(self.instance.regions), there, n)
        return self._output(goods, here, there, n) / whole if whole > 0 else math.nan

    def _flow(self, goods: dict[str, float], here: set[str], there: set[str], n: str) -> float:
        return math.fsum(
            goods[k] * t
            for (k, o, d, _, m), t in self.s.positive("ship")
            if m == n and k in goods and o in here and d in there and o != d
        )

    def _price(self, goods: dict[str, float], _: set[str], there: set[str], n: str) -> float:
        """Where the good is used, the mean over the places; of a single good alone."""
        if len(goods) != 1:
            return math.nan
        (good,) = goods
        found = [p for (k, r, _, m), p in self.s.cost_of_use.items() if m == n and k == good and r in there]
        return float(np.mean(found)) if found else math.nan
