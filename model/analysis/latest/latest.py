"""By when at the latest: of everything, of each stage and of each plant, by solves; and what waiting costs, by year.

Waiting longer never costs less nor misses less, since it only takes decisions away: a year between two that hold holds,
and a plant by itself can wait at least as long as everything together.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Collection
from typing import Any

from model.analysis.latest.answer import Latest, frame
from model.analysis.latest.waiting import Waited, Waiting
from model.instance.instance import Instance, main_product
from model.instance.reading import with_edits
from model.plan.plan import Plan
from model.plan.saying.along import refuse_futures
from model.plan.solved import Solved
from model.plan.tables.targets import shortfalls

ALL = "all"
Row = tuple[Any, ...]


def latest(
    plan: Plan,
    *,
    time_limit: float = float("inf"),
    say: Callable[[str], None] = lambda _: None,
    stop: threading.Event | None = None,
) -> Latest:
    """By when the decisions of a plan must be taken at the latest for its targets to hold as well as in the plan.

    ``time_limit`` in seconds; ``say`` hears each step. Raises ValueError for a plan of another goal than cost,
    InputError for one of several futures; Stopped, SolverError.
    """
    refuse_futures(plan, "by when at the latest")
    goal = plan.solved.outcome.goal
    if goal != "cost":
        raise ValueError(f"by when at the latest is asked of a plan of the goal cost, not of {goal}")
    return _Asked(plan, Waiting(plan.solved, time_limit, stop), say).answer()


class _Asked:
    """The question about one plan; ``base``: USD that the plan without policy costs, from which premiums count."""

    def __init__(self, plan: Plan, waiting: Waiting, say: Callable[[str], None]) -> None:
        self.plan, self.waiting, self.say = plan, waiting, say
        self.base = float(plan.summary["cost_usd"]) - float(plan.summary["premium_usd"])
        self.first, self.end = plan.instance.first_year, waiting.last_decision + 1

    def answer(self) -> Latest:
        """Every table."""
        of_year, missed = self._by_year()
        held = [y for y, w in of_year.items() if w is not None and w.holds]
        floor = max(held, default=self.first)
        rows = [self._group(ALL, ALL, ALL, None, floor, floor)]
        stages, plants = _stages(self.plan.instance), self.plan.instance.plants
        built = {str(j) for j in self.plan["builds"]["plant"]}
        for stage in dict.fromkeys(stages[j] for j in plants if j in built):
            some = {j for j in plants if stages[j] == stage}
            rows.append(self._group("stage", stage, stage, some, floor, self.end))
        table = self.plan.instance.tables["plants"]
        names = dict(zip(table["plant"], table["name"], strict=True))
        rows += [self._group("plant", j, str(names[j]), {j}, floor, self.end) for j in plants if j in built]
        waits = [self._waited(y, w) for y, w in of_year.items()]
        return Latest(self.plan.summary, frame("latest", rows), frame("waiting", waits), frame("missed", missed))

    def _by_year(self) -> tuple[dict[int, Waited | None], list[Row]]:
        """What nothing before each year gives, and by how much which target is missed when."""
        found: dict[int, Waited | None] = {}
        missed: list[Row] = []
        last: Waited | None = self.waiting.plan
        for year in range(self.first, self.end + 1):
            if last is not None and (self.waiting.first_built(last.x) or self.end) < year:
                self.say(f"nothing decided before {year} (until {self.end})")
                held = self.waiting.holding(year) if last.holds else None
                last = held or self.waiting.missing(year)
            found[year] = last
            if last is not None:
                missed += [(year, *row) for row in _missed(self.plan.solved, last)]
        return found, missed

    def _group(self, kind: str, key: str, name: str, plants: Collection[str] | None, floor: int, most: int) -> Row:
        """The last year up to ``most`` to which some plants can wait, and what it costs; they can until ``floor``."""
        planned = self.waiting.first_built(self.waiting.plan.x, plants)
        best, low, high = self.waiting.plan, max(floor, planned or self.end), most
        if planned is None:
            low = most
        elif (found := self._holds(low, plants, name)) is not None:
            best = found
        while low < high:
            middle = (low + high + 1) // 2
            found = self._holds(middle, plants, name)
            if found is None:
                high = middle - 1
            else:
                # what is not decided before a later year can wait for that one too
                best, low = found, max(middle, min(high, self.waiting.first_built(found.x, plants) or self.end))
        year = None if low >= self.end else low
        return kind, key, name, planned, year, *self._costs(best)

    def _holds(self, year: int, plants: Collection[str] | None, name: str) -> Waited | None:
        planned = self.waiting.first_built(self.waiting.plan.x, plants)
        if planned is None or planned >= year:
            return self.waiting.plan
        self.say(f"{name}: nothing before {year}")
        return self.waiting.holding(year, plants)

    def _costs(self, waited: Waited) -> tuple[float, float, float]:
        """Cost, premium, and what waiting costs, USD."""
        return waited.cost_usd, waited.cost_usd - self.base, waited.cost_usd - self.waiting.plan.cost_usd

    def _waited(self, year: int, waited: Waited | None) -> Row:
        if waited is None:
            return year, "no", None, None, None
        return year, "yes" if waited.holds else "no", *self._costs(waited)


def _missed(s: Solved, waited: Waited) -> list[Row]:
    told = dataclasses.replace(s, outcome=dataclasses.replace(s.outcome, x=waited.x))
    return list(shortfalls(told).itertuples(index=False, name=None))


def _stages(instance: Instance) -> dict[str, str]:
    """Stage of each plant's main product."""
    stage_of = {k: stage for stage, goods in instance.stages.items() for k in goods}
    return {j: stage_of.get(main_product(instance, p.process), "") for j, p in instance.plants.items()}


def waiting_instance(instance: Instance, year: int) -> Instance:
    """The instance in which nothing is decided before a year: its plan can be solved and looked at as any other.

    What was done stands in its overrides.
    """
    if not instance.tables["plants"]["capex"].notna().any():
        return instance
    return with_edits(instance, {"plants[capex>=0].first_decision": f"at least {year}"})
