"""What a sweep is: factors that vary, how cases are made of them, and the edits that a case consists of."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from model.instance.kinds import KINDS

LIST, GRID, TORNADO, LATIN, SOBOL = "list", "grid", "one-at-a-time", "latin-hypercube", "sobol"
SAMPLED = (LATIN, SOBOL)
SET, SCALE, ADD = "set", "scale", "add"
SECTIONS = ("finance", "horizon")
"""Sections of ``instance.toml`` that can be edited."""
NEUTRAL = {SCALE: 1.0, ADD: 0.0}
"""The value of a factor at which nothing changes; an edit that sets has none."""


@dataclass(frozen=True)
class Edit:
    """Cells to change: of ``table``, in the rows that ``where`` names, in ``column``, by ``op``.

    ``table`` is an input table, a kind of policy row (``share_cap``) or a section of ``instance.toml`` (``finance``).
    ``where`` holds a name, a number, a list of them or ``{from, to}`` by column; all must hold. Without a ``value`` of
    its own the edit takes the factor's. ``line`` is where it stands in the sweep's file.
    """

    table: str
    where: Mapping[str, Any]
    column: str
    op: str
    value: float | str | None
    at_least: float
    at_most: float
    whole: bool
    line: int | None

    def result(self, value: float, old: float) -> float:
        """The new value of a cell: set, scaled or added to, kept within its limits; whole where the column is.

        Without a limit (infinite) it stays so when it is scaled, by 0 as well.
        """
        new = {SET: value, SCALE: old if math.isinf(old) else old * value, ADD: old + value}[self.op]
        new = max(self.at_least, min(self.at_most, new))
        return float(round(new)) if self.whole and abs(new) < 1e15 else new


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


class Change(NamedTuple):
    """An edit with the value that it takes in a case."""

    edit: Edit
    value: float | str


@dataclass(frozen=True)
class Case:
    """One case. ``values``: each factor's value or level as the table of cases shows it."""

    number: int
    name: str
    policy: str
    values: Mapping[str, float | str | None]
    changes: tuple[Change, ...]


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
