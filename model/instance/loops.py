"""Loops of processes that make something out of nothing: an error in a recipe that no limit of a plan would show.

Whatever a plant uses must come from a process without inputs (a mine, collection) in the end. One small programme asks
for the least activity of the other processes that uses no more of any good than it makes and has a tonne left over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from model.base.problems import Problem, line_of, quoted
from model.instance.instance import Instance
from model.instance.lanes import resolve

MOST = 1e6
"""Activity at most for a tonne left over; what takes more is rounding in the coefficients."""
NOTHING = 1e-6

Recipe = Mapping[Any, float]


def loops(instance: Instance) -> list[Problem]:
    """The least loop that gains, if any: first by recipes alone, then with the plants and lanes that there are."""
    runs = {p.process for p in instance.plants.values() if _can_run(instance, p.name)}
    closed = _closed({p: r for p, r in instance.recipes.items() if p in runs and any(a < 0 for a in r.values())})
    if not closed or not _gain(list(closed.values())):
        return []
    plants = [p for p in instance.plants.values() if p.process in closed and _can_run(instance, p.name)]
    goods = dict.fromkeys(k for recipe in closed.values() for k in recipe)
    ways = [(k, o, d) for k, o, d in resolve(instance).keys if k in goods]
    ways += [(k, r, r) for k in goods for r in instance.regions]
    # what is made somewhere is shipped once and then used: nothing passes through a third region
    placed: list[Recipe] = [{(k, p.region, a > 0): a for k, a in closed[p.process].items()} for p in plants]
    shipped: list[Recipe] = [{(k, o, True): -1.0, (k, d, False): 1.0} for k, o, d in ways]
    run = _gain([*placed, *shipped], free=len(shipped))
    activity: dict[str, float] = {}
    for plant, x in zip(plants, run, strict=False):
        if x > NOTHING:
            activity[plant.process] = activity.get(plant.process, 0.0) + x
    return [_said(instance, activity)] if activity else []


def _can_run(instance: Instance, plant: str) -> bool:
    return any(instance.existing.get(plant, {}).values()) or bool(instance.decision_years(instance.plants[plant]))


def _closed(recipes: Mapping[str, Mapping[str, float]]) -> dict[str, Mapping[str, float]]:
    """The processes all of whose inputs are made by others of them: where there are none, there is no loop."""
    left = dict(recipes)
    while True:
        made = {k for recipe in left.values() for k, a in recipe.items() if a > 0}
        feasible = {p: r for p, r in left.items() if all(a > 0 or k in made for k, a in r.items())}
        if len(feasible) == len(left):
            return feasible
        left = feasible


def _gain(recipes: Sequence[Recipe], free: int = 0) -> list[float]:
    """The least activities by which no good is used up and a tonne in all is left over; nothing where none do.

    ``free``: how many of the last recipes only move goods, and cost no activity.
    """
    import highspy  # the tables of most instances have no closed processes and don't need it

    goods = list(dict.fromkeys(k for recipe in recipes for k in recipe))
    place = {k: i for i, k in enumerate(goods)}
    highs = highspy.Highs()
    for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 0)):
        highs.setOptionValue(option, value)
    count = len(recipes)
    highs.addVars(count, np.zeros(count), np.full(count, MOST))
    for column in range(count - free):
        highs.changeColCost(column, 1.0)
    rows: list[dict[int, float]] = [{} for _ in goods]
    for column, recipe in enumerate(recipes):
        for good, coefficient in recipe.items():
            rows[place[good]][column] = coefficient
    total = {column: sum(recipe.values()) for column, recipe in enumerate(recipes)}
    for row, least in (*((row, 0.0) for row in rows), (total, 1.0)):
        kept = {column: value for column, value in row.items() if value}
        columns = np.array(list(kept), dtype=np.int32)
        highs.addRow(least, highspy.kHighsInf, len(kept), columns, np.array(list(kept.values()), dtype=float))
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return []
    return [float(x) for x in highs.getSolution().col_value]


def _said(instance: Instance, activity: Mapping[str, float]) -> Problem:
    """The processes, how they run, and what is left over."""
    frame = instance.tables["recipes"]
    processes = [p for p in instance.recipes if p in activity]
    unit = activity[processes[0]]
    left: dict[str, float] = {}
    for process in processes:
        for good, coefficient in instance.recipes[process].items():
            left[good] = left.get(good, 0.0) + coefficient * activity[process] / unit
    over = " and ".join(f"{t:.4g} t of {k}" for k, t in left.items() if t > NOTHING)
    run = " : ".join(f"{activity[p] / unit:.4g}" for p in processes)
    expected = (
        f"something is made out of nothing: run {run}, they use no good up and {over} is left; expected a loop that "
        "loses something, for only processes that use nothing (mines, collection) bring goods in"
    )
    line = line_of(frame.index[frame["process"] == processes[0]][0])
    return Problem("recipes.csv", line, "coefficient", quoted(", ".join(processes)), expected)
