"""What can be built more or less of: each plant, and each stage in each place, in all and now."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

import numpy as np

from model.base.units import T_PER_KT
from model.compiling.arrays import Floats, Ints
from model.instance.instance import Instance, main_product
from model.plan.solved import Solved
from model.solving.near import Amount

EVERYWHERE = "all"


class Decision(NamedTuple):
    """What is built of something: in all, and of that what is decided now; kt/yr, expected over a tree's futures."""

    whole: Amount
    now: Amount


class Amounts:
    """The builds of a plan's programme; ``now``: so many of the first years in which anything can be decided."""

    def __init__(self, s: Solved, now: int) -> None:
        self.instance = s.network.instance
        chance = {node.name: node.probability for node in s.network.tree}
        places = s.arrays.places("column", "build")
        self._plant = np.array([j for j, _ in places], dtype=object)
        self._column = np.array(list(places.values()), dtype=np.int32)
        self._chance = np.array([chance[b] for _, b in places])
        years = np.array([s.year[b] for _, b in places], dtype=np.int64)
        self.first = int(years.min(initial=self.instance.last_year + 1))
        self.now = range(self.first, self.first + now)
        self._now = years < self.first + now

    @property
    def plants(self) -> list[str]:
        """Plants that can be built."""
        return [str(j) for j in dict.fromkeys(self._plant.tolist())]

    def plant(self, name: str) -> Decision:
        """A plant, by its capacity."""
        return self._decision(self._plant == name, np.ones(len(self._plant)))

    def place(self, plants: Iterable[str]) -> Decision:
        """Some plants together, by their main products."""
        names = set(plants)
        return self._decision(np.array([j in names for j in self._plant]), self._products)

    def _decision(self, some: Ints, products: Floats) -> Decision:
        def amount(mask: Ints) -> Amount:
            return Amount(self._column[mask], (products * self._chance)[mask])

        return Decision(amount(some), amount(some & self._now))

    @cached_property
    def _products(self) -> Floats:
        """Tonnes of main product per tonne of capacity, of each build."""
        recipes, plants = self.instance.recipes, self.instance.plants
        made = {j: recipes[p.process].get(main_product(self.instance, p.process), 1.0) for j, p in plants.items()}
        return np.array([made[j] for j in self._plant])

    @cached_property
    def places(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """Plants of each stage and place: everywhere, groups, regions; the same plants are named once, by the last."""
        stages, plants, found = plant_stages(self.instance), self.instance.plants, dict[tuple[str, str], set[str]]()
        spots = {EVERYWHERE: self.instance.regions, **self.instance.groups, **{r: (r,) for r in self.instance.regions}}
        for stage in dict.fromkeys(stages[j] for j in self.plants):
            for place, regions in spots.items():
                some = {j for j in self.plants if stages[j] == stage and plants[j].region in regions}
                if some:
                    found[stage, place] = some
        return {key: tuple(sorted(some)) for key, some in found.items()}

    def forced(self, name: str) -> float | None:
        """What buying a plant means, kt/yr: all that may be built of it; None where that has no end."""
        plant = self.instance.plants[name]
        years = len([y for y in self.instance.decision_years(plant)])
        most = min(plant.max_build, plant.max_build_per_year * years)
        return most / T_PER_KT if np.isfinite(most) else None


def plant_stages(instance: Instance) -> dict[str, str]:
    """Stage of each plant's main product."""
    stage_of = {k: stage for stage, goods in instance.stages.items() for k in goods}
    return {j: stage_of.get(main_product(instance, p.process), "") for j, p in instance.plants.items()}
