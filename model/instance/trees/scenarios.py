"""Scenarios: futures that leave one trunk, and the tree of nodes that they make."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from model.instance.trees.events import Event
from model.instance.trees.tree import Node, Tree

NEVER = 1e-9
"""A probability below this is rounding, and none."""


@dataclass(frozen=True)
class Branch:
    """One branch off the trunk or an earlier branch: it leaves at the start of ``first``.

    ``probability`` is as seen from the start of the line that it leaves.
    """

    name: str
    off: str
    first: int
    probability: float
    events: tuple[Event, ...]


@dataclass(frozen=True, repr=False)
class Scenario:
    """Futures that leave one trunk; ``events`` hold on the trunk, and so in all branches.

    The goal cost is ``(1 - risk_weight)`` times the expected cost and ``risk_weight`` times the mean of its tail above
    ``risk_level``.
    """

    name: str
    title: str
    trunk: str
    branches: tuple[Branch, ...] = ()
    events: tuple[Event, ...] = ()
    risk_level: float = 0.9
    risk_weight: float = 0.0

    def __repr__(self) -> str:
        return f"<Scenario {self.name}: {', '.join([self.trunk, *(b.name for b in self.branches)])}>"


def tree_of(scenario: Scenario, years: Iterable[int]) -> Tree:
    """The nodes of a scenario, the trunk's first, then each branch's; futures of no probability are left out.

    A node of the trunk is named by its year, one of a branch by branch and year.
    """
    span = list(years)
    lines = [Branch(scenario.trunk, "", span[0], 1.0, scenario.events), *scenario.branches]
    start: dict[str, float] = {}
    at: dict[tuple[str, int], str] = {}
    holding: dict[str, tuple[Event, ...]] = {}
    nodes: list[Node] = []
    events: dict[str, tuple[Event, ...]] = {}
    for line in lines:
        start[line.name] = line.probability * start.get(line.off, 1.0)
        holding[line.name] = (*holding.get(line.off, ()), *line.events)
        leaving = [(b.first, b.probability) for b in scenario.branches if b.off == line.name]
        parent = at.get((line.off, line.first - 1), "")
        for year in (y for y in span if y >= line.first):
            stays = 1.0 - sum(p for first, p in leaving if first <= year)
            name = str(year) if not line.off else f"{line.name} {year}"
            at[line.name, year] = name
            if start[line.name] * stays >= NEVER:
                nodes.append(Node(name, year, parent, start[line.name] * stays, line.name))
                found = tuple(e for e in holding[line.name] if e.first <= year <= e.last)
                events |= {name: found} if found else {}
            parent = name
        at |= {(line.name, y): at.get((line.off, y), "") for y in span if y < line.first}
    return Tree(tuple(nodes), scenario.name, events, scenario.risk_level, scenario.risk_weight)
