"""The instance as it is at each node of a tree: its demand and plants as the node's events leave them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np

from model.instance.instance import Instance
from model.instance.paths import in_year, moves
from model.instance.trees.events import Event, changed
from model.instance.trees.tree import Tree


class AtNodes:
    """What holds at the nodes of a tree. Nodes whose events are the same share one instance, unless costs move."""

    instance: Instance
    tree: Tree

    @cached_property
    def _instances(self) -> dict[str, Instance]:
        found: dict[tuple[tuple[Event, ...], int], Instance] = {((), 0): self.instance}
        moving, by_name = moves(self.instance), {}
        for node in self.tree:
            events = self.tree.events.get(node.name, ())
            as_then = events, node.year if moving else 0
            if as_then not in found:
                found[as_then] = changed(in_year(self.instance, node.year), events)
            by_name[node.name] = found[as_then]
        return by_name

    def at(self, node: str) -> Instance:
        """The instance as it is at a node: its demand and plants as the node's events leave them."""
        return self._instances[node]

    def by_node(self, figure: Callable[[Instance], Any]) -> Any:
        """An array of something of the instance by node, nodes last; asked once of each instance."""
        each = {id(instance): figure(instance) for instance in self._instances.values()}
        return np.stack([each[id(self.at(node.name))] for node in self.tree], axis=-1)

    @cached_property
    def demanded(self) -> Any:
        """Demand, t/yr: demands x nodes."""
        each = [[by[n.year].quantity for by in self.at(n.name).demands.values()] for n in self.tree]
        return np.array(each).reshape(len(each), -1).T
