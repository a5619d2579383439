"""The tables of what the draws came to, in the order of their numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from model.analysis.risk.projects import Project
from model.analysis.risk.replanning import Target, built, shortfalls_of, unserved_goods
from model.analysis.risk.worker import Row
from model.analysis.sweeps.running.outcomes import FAILED, MET
from model.base.units import USD_PER_MUSD
from model.instance.instance import Instance
from model.plan.saying.asking import asked
from model.plan.solved import Solved

KEPT_T = 0.5
"""A target is kept where it is missed by no more than this beyond the plan: less is a choice among equals."""
MEASURES = ("cost_usd", "lost_capital_usd", "shortfall_t", "unserved_t", "unserved_goods_t")
ALL = "all"


@dataclass
class Drawn:
    """What came out: rows and missed targets of the draws by plan and draw, and of each project failing alone.

    ``parts``: which part of what goes wrong each plan takes for certain, 0 the plan itself.
    """

    plans: Sequence[Solved]
    parts: Sequence[float]
    draws: int
    alone: Sequence[str]
    rows: dict[int, Row] = field(default_factory=dict)
    misses: dict[int, dict[Target, float]] = field(default_factory=dict)

    def add(self, case: int, row: Row, missed: Sequence[Row]) -> None:
        """Take the result of a task."""
        self.rows[case] = row
        self.misses[case] = {(m["policy_row"], m["buyer"], m["scope"], m["year"]): m["shortfall_t"] for m in missed}

    @cached_property
    def targets(self) -> list[Target]:
        """Targets with each year in which they ask something of somebody."""
        found = asked(self.plans[0])
        return [(*key, year) for key, years in found.items() for year in sorted(years)]

    @cached_property
    def planned(self) -> dict[Target, float]:
        """By how much the plan itself misses each."""
        return shortfalls_of(self.plans[0])

    def cases(self, number: int) -> list[int]:
        """The draws of a plan that have one."""
        of = range(number * self.draws, (number + 1) * self.draws)
        return [case for case in of if self.rows[case]["status"] != FAILED]

    def kept(self, case: int, target: Target) -> bool:
        """Whether a target is missed by no more than in the plan."""
        return self.misses[case].get(target, 0.0) <= self.planned.get(target, 0.0) + KEPT_T

    def draw_rows(self) -> list[Row]:
        """Rows of ``draws``."""
        found = []
        for number, part in enumerate(self.parts):
            for draw in range(self.draws):
                case = number * self.draws + draw
                row = self.rows[case]
                kept = {} if row["status"] == FAILED else {"kept": "yes" if self._all_kept(case) else "no"}
                found.append({"part": part, "draw": draw + 1, **row, **kept})
        return found

    def _all_kept(self, case: int) -> bool:
        return all(self.kept(case, target) for target in self.targets)

    def chance_rows(self) -> list[Row]:
        """Rows of ``chances``: each target, then all of a year together."""
        found = []
        for number, part in enumerate(self.parts):
            cases = self.cases(number)
            for target in self.targets:
                row, buyer, scope, year = target
                head = {"part": part, "policy_row": row, "buyer": buyer, "scope": scope, "year": year}
                found.append(head | self._chance(cases, [target]))
            for year in sorted({t[-1] for t in self.targets}):
                head = {"part": part, "policy_row": ALL, "buyer": "", "scope": "", "year": year}
                found.append(head | self._chance(cases, [t for t in self.targets if t[-1] == year]))
        return found

    def _chance(self, cases: Sequence[int], some: Sequence[Target]) -> Row:
        """How often some targets of a year are all met, all kept; and their shortfall."""
        planned = sum(self.planned.get(t, 0.0) for t in some)
        if not cases:
            return {"planned_t": planned}
        short = np.array([sum(self.misses[c].get(t, 0.0) for t in some) for c in cases])
        return {
            "chance_met": _share(short <= 0),
            "chance_kept": _share([all(self.kept(c, t) for t in some) for c in cases]),
            "planned_t": planned,
            "mean_t": float(short.mean()),
            "worst_tenth_t": _quantile(short, 0.9),
        }

    def spread_rows(self) -> list[Row]:
        """Rows of ``spread``."""
        found = []
        for number, part in enumerate(self.parts):
            own = self.own(self.plans[number])
            for measure in MEASURES:
                values = np.array([self.rows[case][measure] for case in self.cases(number)])
                row = {"part": part, "measure": measure, "planned": own[measure]}
                found.append(row | (_spread(values) if len(values) else {}))
        return found

    @staticmethod
    def own(s: Solved) -> dict[str, float]:
        """The measures of a plan where all goes as planned."""
        return {
            "cost_usd": s.outcome.cost * USD_PER_MUSD,
            "lost_capital_usd": 0.0,
            "shortfall_t": sum(shortfalls_of(s).values()),
            "unserved_t": s.unserved_t(),
            "unserved_goods_t": unserved_goods(s),
        }

    def failure_rows(self, some: Mapping[str, Project], instance: Instance) -> list[Row]:
        """Rows of ``failures``, the one that hurts most first."""
        own = self.own(self.plans[0])
        names = dict(zip(instance.tables["plants"]["plant"], instance.tables["plants"]["name"], strict=True))
        found = []
        for i, plant in enumerate(self.alone):
            row, project = self.rows[len(self.plans) * self.draws + i], some[plant]
            about = {
                "plant": plant, "name": names[plant], "success": project.success, "slip_years": project.slip_years,
                "committed_t_per_yr": project.committed, "built_t_per_yr": built(self.plans[0], plant),
                "status": row["status"], "reason": row["reason"],
            }  # fmt: skip
            if row["status"] != FAILED:
                about |= {
                    "more_unserved_t": row["unserved_t"] - own["unserved_t"],
                    "more_shortfall_t": row["shortfall_t"] - own["shortfall_t"],
                    "more_cost_usd": row["cost_usd"] - own["cost_usd"],
                    "lost_capital_usd": row["lost_capital_usd"],
                }
            found.append(about)
        found.sort(key=_hurts)
        return [{"rank": i, **row} for i, row in enumerate(found, 1)]

    def insurance_rows(self) -> list[Row]:
        """Rows of ``insurance``: what each plan costs and how far it holds."""
        found = []
        first = self.own(self.plans[0])["cost_usd"]
        capital = [float(s.arrays.capital.times(s.x)[0]) * USD_PER_MUSD for s in self.plans]
        for number, (part, s) in enumerate(zip(self.parts, self.plans, strict=True)):
            cases, cost = self.cases(number), self.own(s)["cost_usd"]
            row = {
                "part": part, "cost_usd": cost, "more_cost_usd": cost - first,
                "capex_usd": capital[number], "more_capex_usd": capital[number] - capital[0],
            }  # fmt: skip
            found.append(row | (self._held(cases) if cases else {}))
        return found

    def _held(self, cases: Sequence[int]) -> Row:
        """How far the targets hold over some draws."""
        pairs = [(c, t) for c in cases for t in self.targets]
        return {
            "chance_met": _share([self.rows[c]["status"] == MET for c in cases]),
            "chance_kept": _share([self._all_kept(c) for c in cases]),
            "part_met": _share([self.misses[c].get(t, 0.0) <= 0 for c, t in pairs]) if pairs else 1.0,
            "part_kept": _share([self.kept(c, t) for c, t in pairs]) if pairs else 1.0,
            "mean_shortfall_t": float(np.mean([self.rows[c]["shortfall_t"] for c in cases])),
            "mean_unserved_t": float(np.mean([self.rows[c]["unserved_t"] for c in cases])),
            "mean_cost_usd": float(np.mean([self.rows[c]["cost_usd"] for c in cases])),
        }


def _hurts(row: Row) -> tuple[Any, ...]:
    """A project without a plan first; unserved demand, then shortfall, then cost."""
    if row["status"] == FAILED:
        return (0, 0.0, 0.0, 0.0, row["plant"])
    more = (row[name] for name in ("more_unserved_t", "more_shortfall_t"))
    return (1, *(-round(t, 3) for t in more), -row["more_cost_usd"], row["plant"])


def _share(some: Any) -> float:
    return float(np.mean(np.asarray(some, dtype=float)))


def _quantile(values: Any, at: float) -> float:
    """The value that such a part of the draws does not pass."""
    return float(np.quantile(values, at, method="inverted_cdf"))


def _spread(values: Any) -> Row:
    return {
        "mean": float(values.mean()), "least": float(values.min()), "p10": _quantile(values, 0.1),
        "median": _quantile(values, 0.5), "p90": _quantile(values, 0.9), "greatest": float(values.max()),
    }  # fmt: skip
