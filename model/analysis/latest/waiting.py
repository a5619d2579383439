"""The plan's programme in which some plants can't be decided before a year, and everything else is planned anew."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Collection
from typing import NamedTuple

import numpy as np

from model.base.errors import Unmeetable
from model.base.units import USD_PER_MUSD
from model.compiling.arrays import Floats
from model.plan.solved import Solved
from model.solving.goals.in_order import SLACKS, in_order
from model.solving.held import HeldProgramme


class Waited(NamedTuple):
    """What waiting gives: cost, USD; the plan's columns; whether every target holds as well as in the plan."""

    cost_usd: float
    x: Floats
    holds: bool


class Waiting:
    """One programme for every question of a plan; each solve starts at the plan without policy.

    Served is what the plan must serve; its least total shortfall is what "as well as in the plan" means.
    """

    def __init__(self, s: Solved, time_limit: float = float("inf"), stop: threading.Event | None = None) -> None:
        self.solved, self.outcome = s, s.outcome
        self.kept = HeldProgramme(s.arrays, time_limit, stop)
        places = s.arrays.places("column", "build")
        self._columns = np.array(list(places.values()), dtype=np.int32)
        self._plants = np.array([j for j, _ in places], dtype=object)
        self._years = np.array([s.year[b] for _, b in places], dtype=np.int64)
        held = float(s.outcome.row_upper[self.kept.shortfall_row])
        self._short = held if np.isfinite(held) else None
        self.plan = Waited(s.outcome.cost * USD_PER_MUSD, s.outcome.x, holds=True)

    @property
    def last_decision(self) -> int:
        """The last year in which anything can be decided."""
        return int(self._years.max(initial=self.solved.network.instance.first_year))

    def first_built(self, x: Floats, plants: Collection[str] | None = None) -> int | None:
        """The first year in which a plan decides any of some plants (None: of all); None where it never does."""
        years = self._years[(x[self._columns] > 1e-9) & self._are(plants)]
        return int(years.min()) if len(years) else None

    def holding(self, year: int, plants: Collection[str] | None = None) -> Waited | None:
        """The cheapest plan that holds every target as well as the plan does; None where there is none."""
        self._wait(year, plants)
        for slack in SLACKS if self._short is not None else SLACKS[:1]:
            if self._short is not None:
                self.kept.allow(self.kept.short, np.inf)
                self.kept.bound(self.kept.shortfall_row, self._short * (1 + slack))
            point = self.kept.least(f"nothing before {year}", basis=self.outcome.baseline_basis)
            if point is not None:
                return Waited(point.objective * USD_PER_MUSD, point.x, holds=True)
        return None

    def missing(self, year: int, plants: Collection[str] | None = None) -> Waited | None:
        """The goals in their order where the targets can't hold; None where the hard limits contradict one another."""
        self._wait(year, plants)
        self.kept.allow(self.kept.short, np.inf)
        with contextlib.suppress(Unmeetable):
            point = in_order(self.kept, self.outcome.baseline_basis, lambda _: None)
            return Waited(point.objective * USD_PER_MUSD, point.x, holds=False)
        return None

    def _wait(self, year: int, plants: Collection[str] | None) -> None:
        self.kept.restore()
        self.kept.keep_served(self.outcome.baseline.unserved, self.outcome.harm)
        self.kept.allow(self.kept.short, 0.0)
        shut = self._columns[(self._years < year) & self._are(plants)]
        self.kept.set_columns(shut, 0.0, 0.0)

    def _are(self, plants: Collection[str] | None) -> np.ndarray:
        return np.ones(len(self._plants), bool) if plants is None else np.isin(self._plants, list(plants))
