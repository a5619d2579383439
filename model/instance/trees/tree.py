"""The scenario tree's nodes. One certain future is a chain: one node a year, each with probability 1.

The formulation knows nodes only through this table, so a tree changes nothing but the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from model.instance.trees.events import Event


class Node(NamedTuple):
    """A year of one future, or of several that can't be told apart yet; ``line``: the trunk or branch that it is on."""

    name: str
    year: int
    parent: str
    probability: float
    line: str = ""


@dataclass(frozen=True)
class Tree:
    """Nodes, parents before children. ``parent`` is empty at the root.

    ``scenario`` names the tree, blank for the one certain future; ``events``: by node those that hold there. Of the
    goal cost ``risk_weight`` is the mean cost of the futures above ``risk_level``, the rest the expected cost.
    """

    nodes: tuple[Node, ...]
    scenario: str = ""
    events: Mapping[str, tuple[Event, ...]] = field(default_factory=dict)
    risk_level: float = 0.9
    risk_weight: float = 0.0

    @classmethod
    def chain(cls, years: Iterable[int]) -> Tree:
        """The tree of one certain future; a node is named by its year.

        >>> [node.parent for node in Tree.chain([2030, 2031]).nodes]
        ['', '2030']
        """
        span = list(years)
        return cls(tuple(Node(str(y), y, str(y - 1) if i else "", 1.0) for i, y in enumerate(span)))

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes)

    @cached_property
    def by_name(self) -> dict[str, Node]:
        """The nodes by name."""
        return {node.name: node for node in self.nodes}

    @cached_property
    def paths(self) -> dict[str, tuple[Node, ...]]:
        """For each node the nodes from the root to it, itself included."""
        paths: dict[str, tuple[Node, ...]] = {}
        for node in self.nodes:
            paths[node.name] = (*(paths[node.parent] if node.parent else ()), node)
        return paths

    @cached_property
    def below(self) -> dict[str, tuple[Node, ...]]:
        """For each node itself and the nodes behind it, in order."""
        found: dict[str, list[Node]] = {node.name: [] for node in self.nodes}
        for node in self.nodes:
            for before in self.paths[node.name]:
                found[before.name].append(node)
        return {name: tuple(nodes) for name, nodes in found.items()}

    @cached_property
    def leaves(self) -> tuple[str, ...]:
        """Names of the nodes without children: the ends of the futures."""
        parents = {node.parent for node in self.nodes}
        return tuple(node.name for node in self.nodes if node.name not in parents)

    @cached_property
    def ends(self) -> dict[str, str]:
        """The end of each future, by the name of the line that it is on."""
        return {self.by_name[leaf].line: leaf for leaf in self.leaves}

    def alone(self, end: str) -> Tree:
        """One future by itself, as a certain one: its nodes and events."""
        path = tuple(node._replace(probability=1.0) for node in self.paths[end])
        names = {node.name for node in path}
        return Tree(path, self.scenario, {n: found for n, found in self.events.items() if n in names})

    @cached_property
    def shared(self) -> tuple[Node, ...]:
        """The nodes before the first fork, which all futures have in common."""
        count = len(self.leaves)
        through: dict[str, int] = {}
        for leaf in self.leaves:
            for node in self.paths[leaf]:
                through[node.name] = through.get(node.name, 0) + 1
        return tuple(node for node in self.nodes if through[node.name] == count)
