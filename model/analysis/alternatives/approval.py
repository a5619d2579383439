"""What is safe to approve: each project's verdict under several policies, in each future and at several slacks.

Beside it the chance that it comes in time, what its loss would take from the time that the buyers survive a stop of
exports, the support that it needs and the last year in which it can be decided.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from model.analysis.alternatives.alternatives import refuse
from model.analysis.alternatives.amounts import Amounts, plant_stages
from model.analysis.alternatives.answer import Row, frame
from model.analysis.alternatives.ranges import LATER, NOW, Ranges, ranges
from model.analysis.alternatives.slacks import Slack, slacks_usd
from model.base.places import check_place, new_folder, to_json, write_json, write_table
from model.base.results import Results
from model.base.schema import columns, resource
from model.base.units import T_PER_KT, USD_PER_MUSD
from model.formulation.network import Network
from model.instance.reading import scenario
from model.instance.trees.scenarios import Scenario, tree_of
from model.instance.trees.tree import Tree
from model.plan.plan import Plan
from model.plan.saying.along import refuse_futures
from model.plan.solved import Solved
from model.plan.stress.asked import ALL, ask
from model.plan.stress.running import buyers_of, stress
from model.solving.goals.goals import solve as solve_goals
from model.solving.goals.targets import limits_of
from model.solving.near import Near
from model.solving.programme import compiled

TABLES = ("approval", "verdicts")
OURS = frozenset({*(f"{t}.csv" for t in TABLES), "summary.json", "datapackage.json"})
MONTHS, DAYS = 6.0, 365 / 12
SOON = 5
"""Years after the first in which the policy asks something: the stop of exports is looked at then."""
Say = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Approval:
    """What is safe to approve. ``table``: a row a project, the safest first; ``verdicts``: each verdict by itself."""

    plan: Any
    asked: Any
    table: pd.DataFrame
    verdicts: pd.DataFrame

    def __repr__(self) -> str:
        return f"<Approval: {len(self.table)} projects, {self.asked['questions']} questions>"

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by name."""
        return {"approval": self.table, "verdicts": self.verdicts}

    def write(self, folder: str | Path) -> Path:
        """Write the tables to a folder, whole or not at all; an earlier answer there is replaced.

        Raises InputError where the folder holds something else, OSError.
        """
        folder = Path(folder)
        check_approval_place(folder)
        keys = ("instance", "policy", "overrides", "goal", "cost_usd", "premium_usd", "versions")
        package = {
            "profile": "data-package",
            "name": f"{self.plan['instance']['name']}-approval".lower(),
            "title": f"{self.plan['instance']['title']}: what is safe to approve",
            "description": f"Money: USD of {self.plan['price_year']}; empty cells have no value.",
            "resources": [resource(name, columns(name, family="alternatives")) for name in TABLES],
        }
        with new_folder(folder) as beside:
            for name, table in self.tables.items():
                write_table(beside / f"{name}.csv", table)
            told = to_json({**{key: self.plan[key] for key in keys}, **self.asked})
            (beside / "summary.json").write_text(told, encoding="utf-8", newline="")
            write_json(beside / "datapackage.json", package)
        return folder


def check_approval_place(folder: Path) -> None:
    """A folder may be new, empty, or one that such an answer was written to; nothing else is ever replaced."""
    check_place(folder, OURS, "what is no answer to this question")


def approval(
    plans: Sequence[Plan],
    *,
    scenarios: str | Path | Scenario = "",
    slack: Slack | Sequence[Slack] = ("5%", "10%"),
    now: int = 3,
    say: Say = lambda _: None,
    stop: threading.Event | None = None,
) -> Approval:
    """What is safe to approve, by plans of several policies of one instance, the first the one that is asked about.

    ``scenarios``: futures, in each of which the first policy is planned alone. ``slack`` as in ``alternatives``, of the
    first plan's premium, and in USD the same for all; the last is the one by which policies and futures are asked.
    ``now`` as there. Raises ValueError for plans of another goal than cost, InputError, Stopped, SolverError.
    """
    for plan in plans:
        refuse(plan)
        refuse_futures(plan, "what is safe to approve")
    instance = plans[0].instance
    told = scenarios if isinstance(scenarios, Scenario) or not str(scenarios) else scenario(instance, scenarios)
    tree = tree_of(told, instance.years) if isinstance(told, Scenario) else None
    return _Asked(plans, tree, slack, now, say, stop or threading.Event()).answer()


