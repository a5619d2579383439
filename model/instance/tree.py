"""The scenario tree's nodes. One certain future is a chain: one node a year, each with probability 1.

The formulation knows nodes only through this table, so a tree changes nothing but the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple


class Node(NamedTuple):
    """A year of one future, or of several that can't be told apart yet."""

    name: str
    year: int
    parent: str
    probability: float


@dataclass(frozen=True)
class Tree:
    """Nodes, parents before children. ``parent`` is empty at the root."""

    nodes: tuple[Node, ...]

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
    def leaves(self) -> tuple[str, ...]:
        """Names of the nodes without children: the ends of the futures."""
        parents = {node.parent for node in self.nodes}
        return tuple(node.name for node in self.nodes if node.name not in parents)
