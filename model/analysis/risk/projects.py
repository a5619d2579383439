"""Projects: plants of which something is committed or could be built, and the luck of each in a draw.

A plant is one project: what is committed there and all that is built there comes, is late or fails together, by itself
and not with others.
"""

from __future__ import annotations

from typing import NamedTuple

from model.instance.instance import Instance
from model.plan.solved import Solved


class Luck(NamedTuple):
    """What becomes of a project: whether it ever runs, and by how many years it is late."""

    comes: bool
    late: int

    @property
    def good(self) -> bool:
        """As planned."""
        return self.comes and not self.late


ON_TIME = Luck(comes=True, late=0)


class Project(NamedTuple):
    """A plant with its figures; ``committed``: what is to come above the capacity of the first year, t/yr."""

    plant: str
    success: float
    slip_years: float
    committed: float
    can_be_built: bool

    @property
    def risky(self) -> bool:
        """Whether anything can go wrong with it."""
        return self.success < 1 or self.slip_years > 0


def projects(instance: Instance) -> list[Project]:
    """Every project of an instance, those without risk among them, so that draws stay when figures change."""
    found = []
    for name, plant in instance.plants.items():
        more = _committed(instance, name)
        can = bool(instance.decision_years(plant))
        if more > 0 or can:
            found.append(Project(name, plant.success, plant.slip_years, more, can))
    return found


def _committed(instance: Instance, plant: str) -> float:
    by_year = instance.existing.get(plant, {})
    return max(0.0, max(by_year.values()) - by_year[instance.first_year]) if by_year else 0.0


def shows(s: Solved, plant: str) -> int | None:
    """The year in which it shows whether a project keeps its time: that of its first output after the first year.

    None where the plan builds nothing of it that comes within the horizon, and nothing is committed.
    """
    instance = s.network.instance
    by_year = instance.existing.get(plant, {})
    first = by_year.get(instance.first_year, 0.0)
    years = [min((y for y, t in by_year.items() if t > first), default=None)]
    lead = instance.plants[plant].lead_time
    years += [s.year[b] + lead for (j, b), _ in s.positive("build") if j == plant]
    return min((y for y in years if y is not None), default=None)
