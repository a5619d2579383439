"""Costs that move: the factors of paths.csv, by plant and year."""

from __future__ import annotations

import copy
from functools import cache

import numpy as np

from model.instance.instance import Instance
from model.instance.records import Plant

COLUMNS = ("variable_cost", "fixed_cost", "capex")

Listed = tuple[tuple[int, ...], tuple[float, ...]]


def moves(instance: Instance) -> bool:
    """Whether any cost moves."""
    return bool(len(instance.tables["paths"]))


def in_year(instance: Instance, year: int) -> Instance:
    """The instance with the costs of its plants as they are in a year: ``capex`` that of what is decided then.

    A path is linear between its listed years and flat outside; all paths that match a plant multiply.
    """
    if not moves(instance):
        return instance
    paths = _paths(instance)
    found = copy.copy(instance)  # with all that has been looked up so far
    plants = {name: _moved(instance, plant, paths, year) for name, plant in instance.plants.items()}
    vars(found).update(plants=plants)
    return found


def _paths(instance: Instance) -> dict[tuple[str, str, str], Listed]:
    """Years and factors of each path, by column, process and place."""
    rows: dict[tuple[str, str, str], list[tuple[int, float]]] = {}
    frame = instance.tables["paths"][["column", "process", "region", "year", "factor"]]
    for column, process, place, year, factor in frame.itertuples(index=False, name=None):
        rows.setdefault((column, process, place), []).append((int(year), float(factor)))
    return {
        key: (tuple(y for y, _ in sorted(found)), tuple(f for _, f in sorted(found))) for key, found in rows.items()
    }


@cache
def _at(listed: Listed, year: int) -> float:
    return float(np.interp(year, *listed))


def _moved(instance: Instance, plant: Plant, paths: dict[tuple[str, str, str], Listed], year: int) -> Plant:
    factors = dict.fromkeys(COLUMNS, 1.0)
    for (column, process, place), listed in paths.items():
        if process in ("*", plant.process) and plant.region in instance.members(place):
            factors[column] *= _at(listed, year)
    if all(factor == 1.0 for factor in factors.values()):
        return plant
    capex = None if plant.capex is None else plant.capex * factors["capex"]
    variable, fixed = plant.variable_cost * factors["variable_cost"], plant.fixed_cost * factors["fixed_cost"]
    return plant._replace(variable_cost=variable, fixed_cost=fixed, capex=capex)
