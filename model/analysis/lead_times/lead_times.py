"""What a year less of lead time is worth: the plan solved again for each plant that can be built, nothing else changed.

Part of a saving are a year's interest during construction and one more year at the end in which to decide. Decision
windows and the windows of budgets stay where they are: capacity that then starts earlier may cost more or miss more,
and what is saved is negative. Unserved demand stays within what the plan may leave, which comes from the instance as it
is.

Every solve starts from the plan's own optimum, so that none hangs on another.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from model.analysis.lead_times.faster import Faster
from model.base.errors import SolverError
from model.base.units import T_PER_KT, USD_PER_MUSD
from model.instance.instance import Instance, main_product
from model.plan.plan import Plan
from model.plan.saying.along import refuse_futures
from model.plan.solved import Solved
from model.solving.goals.in_order import SLACKS
from model.solving.goals.ties import NOTHING_T
from model.solving.solver.highs import TOLERANCE
from model.solving.solver.points import Point

COLUMNS = (
    "rank", "plant", "name", "region", "process", "stage", "lead_time_years", "shortfall_saved_t", "saving_usd",
    "cost_at_new_shortfall_usd",
)  # fmt: skip
"""``shortfall_saved_t``: by how much the least total shortfall falls, t; empty where unserved demand or a budget can't
be kept. ``saving_usd``: present value saved at the plan's own total shortfall; empty where that can't be kept.
``cost_at_new_shortfall_usd``: present value of the cheapest plan with the new shortfall, where it is another."""

COST_NOISE = 1e-9
"""Part of the cost below which a saving is the solver's noise and is 0."""


def lead_times(
    plan: Plan,
    *,
    time_limit: float = float("inf"),
    say: Callable[[str], None] = lambda _: None,
    stop: threading.Event | None = None,
) -> pd.DataFrame:
    """What one year less of lead time saves, by plant that can be built: ``COLUMNS``.

    Ranked by shortfall saved, then by saving; equals share a rank. ``time_limit`` in seconds; ``say`` hears each step.
    Raises ValueError for a plan of another goal than cost, InputError for one of several futures; Stopped, SolverError.
    """
    refuse_futures(plan, "what a year less of lead time is worth")
    goal = plan.solved.outcome.goal
    if goal != "cost":
        raise ValueError(f"what a year less of lead time is worth is asked of a plan of the goal cost, not of {goal}")
    plants = buildable(plan.instance)
    rows: list[tuple[Any, ...]] = []
    if plants:
        again = _Again(plan.solved, plants, time_limit, say, stop)
        rows = [(*_about(plan.instance, j), *again.saved(j)) for j in plants]
    return _ranked(pd.DataFrame(rows, columns=COLUMNS[1:]))


def buildable(instance: Instance) -> list[str]:
    """Plants with a lead time that can be built in some year of the horizon, or could be with a year less."""
    return [
        j
        for j, p in instance.plants.items()
        if p.lead_time >= 1
        and (instance.decision_years(p) or instance.decision_years(p._replace(lead_time=p.lead_time - 1)))
    ]


def _about(instance: Instance, name: str) -> tuple[str, str, str, str, str, int]:
    """Plant, name, region, process, stage of its main product and lead time."""
    plant, table = instance.plants[name], instance.tables["plants"]
    product = main_product(instance, plant.process)
    stage = next((s for s, goods in instance.stages.items() if product in goods), "")
    said = str(table["name"][table["plant"] == name].iloc[0])
    return name, said, plant.region, plant.process, stage, plant.lead_time


def _ranked(frame: pd.DataFrame) -> pd.DataFrame:
    """Most shortfall saved first, then most money; what can't be kept at all comes last."""
    by = ["shortfall_saved_t", "saving_usd"]
    kinds = dict.fromkeys(COLUMNS[1:6], "str") | {"lead_time_years": "int64"} | dict.fromkeys(COLUMNS[7:], "float64")
    frame = frame.astype(kinds).sort_values([*by, "plant"], ascending=[False, False, True], ignore_index=True)
    as_before = (frame[by] == frame[by].shift()).all(axis=1)
    rank = pd.Series(np.arange(1.0, len(frame) + 1)).mask(as_before).ffill()
    frame.insert(0, "rank", rank.astype("int64"))
    return frame


