"""What more of a stock, a plant or a lane would do in a crisis: the same programme with extra columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from model.instance.instance import DemandKey, Pair
from model.plan.stress.crisis import Crisis

AMPLE = 1e5
"""More of one stock, plant or lane than any crisis could use."""


class Buying(Crisis):
    """A crisis in which more of something can be had."""

    def more_of(self, kind: str, what: tuple[str, ...], tau: float, asked: Sequence[DemandKey]) -> tuple[float, float]:
        """The least of one stock, plant or lane that does as much as any amount: t or t/yr, and t of content served.

        ``kind``: ``stock`` (commodity, region), ``plant`` (its name) or ``lane`` (commodity, origin, destination).
        """
        if kind == "stock":
            more = self._more_stock((what[0], what[1]))
        else:
            factor = -tau * (self.instance.plants[what[0]].availability if kind == "plant" else 1.0)
            row = np.array([self.row[kind, *what]], dtype=np.int32)
            more = self.place["more", kind, *what] = self._kept.add_column(row, np.array([factor]))
            self._upper, self._zero = np.append(self._upper, 0.0), np.append(self._zero, 0.0)
        self._bound(more, 0.0, AMPLE)
        self.begin(tau)
        best, _ = self.most(asked)
        amount = float(self._most({("more", kind, *what): -1.0}).x[more])
        self._bound(more, 0.0, 0.0)
        return amount * self.unit, best * self.unit

    def survives_with(self, pair: Pair, t: float, asked: Sequence[DemandKey]) -> float:
        """The same time with so many tonnes more of one stock."""
        more = self._more_stock(pair)
        self._bound(more, 0.0, t / self.unit)
        found, _ = self.survives(asked)
        self._bound(more, 0.0, 0.0)
        return found

    def least_stocks(
        self, tau: float, asked: Sequence[DemandKey], price: Mapping[str, float], most: Mapping[str, float]
    ) -> tuple[dict[Pair, float], float]:
        """The cheapest extra stocks with which as much as can be is served, t, and what is served, t of content.

        ``price`` USD/t; ``most`` t of each good in all regions together.
        """
        columns = self._buy(price, most)
        self.begin(tau)
        best, _ = self.most(asked)
        dearest = max(price.values())
        weights = {("more", "stock", *pair): -price[pair[0]] / dearest for pair in columns}
        x = self._most(weights).x
        self._buy_nothing(columns)
        return {pair: float(x[c]) * self.unit for pair, c in columns.items() if x[c] > 0}, best * self.unit

    def survives_for(
        self, usd: float, asked: Sequence[DemandKey], price: Mapping[str, float], most: Mapping[str, float]
    ) -> float:
        """The longest time, years, that a sum spent on the best mix of extra stocks gives."""
        columns, name = self._buy(price, most), ("spent",)
        if name not in self.row:
            places = np.array(list(columns.values()), dtype=np.int32)
            dear = np.array([price[k] for k, _ in columns]) / max(price.values())
            self.row[name] = self._kept.add_row(-np.inf, np.inf, places, dear)
        self._set_row(self.row[name], -np.inf, usd / max(price.values()) / self.unit)
        found, _ = self.survives(asked)
        self._set_row(self.row[name], -np.inf, np.inf)
        self._buy_nothing(columns)
        return found

    def _buy(self, price: Mapping[str, float], most: Mapping[str, float]) -> dict[Pair, int]:
        """Extra stocks of every good with a price may be bought, no more of each than ``most``, t: their columns."""
        columns = {pair: self._more_stock(pair) for pair in sorted(self.used) if pair[0] in price}
        for column in columns.values():
            self._bound(column, 0.0, AMPLE)
        for k in sorted({pair[0] for pair in columns}):
            places = np.array([c for pair, c in columns.items() if pair[0] == k], dtype=np.int32)
            name = ("bought", k)
            if name not in self.row:
                self.row[name] = self._kept.add_row(-np.inf, np.inf, places, np.ones(len(places)))
            self._set_row(self.row[name], -np.inf, most[k] / self.unit)
        return columns

    def _buy_nothing(self, columns: Mapping[Pair, int]) -> None:
        for pair, column in columns.items():
            self._bound(column, 0.0, 0.0)
            self._set_row(self.row["bought", pair[0]], -np.inf, np.inf)

    def _more_stock(self, pair: Pair) -> int:
        """The column of an extra stock, shut."""
        name = ("more", "stock", *pair)
        if name not in self.place:
            row = np.array([self.row["use", *pair]], dtype=np.int32)
            self.place[name] = self._kept.add_column(row, np.ones(1))
            self._upper, self._zero = np.append(self._upper, 0.0), np.append(self._zero, 0.0)
        return self.place[name]

    def _bound(self, column: int, lower: float, upper: float) -> None:
        self._kept.set_column_bounds(np.array([column], dtype=np.int32), np.array([lower]), np.array([upper]))
