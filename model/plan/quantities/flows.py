"""The solved flows by node, t, content classes together: what moves, is held, used, run and served."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from model.formulation.network import NO_ORIGIN
from model.plan.solved import Solved

Good = tuple[str, str]
"""Commodity and region."""
Arrival = tuple[str, str, str]
"""Commodity, origin and region of use or stock."""


class Flows:
    """Each flow is a mapping by node, then by place; what is nil is left out."""

    def __init__(self, s: Solved) -> None:
        self.s = s

    def _sum(self, name: str, place: Callable[[Any], Any]) -> dict[str, dict[Any, float]]:
        found: dict[str, dict[Any, float]] = defaultdict(lambda: defaultdict(float))
        for index, t in self.s.positive(name):
            found[index[-1]][place(index)] += t
        return found

    @cached_property
    def shipped(self) -> Mapping[str, Mapping[Arrival, float]]:
        """Shipments, within a region too."""
        return self._sum("ship", lambda i: i[:3])

    @cached_property
    def stock(self) -> Mapping[str, Mapping[Arrival, float]]:
        """Stock at the end of the year."""
        return self._sum("stock", lambda i: (i[0], i[2], i[1]))

    @cached_property
    def runs(self) -> Mapping[str, Mapping[str, float]]:
        """Activity of each plant."""
        return self._sum("activity", lambda i: i[0])

    @cached_property
    def served(self) -> Mapping[str, Mapping[Good, float]]:
        """Final demand met, all sectors together."""
        return self._sum("served", lambda i: i[:2])

    @cached_property
    def used(self) -> Mapping[str, Mapping[Arrival, float]]:
        """Use: what is shipped and not put into stock, and what is drawn."""
        found: dict[str, dict[Arrival, float]] = defaultdict(lambda: defaultdict(float))
        for (k, o, r, _, n), t in self.s.used.items():
            found[n][k, o, r] += t
        return found

    def carried(self, arrival: Arrival, parent: str) -> float:
        """Stock of the year before that is still there, after losses; the initial stock at the root."""
        k, o, r = arrival
        pile = self.s.network.instance.stockpiles.get((k, r))
        if pile is None:
            return 0.0
        held = self.stock[parent].get(arrival, 0.0) if parent else pile.initial if o == NO_ORIGIN else 0.0
        return (1 - pile.loss_rate) * held


def flows(s: Solved) -> Flows:
    """The flows of a plan by node; worked out once."""
    found: Flows = s.memo.setdefault("flows", Flows(s))
    return found
