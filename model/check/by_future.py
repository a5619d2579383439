"""What a tree's plan tells of its futures beside one another: plants that stand idle, and what price floors cost.

Plants are derived anew from activity and capacity. What floors cost follows from prices, which need the solver: the
table is judged against the one of price floors by year.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from model.base.schema import columns
from model.check.facts import Facts
from model.check.findings import Findings
from model.check.futures import PROBABILITY
from model.check.rows.flows import Flows
from model.check.tolerance import TONNES
from model.instance.trees.tree import Tree

TABLES = frozenset({"idle_plants", "floors_by_future"})
RUNS_T = 0.5
"""A plant runs that makes as much a year, and stands idle with less than ``TONNES``."""
UNSURE = 10
"""Amounts within so many tolerances of a bound may fall on either side of it."""

Derived = Mapping[str, tuple[Facts, Flows]]
"""By future its facts and flows."""


def judge(tree: Tree, derived: Derived, tables: Mapping[str, pd.DataFrame], findings: Findings) -> None:
    """Both tables, where they are told."""
    if "idle_plants" in tables and _whole("idle_plants", tables, findings):
        _idle(tree, derived, tables["idle_plants"], findings)
    if "floors_by_future" in tables and _whole("floors_by_future", tables, findings):
        _floors(tree, derived, tables["floors_by_future"], tables.get("price_floors"), findings)


def _whole(name: str, tables: Mapping[str, pd.DataFrame], findings: Findings) -> bool:
    missing = [c.column for c in columns(name) if c.column not in tables[name]]
    for column in missing:
        findings.said("known", f"missing table={name} column={column}")
    return not missing


def _idle(tree: Tree, derived: Derived, told: pd.DataFrame, findings: Findings) -> None:
    """Rows of plants that run in the trunk and stand idle in a future: neither one too many nor one too few."""
    rows = {(row["future"], row["plant"]): row for row in told.to_dict("records")}
    trunk = tree.nodes[0].line
    for line, end in tree.ends.items():
        if line == trunk or trunk not in derived or line not in derived:
            continue
        usual = {node.year: node.name for node in tree.paths[tree.ends[trunk]]}
        apart = np.array([node.name != usual[node.year] for node in tree.paths[end]])
        facts, flows = derived[line]
        runs, has, usually = (_total(flows), flows.capacity, _total(derived[trunk][1]))
        able = facts.plants.availability * has
        years, names, regions = facts.years, facts.plants.names, facts.regions[facts.plants.region]
        for j, plant in enumerate(names):
            row = rows.pop((line, plant), None)
            idle = apart & (has[j] > 0) & (runs[j] <= TONNES) & (usually[j] >= RUNS_T)
            unsure = apart & (_near(runs[j], TONNES) | _near(usually[j], RUNS_T) | _near(has[j], 0.0) & (has[j] > 0))
            key = f"idle_plants future={line} plant={plant}"
            if row is None or not idle.any():
                if (row is None) == bool(idle.any()) and not unsure.any():
                    findings.said("idle_plants", f"{'missing' if row is None else 'unknown'} {key}")
                continue
            if unsure.any():
                continue
            first, last = int(np.argmax(idle)), len(years) - 1
            again = bool((apart & (has[j] > 0) & (runs[j] > TONNES))[first + 1 :].any())
            for_good = "no" if again or not idle[last] else "yes"
            expected = {"first_year": years[first], "idle_years": idle.sum()}
            for column, value in expected.items():
                if row[column] != value:
                    findings.said("idle_plants", f"{column} {key}", float(row[column]), float(value))
            words = {"for_good": for_good, "region": regions[j], "process": facts.plants.processes[j]}
            for column, word in words.items():
                if str(row[column]) != word:
                    findings.said("idle_plants", f"{column}={row[column]} {key}")
            findings.apart(
                "idle_plants", "t/yr", {"column": "trunk_activity_t_per_yr", "of": key},
                row["trunk_activity_t_per_yr"], usually[j][idle].mean(),
            )  # fmt: skip
            findings.apart(
                "idle_plants", "t/yr", {"column": "able_t_per_yr", "of": key}, row["able_t_per_yr"], able[j][idle].max()
            )
    for line, plant in rows:
        findings.said("idle_plants", f"unknown idle_plants future={line} plant={plant}")


def _total(flows: Flows) -> Any:
    return flows.activity.sum(axis=2)


def _near(value: Any, bound: float) -> Any:
    """Where an amount is too near to a bound to say on which side it is; exactly nothing is on its own."""
    return (value != 0) & (np.abs(value - bound) <= UNSURE * TONNES)


def _floors(tree: Tree, derived: Derived, told: pd.DataFrame, floors: pd.DataFrame | None, findings: Findings) -> None:
    """Sums of what the floors cost in each year of a future, discounted, and the dearest of its years."""
    needed = {"policy_row", "branch", "year", "output_t", "public_cost_usd"}
    if floors is None or needed - {*floors.columns}:
        return
    rows = {(row["future"], row["policy_row"]): row for row in told.to_dict("records")}
    for line, end in tree.ends.items():
        if line not in derived:
            continue
        instance, path = derived[line][0].instance, {(node.line, node.year) for node in tree.paths[end]}
        paid: dict[str, dict[int, float]] = {}
        output: dict[str, float] = defaultdict(float)
        for r in floors[list(needed)].to_dict("records"):
            if (r["branch"], r["year"]) in path:
                years = paid.setdefault(str(r["policy_row"]), defaultdict(float))
                years[int(r["year"])] += r["public_cost_usd"]
                output[str(r["policy_row"])] += r["output_t"]
        for floor, years in paid.items():
            row, key = rows.pop((line, floor), None), f"future={line} policy_row={floor}"
            if row is None:
                findings.said("floors_by_future", f"missing floors_by_future {key}")
                continue
            rate, first = instance.discount_rate, instance.first_year
            worth = sum(usd / (1 + rate) ** (year - first) for year, usd in years.items())
            for column, value, unit in (
                ("output_t", output[floor], "t"),
                ("public_cost_usd", worth, "USD"),
                ("most_usd_per_yr", max(years.values()), "USD"),
            ):
                findings.apart("floors_by_future", unit, {"column": column, "of": key}, row[column], value)
            if abs(row["probability"] - tree.by_name[end].probability) > PROBABILITY:
                expected = tree.by_name[end].probability
                findings.said("floors_by_future", f"probability {key}", row["probability"], expected)
            dearest = years.get(int(row["year_of_most"]), -np.inf)
            findings.apart(
                "floors_by_future", "USD", {"column": "year_of_most", "of": key}, dearest, max(years.values())
            )
    for line, floor in rows:
        findings.said("floors_by_future", f"unknown floors_by_future future={line} policy_row={floor}")
