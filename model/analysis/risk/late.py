"""The world once it is known which projects are late or fail: the same columns and rows, later capacity.

New capacity of a late project comes on stream so much later, interest during construction included, and decisions keep
their columns, also those that then come to nothing within the horizon; of a project that fails, all do.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from model.analysis.risk.projects import Luck, Project
from model.formulation.building import Building
from model.formulation.network import Network
from model.instance.instance import Instance


@dataclass(frozen=True)
class LateBuilding(Building):
    """What may be built when, and what is then on stream, where some plants are late by so many years."""

    late: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def lead_times(self) -> Any:
        """Plants x nodes: years until what is decided there comes on stream."""
        more = np.array([self.late.get(plant, 0) for plant in self.instance.plants])
        return self._by_node(lambda _, p: (p.lead_time,))[0] + more[:, None]


@dataclass(frozen=True)
class LateNetwork(Network):
    """The network of an instance some of whose projects are known to be late or to fail."""

    known: Mapping[str, Luck] = field(default_factory=dict)

    @classmethod
    def of(cls, network: Network, known: Mapping[str, Luck]) -> LateNetwork:
        """A network in which more is known."""
        return cls(as_known(network.instance, known), network.policy, network.tree, known)

    @cached_property
    def building(self) -> Building:
        """What may be built when, and what is then on stream."""
        beyond = len(self.instance.years)
        late = {j: min(luck.late, beyond) if luck.comes else beyond for j, luck in self.known.items()}
        return LateBuilding(self.instance, self.tree, self.nodes, self.at, late)

    def in_vain(self, plant: str, year: int) -> bool:
        """Whether what is decided on a plant in a year comes to nothing within the horizon."""
        luck = self.known.get(plant)
        if luck is None:
            return False
        return not luck.comes or year + self.instance.plants[plant].lead_time + luck.late > self.instance.last_year


def as_known(instance: Instance, known: Mapping[str, Luck]) -> Instance:
    """The instance with the committed capacity of projects that are known to be late or to fail.

    What is late follows the listed years so much later, and is never above what is listed; of what fails the capacity
    of the first year stays.
    """
    existing = {j: _late(by_year, known[j]) if j in known else by_year for j, by_year in instance.existing.items()}
    return with_existing(instance, existing)


def with_existing(instance: Instance, some: Mapping[str, dict[int, float]]) -> Instance:
    """The instance with other existing and committed capacity of some plants, t/yr by year."""
    return _with(instance, existing=instance.existing | dict(some))


def _with(instance: Instance, **values: Any) -> Instance:
    found = copy.copy(instance)  # with all that has been looked up so far
    vars(found).update(values)
    vars(found).pop("warned", None)
    return found


def _late(by_year: Mapping[int, float], luck: Luck) -> dict[int, float]:
    first = min(by_year)
    return {y: min(t, by_year[max(first, y - luck.late) if luck.comes else first]) for y, t in by_year.items()}


def expected(instance: Instance, some: Iterable[Project], part: float) -> Instance:
    """The instance as who counts on less sees it: a ``part`` of what goes wrong in the mean is taken for certain.

    ``part`` 1 is what each project gives in the mean: capacity times success, late by its mean slip (in whole years).
    """
    plants, existing = dict(instance.plants), dict(instance.existing)
    for project in some:
        gives = max(0.0, 1 - part * (1 - project.success))
        late = round(part * project.slip_years)
        plant = plants[project.plant]
        if project.can_be_built:
            plants[project.plant] = plant._replace(
                availability=plant.availability * gives, lead_time=plant.lead_time + late
            )
        else:
            by_year = existing[project.plant]
            shifted, first = _late(by_year, Luck(comes=True, late=late)), by_year[instance.first_year]
            existing[project.plant] = {y: min(t, first) + gives * max(0.0, t - first) for y, t in shifted.items()}
    return _with(instance, plants=plants, existing=existing)