class _Again:
    """The plan found again, and what changes with each plant a year faster. Amounts in kt and million USD.

    ``total``: the shortfall that the plan is held to; None where it meets every target.
    """

    def __init__(
        self,
        s: Solved,
        plants: Sequence[str],
        time_limit: float,
        say: Callable[[str], None],
        stop: threading.Event | None,
    ) -> None:
        say("writing the programme with plants a year faster")
        self.plants, self.say, self.shortfall = plants, say, s.arrays.shortfall
        self.faster = Faster(s, plants, time_limit, stop)
        self.kept = self.faster.kept
        first = self.kept.shortfall_row
        held = float(s.outcome.row_upper[first])
        self.kept.keep_served(s.outcome.baseline.unserved, s.outcome.harm)
        self.total = held if np.isfinite(held) else None
        say("the plan again")
        self.least = self._least_shortfall("the plan's shortfall") if self.total is not None else None
        cheapest = self._cheapest("the plan's cost", self.total, s.outcome.baseline_basis)
        if cheapest is None:
            raise SolverError("the plan could not be found again")
        self.cheapest: Point = cheapest

    def saved(self, plant: str) -> tuple[float, float, float]:
        """Shortfall saved, t; USD saved at the plan's shortfall; USD that the plan with the new shortfall costs."""
        faster, cheapest = self.faster, self.cheapest
        # Where no price asks for the faster plant, having both would not help; where nothing is built of the plant as
        # it is, shutting it changes nothing either.
        misses_less = self.least is not None and faster.asked_for(plant, self.least.reduced_cost)
        stands = not faster.built(plant, cheapest.x) and not faster.asked_for(plant, cheapest.reduced_cost)
        if stands and not misses_less:
            return 0.0, 0.0, np.nan
        self.say(f"{plant} a year faster ({self.plants.index(plant) + 1} of {len(self.plants)})")
        faster.replace(plant)
        try:
            return self._replaced(plant, misses_less)
        finally:
            faster.restore(plant)

    def _replaced(self, plant: str, misses_less: bool) -> tuple[float, float, float]:
        """The same, of a plant that is replaced; ``misses_less``: whether the shortfall may fall."""
        held = self._cheapest(plant, self.total, self.cheapest.basis)
        saving = np.nan if held is None else self._saving(held)
        if held is not None and not misses_less:
            return 0.0, saving, np.nan
        before = self.least or self.cheapest
        least = self._least_shortfall(plant, before.basis)
        if least is None:
            return np.nan, np.nan, np.nan
        saved = (self.least.objective if self.least else 0.0) - least.objective
        if held is not None and saved <= TOLERANCE:
            return 0.0, saving, np.nan
        then = self._cheapest(plant, None, self.cheapest.basis) if least.objective * T_PER_KT <= NOTHING_T else None
        then = then or self._cheapest(plant, least.objective, self.cheapest.basis)
        return saved * T_PER_KT, saving, np.nan if then is None else then.objective * USD_PER_MUSD

    def _saving(self, point: Point) -> float:
        """USD saved, without the solver's noise."""
        saving = self.cheapest.objective - point.objective
        return saving * USD_PER_MUSD if abs(saving) > COST_NOISE * max(1.0, abs(self.cheapest.objective)) else 0.0

    def _least_shortfall(self, name: str, basis: Any = None) -> Point | None:
        """The least total shortfall; None where unserved demand or a budget can't be kept."""
        self.kept.allow(self.kept.short, np.inf)
        self.kept.bound(self.kept.shortfall_row, np.inf)
        return self.kept.least(name, self.shortfall, basis)

    def _cheapest(self, name: str, total: float | None, basis: Any) -> Point | None:
        """The least cost with a total shortfall (None: every target met); None where that can't be kept."""
        self.kept.allow(self.kept.short, 0.0 if total is None else np.inf)
        for slack in SLACKS if total is not None else SLACKS[:1]:
            self.kept.bound(self.kept.shortfall_row, np.inf if total is None else total * (1 + slack))
            point = self.kept.least(name, self.faster.cost, basis)
            if point is not None:
                return point
        return None
