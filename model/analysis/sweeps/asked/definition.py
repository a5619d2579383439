"""What a sweep is: factors that vary, how cases are made of them, and the edits that a case consists of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from model.instance.editing.edit import ADD, SCALE, Change, Edit
from model.instance.policy.kinds import KINDS

LIST, GRID, TORNADO, LATIN, SOBOL = "list", "grid", "one-at-a-time", "latin-hypercube", "sobol"
SAMPLED = (LATIN, SOBOL)
NEUTRAL = {SCALE: 1.0, ADD: 0.0}
"""The value of a factor at which nothing changes; an edit that sets has none."""


@dataclass(frozen=True)
class Level:
    """A named set of edits: a set of assumptions, a variant, a case of a list."""

    name: str
    edits: tuple[Edit, ...]
    policy: str = ""


@dataclass(frozen=True)
class Factor:
    """What varies: one number that its edits take, over ``values`` or from ``low`` to ``high``; or named levels.

    ``base`` is None where the base case leaves the instance as it is.
    """

    name: str
    title: str
    unit: str
    source: str
    edits: tuple[Edit, ...]
    values: tuple[float, ...]
    levels: tuple[Level, ...]
    low: float | None
    high: float | None
    base: float | None
    distribution: str
    mode: float | None

    @property
    def whole(self) -> bool:
        """Whether its values are whole numbers: all its cells are, and none is scaled."""
        return all(edit.whole and edit.op != SCALE for edit in self.edits) and bool(self.edits)

    @property
    def neutral(self) -> float | None:
        """The value of the base case as it is shown; None where the cells are set and each has its own."""
        values = {NEUTRAL.get(edit.op) for edit in self.edits}
        return self.base if self.base is not None else values.pop() if len(values) == 1 else None

    @property
    def policy_only(self) -> bool:
        """Whether it edits policies alone: a choice, no assumption."""
        return all(edit.table in KINDS for edit in self.all_edits)

    @property
    def all_edits(self) -> tuple[Edit, ...]:
        """Its edits and those of its levels."""
        return (*self.edits, *(edit for level in self.levels for edit in level.edits))


@dataclass(frozen=True)
class Case:
    """One case. ``values``: each factor's value or level as the table of cases shows it."""

    number: int
    name: str
    policy: str
    values: Mapping[str, float | str | None]
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Stop:
    """A stop of exports that every case's plan is tested by; blanks are filled in from the sweep's policies."""

    suppliers: tuple[str, ...]
    months: float
    year: int | None
    buyers: tuple[str, ...]


@dataclass(frozen=True)
class Sweep:
    """A sweep as its file says; ``cases.Cases`` counts its cases out."""

    name: str
    file: str
    title: str
    design: str
    policies: tuple[str, ...]
    factors: tuple[Factor, ...]
    listed: tuple[Level, ...]
    samples: int
    seed: int
    regret: bool
    stop: Stop | None = None
