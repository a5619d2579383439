"""What may be built when, and what is then on stream."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from model.base.economics import ramp
from model.base.tables import Column, Floats, Grouped, Table
from model.instance.instance import Instance
from model.instance.records import Plant
from model.instance.trees.tree import Tree


@dataclass(frozen=True)
class Building:
    """Decisions on capacity by plant and node, and what comes of them; ``at``: the instance as it is at a node."""

    instance: Instance
    tree: Tree
    nodes: Table
    at: Callable[[str], Instance]

    @cached_property
    def plants(self) -> Table:
        """The plants."""
        return self._plants(np.arange(len(self.instance.plants)))

    def _plants(self, codes: Any) -> Table:
        return Table([Column(self._names, codes.astype(np.int32))])

    @cached_property
    def _names(self) -> list[str]:
        return list(self.instance.plants)

    @cached_property
    def _years(self) -> Any:
        return np.array([node.year for node in self.tree])

    @cached_property
    def decisions(self) -> Table:
        """Plant and node of each decision that comes early enough to start within the horizon."""
        plant, node = np.nonzero(self._open)
        return self._plants(plant).beside(self.nodes.take(node))

    @cached_property
    def _open(self) -> Any:
        """Plants x nodes: whether something may be decided."""
        first, stop = self._by_node(lambda instance, p: ((w := instance.decision_years(p)).start, w.stop))
        return (first <= self._years) & (self._years < stop)

    @cached_property
    def lead_times(self) -> Any:
        """Plants x nodes: years until what is decided there comes on stream."""
        return self._by_node(lambda _, p: (p.lead_time,))[0]

    def _by_node(self, figures: Callable[[Instance, Plant], tuple[int, ...]]) -> Any:
        """Some figures of each plant by node: figures x plants x nodes, or x 1 where all nodes are alike."""
        found: dict[int, Any] = {}
        for node in self.tree:
            instance = self.at(node.name)
            if id(instance) not in found:
                found[id(instance)] = [figures(instance, p) for p in instance.plants.values()]
        names = [node.name for node in self.tree] if len(found) > 1 else [self.tree.nodes[0].name]
        values = np.array([found[id(self.at(name))] for name in names]).reshape(len(names), len(self._names), -1)
        return values.transpose(2, 1, 0)

    @cached_property
    def _ramped(self) -> tuple[Table, Floats]:
        number = {node.name: i for i, node in enumerate(self.tree)}
        pairs = [(number[b.name], i) for i, node in enumerate(self.tree) for b in self.tree.paths[node.name]]
        decided, now = np.array(pairs).T
        passed = self._years[now] - self._years[decided]
        kinds: dict[tuple[Any, ...], tuple[Any, Any]] = {}
        found = []
        for j, plant in enumerate(self.instance.plants.values()):
            window, lead = self._open[j], np.broadcast_to(self.lead_times[j], len(self._years))
            some = bool(window.any())
            kind = (plant.ramp_years, plant.lifetime, lead.tobytes(), window.tobytes()) if some else ()
            if kind and kind not in kinds:
                kinds[kind] = self._on_stream(plant, passed - lead[decided], window[decided])
            if kind:
                found.append((j, *kinds[kind]))
        place = np.concatenate([some for _, some, _ in found]) if found else np.zeros(0, dtype=int)
        share = np.concatenate([shares for *_, shares in found]) if found else np.zeros(0)
        plants = np.repeat([j for j, *_ in found], [len(some) for _, some, _ in found]).astype(int)
        table = self._plants(plants).beside(self.nodes.take(decided[place])).beside(self.nodes.take(now[place]))
        return table, share

    @staticmethod
    def _on_stream(plant: Plant, year: Any, decided: Any) -> tuple[Any, Any]:
        """Places of the pairs of nodes between which something comes on stream, and the share that has ramped up."""
        places = np.flatnonzero(decided & (year >= 0) & (year < plant.lifetime))
        most = int(year.max(initial=0)) + 1
        shares = np.array([ramp(i, plant.ramp_years, plant.lifetime) for i in range(most)])
        return places, shares[year[places]]

    @property
    def ramped(self) -> Table:
        """Plant, node of the decision and node at which what was decided is on stream."""
        return self._ramped[0]

    @property
    def ramped_share(self) -> Floats:
        """The share of it that has ramped up."""
        return self._ramped[1]

    @cached_property
    def on_stream(self) -> Grouped:
        """By plant and node the decisions that are on stream."""
        owner = self.ramped.codes(0) * len(self.nodes) + self.ramped.codes(2)
        return Grouped.by(self.plants.times(self.nodes), owner, self.ramped.only(1))

    def on_paths(self, some: Any) -> Grouped:
        """For some plants (a mask) and each end of the tree the decisions on the path to it."""
        plant, node = self.decisions.codes(0), self.decisions.codes(1)
        on_path = np.zeros((len(self.tree.leaves), len(self.nodes)), dtype=bool)
        number = {name: i for i, name in enumerate(self.nodes)}
        for i, leaf in enumerate(self.tree.leaves):
            on_path[i, [number[b.name] for b in self.tree.paths[leaf]]] = True
        limited = np.unique(plant[some[plant]])
        place = np.full(len(self._names), -1)
        place[limited] = np.arange(len(limited))
        ends = Table([Column(list(self.tree.leaves), np.arange(len(on_path), dtype=np.int32))])
        keys = self._plants(limited).times(ends)
        decision, end = np.nonzero(on_path.T[node] & some[plant][:, None])
        owner = place[plant[decision]] * len(on_path) + end
        return Grouped.by(keys, owner, self.decisions.only(1).take(decision))