class _Asked:
    def __init__(
        self, plans: Sequence[Plan], tree: Tree | None, slack: Any, now: int, say: Say, stop: threading.Event
    ) -> None:
        self.plans, self.tree, self.now, self.say, self.stop = plans, tree, now, say, stop
        self.first = plans[0]
        self.slacks = slacks_usd(slack, float(self.first.summary["premium_usd"]))
        self.plants = Amounts(self.first.solved, now).plants
        self.found: dict[tuple[str, str], dict[str, Ranges]] = {}

    def answer(self) -> Approval:
        """Every table."""
        for i, plan in enumerate(self.plans):
            slacks = self.slacks if i == 0 else self.slacks[-1:]
            self.found["policy", plan.policy.name] = self._verdicts(plan.policy.name, plan.solved, slacks)
        for line, solved in self._futures():
            self.found["future", line] = self._verdicts(line, solved, self.slacks[-1:])
        near = self._near(self.first.solved)
        survives = self._survival()
        rows = [self._row(j, near, survives) for j in self.plants]
        rows.sort(key=lambda row: row[0])
        ranked = [(i, *row[1:]) for i, row in enumerate(rows, start=1)]
        asked = {
            "policies": [p.policy.name for p in self.plans],
            "futures": [name for kind, name in self.found if kind == "future"],
            "slacks_usd": list(self.slacks),
            "questions": len(self.found) + len(self.slacks) - 1,
            "survival": {key: survives[key] for key in ("supplier", "year") if key in survives},
        }
        return Approval(self.first.summary, asked, frame("approval", ranked), frame("verdicts", [*self._each()]))

    def _futures(self) -> Iterator[tuple[str, Solved]]:
        """The first policy's plan in each future by itself."""
        for line, end in self.tree.ends.items() if self.tree else ():
            self.say(f"{line} alone")
            tree = self.tree.alone(end) if self.tree else None
            assert tree is not None
            network = Network(self.first.instance, self.first.policy, tree)
            arrays = compiled(network)
            limits = limits_of(arrays, network)
            yield line, Solved(network, arrays, solve_goals(arrays, stop=self.stop, limits=limits, tree=tree))

    def _near(self, s: Solved) -> Near:
        return Near(s.arrays, s.outcome, s.chances, stop=self.stop)

    def _verdicts(self, about: str, s: Solved, slacks: Sequence[float]) -> dict[str, Ranges]:
        """The ranges of each plant."""
        near, amounts, found = self._near(s), Amounts(s, self.now), dict[str, Ranges]()
        there = set(amounts.plants)
        for i, j in enumerate(self.plants):
            self.say(f"{about}: {i} of {len(self.plants)} plants")
            if j in there:
                found[j] = ranges(near, amounts.plant(j), slacks)
        return found

    def _each(self) -> Iterator[Row]:
        """Each verdict by itself."""
        for (kind, name), by_plant in self.found.items():
            for j, found in by_plant.items():
                for at in found.at:
                    regret = found.dropped
                    lost = regret.x is None
                    usd, t = (None, None) if lost else (regret.cost * USD_PER_MUSD, regret.shortfall * T_PER_KT)
                    yield j, kind, name, at.slack, at.verdict, at.least, found.plan, at.most, at.least_now, usd, t

    def _row(self, j: str, near: Near, survives: dict[str, Any]) -> Row:
        """One project; its first cell is what it is sorted by."""
        instance, first = self.first.instance, self.found["policy", self.first.policy.name][j]
        plant, names = instance.plants[j], instance.tables["plants"].set_index("plant")["name"]
        verdicts = {key: by[j].at[-1].verdict if j in by else "barred" for key, by in self.found.items()}
        by_slack = {at.slack: at.verdict for at in first.at}
        every = [*verdicts.values(), *[at.verdict for at in first.at[:-1]]]
        now, needed = every.count(NOW), every.count(NOW) + every.count(LATER)
        chance = plant.success / (1 + plant.slip_years)
        regret, built = first.dropped, self.first["support"].query("plant == @j and kind == 'built'")
        usd, t = (np.inf, np.inf) if regret.x is None else (regret.cost * USD_PER_MUSD, regret.shortfall * T_PER_KT)
        decided = self.first["builds"].query("plant == @j")["decision_year"]
        order = (-now, -needed, -t, -usd, -chance, j)
        return (
            order, j, str(names[j]), plant.region, plant_stages(instance)[j], now, needed, len(every),
            _listed({name: v for (kind, name), v in verdicts.items() if kind == "policy"}),
            _listed({name: v for (kind, name), v in verdicts.items() if kind == "future"}),
            _listed({f"{s / 1e6:,.1f} m USD": v for s, v in by_slack.items()}),
            chance, survives.get(j), float(built["support_usd_per_yr"].sum()) if len(built) else None,
            first.plan, int(decided.min()) if len(decided) else None, self._latest(j, near, first),
            None if regret.x is None else usd, None if regret.x is None else t,
        )  # fmt: skip

    def _latest(self, j: str, near: Near, found: Ranges) -> int | None:
        """The last year before which it need not be decided for the goals to be kept; None where it never need be."""
        if not found.dropped.missed:
            return None
        s = self.first.solved
        years = {c: s.year[b] for (plant, b), c in s.arrays.places("column", "build").items() if plant == j}
        choices = sorted(set(years.values()))
        low, high = 0, len(choices) - 1
        while low < high:
            middle = (low + high + 1) // 2
            barred = np.array([c for c, y in years.items() if y < choices[middle]], dtype=np.int32)
            low, high = (low, middle - 1) if near.without(barred).missed else (middle, high)
        return choices[low]

    def _survival(self) -> dict[str, Any]:
        """Days of survival that each planned project buys, in the worst stop; that stop's supplier and year."""
        plan, instance = self.first, self.first.instance
        buyers = buyers_of(plan, instance)
        in_force = [min(t.share) for t in plan.policy.targets if t.share]
        if not buyers or not in_force:
            return {}
        year = min(instance.last_year, min(in_force) + SOON)
        whole = self._survives(plan, buyers, year, ())
        supplier, months = min(whole.items(), key=lambda found: (found[1], found[0]))
        found: dict[str, Any] = {"supplier": supplier, "year": year}
        builds = plan["builds"]
        for j in dict.fromkeys(builds["plant"]):
            left = Results({**plan.tables, "builds": builds[builds["plant"] != j]}, plan.summary)
            found[str(j)] = (months - self._survives(left, buyers, year, (supplier,))[supplier]) * DAYS
        return found

    def _survives(self, plan: Results, buyers: Any, year: int, suppliers: Sequence[str]) -> dict[str, float]:
        """Months that all buyers together hold out, by supplier that stops."""
        self.say("if exports stop")
        instance = self.first.instance
        asked = ask(instance, buyers, suppliers=suppliers, scopes=(ALL,), years=(year,), months=(MONTHS,))
        table = stress(plan, instance, asked, stop=self.stop).table
        rows = table[(table["buyer"] == ALL) & (table["sector"] == ALL)]
        return dict(zip(rows["supplier"], rows["survives_months"], strict=True))


def _listed(verdicts: dict[str, str]) -> str:
    return "; ".join(f"{name}: {verdict}" for name, verdict in verdicts.items())
