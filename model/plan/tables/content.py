r"""What goods hold: the share of a buyer's use whose material passed through a supplier at any stage.

By proportional mixing on the solved flows, for one supplier ``c`` (a set of regions), year by year:

    t[k,o] = 1 for o in c; else the mean of p over the inputs of the plants that make k in o, by content
    p[k,o,r] = (ship t[k,o] + carried stock p_before) / (ship + carried stock)         of origin o, where it is used
    P[k,r] = sum_o used p / sum_o used                                                 what plants and buyers there use

A linear system in ``t``: loops (scrap back to feed) make it one. Mines and collection outside ``c`` hold none of it,
nor does the initial stock. Where goods hold several materials each is mixed by itself, and a cap that names none counts
their sum. The base beside it is what the buyer's final demand embodies of the goods that those of the cap end in: other
branches of the chain don't make a cap hollow, nor do loops of scrap. It is the counterpart of the content classes for a
plan that does not trace, and shows what a cap on where the last step was made leaves unseen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property

import numpy as np
import pandas as pd

from model.compiling.arrays import Floats
from model.formulation.network import key
from model.instance.downstream import downstream
from model.instance.policy.policies import OF_MATERIAL
from model.instance.policy.targets import ShareCap, Supplier
from model.plan.quantities.flows import Arrival, Flows, Good, flows
from model.plan.solved import Solved


def content(s: Solved) -> pd.DataFrame:
    """For each direct cap in force: direct share, content share, and how much of embodied demand the cap speaks of."""
    caps = [cap for cap in s.network.policy.share_caps if cap.measure == "direct"]
    # by their regions: a set's name stands for others where the buyer's own regions are among them
    suppliers = {c.regions: c for cap in caps for c in cap.suppliers}
    uses, mixed = flows(s).used, _mixed(s, caps, list(suppliers.values()))
    column = {regions: i for i, regions in enumerate(suppliers)}
    rows = []
    for cap in caps:
        counted = dict.fromkeys((k, o, r) for k, o, r, _ in s.network.uses_in(cap))
        ends = downstream(s.network.instance, cap.commodities)
        for node in s.network.in_force(cap):
            base = s.value("consumption", (*key(cap), node.name))
            if base <= 1e-7 or not cap.suppliers:
                continue
            embodied = s.network.at(node.name).final_demand(cap.regions, node.year, cap.weight, ends)
            used_now = {i: t for i in counted if (t := uses[node.name].get(i))}
            inside = _weighed(
                [
                    (w * used_now[i], mixed[material][node.name][i])
                    for material, held in _counted_by(s, cap.weight).items()
                    for i in used_now
                    if (w := 1.0 if held is None else held.get(i[0], 0.0))
                ],
                len(column),
            )
            inside = inside / base
            amounts = {i: s.network.weight(cap, i[0]) * t for i, t in used_now.items()}
            for c in cap.suppliers:
                direct = sum(w for (_, o, _), w in amounts.items() if o in c.regions) / base
                share = float(inside[column[c.regions]])
                if max(direct, share) > 1e-9:
                    figures = (direct, share, base, embodied, min(1.0, base / embodied) if embodied > 0 else np.nan)
                    rows.append((*key(cap), c.name, *s.when(node.name), *figures))
    return s.table("content", rows)


def _counted_by(s: Solved, weight: str) -> dict[str, Mapping[str, float] | None]:
    """The materials that a weight counts, each with the t of it in a t of a good; None: every tonne, by all content."""
    instance = s.network.instance
    if weight == "tonnes":
        return {"": None}
    if weight == "content":
        return dict(instance.materials) or {"": instance.content}
    material = weight.removeprefix(OF_MATERIAL)
    return {material: instance.materials[material]}


def _mixed(s: Solved, caps: list[ShareCap], suppliers: list[Supplier]) -> dict[str, dict[str, dict[Arrival, Floats]]]:
    """For each material that a cap counts the shares of what arrives."""
    if not suppliers:
        return {}
    instance = s.network.instance
    needed = dict.fromkeys(m for cap in caps for m in _counted_by(s, cap.weight))
    held = {"": instance.content, **instance.materials}
    return {m: _Mixing(s, flows(s), held[m]).shares(suppliers) for m in needed}


def _weighed(parts: list[tuple[float, Floats]], size: int) -> Floats:
    """The sum of some vectors with their weights, added one after the other, as plain sums are."""
    if not parts:
        return np.zeros(size)
    weights, vectors = zip(*parts, strict=True)
    products = np.array(weights)[:, None] * np.concatenate(vectors).reshape(-1, size)
    return np.asarray(np.add.accumulate(products)[-1])


class _Mixing:
    """The linear systems of one plan; right-hand sides and fixed rows change with the supplier."""

    def __init__(self, s: Solved, flows: Flows, held: Mapping[str, float]) -> None:
        self.s, self.flows, self.held = s, flows, held

    def shares(self, suppliers: list[Supplier]) -> dict[str, dict[Arrival, Floats]]:
        """For each node the content of what arrives, by commodity, origin and region: a share for each supplier."""
        found: dict[str, dict[Arrival, Floats]] = {"": {}}
        for node in self.s.network.tree:
            found[node.name] = self._solve(node.name, node.parent, suppliers, found[node.parent])
        return found

    @cached_property
    def inputs(self) -> dict[str, dict[str, float]]:
        """Each plant's inputs by share of content; of tonnes where none holds any."""
        instance, found = self.s.network.instance, {}
        for j, plant in instance.plants.items():
            recipe = {k: -a for k, a in instance.recipes[plant.process].items() if a < 0}
            held = {k: t * self.held.get(k, 0.0) for k, t in recipe.items()}
            weighed = held if sum(held.values()) > 0 else recipe
            found[j] = {k: t / sum(weighed.values()) for k, t in weighed.items()}
        return found

    def _weights(self, n: str) -> tuple[list[Good], list[tuple[int, Arrival, float]]]:
        """The goods made, and by a good's place each arrival that its inputs are mixed from: weights summing to 1."""
        instance, runs = self.s.network.instance, self.flows.runs[n]
        arrivals: dict[Good, list[tuple[Arrival, float]]] = defaultdict(list)
        totals: dict[Good, float] = defaultdict(float)
        for arrival, t in self.flows.used[n].items():
            if t > 0:
                arrivals[arrival[0], arrival[2]].append((arrival, t))
                totals[arrival[0], arrival[2]] += t
        goods: list[Good] = []
        mixed: list[tuple[int, Arrival, float]] = []
        for (k, o), plants in instance.makers.items():
            running = [j for j in plants if j in runs]
            output = {j: instance.recipes[instance.plants[j].process][k] * runs[j] for j in running}
            total = sum(output.values())
            for j, made in output.items():
                for good, part in self.inputs[j].items():
                    factor, used = made / total * part, totals[good, o]
                    mixed += [(len(goods), arrival, factor * t / used) for arrival, t in arrivals[good, o]]
            if output:
                goods.append((k, o))
        return goods, mixed

    def _pools(self, n: str, parent: str) -> dict[Arrival, float]:
        """For each arrival the part of its pool (shipment and carried stock) that was shipped in this year."""
        flows, fresh = self.flows, {}
        for arrival in dict.fromkeys([*flows.shipped[n], *flows.used[n], *flows.stock[n]]):
            old, new = flows.carried(arrival, parent), flows.shipped[n].get(arrival, 0.0)
            if new + old > 0:
                fresh[arrival] = new / (new + old)
        return fresh

    def _solve(
        self, n: str, parent: str, suppliers: list[Supplier], before: Mapping[Arrival, Floats]
    ) -> dict[Arrival, Floats]:
        (goods, mixed), fresh, nothing = self._weights(n), self._pools(n, parent), np.zeros(len(suppliers))
        row = {good: i for i, good in enumerate(goods)}
        carried = {a: (1 - part) * before.get(a, nothing) for a, part in fresh.items() if part < 1}
        matrix, right = np.eye(len(row)), np.zeros((len(row), len(suppliers)))
        for good, arrival, w in mixed:
            if arrival in carried:
                right[good] += w * carried[arrival]
        maker = {a: row[a[:2]] for a in fresh if a[:2] in row}
        made = [(good, maker[a], w * fresh[a]) for good, a, w in mixed if a in maker]
        if made:
            into, out_of, parts = zip(*made, strict=True)
            np.subtract.at(matrix, (into, out_of), parts)
        there: dict[str, list[int]] = defaultdict(list)
        for i, (_, o) in enumerate(goods):
            there[o].append(i)
        own = [[i for r in supplier.regions for i in there[r]] for supplier in suppliers]
        for c, places in enumerate(own):
            right[places, c] = 1.0
        some = np.flatnonzero(right.any(axis=0))
        systems = np.repeat(matrix[None], len(some), axis=0)
        for system, c in zip(systems, some.tolist(), strict=True):
            system[own[c]] = 0.0
            system[own[c], own[c]] = 1.0
        t = np.zeros(right.shape)
        t[:, some] = np.linalg.solve(systems, right.T[some, :, None])[:, :, 0].T
        shares = list(t)
        arrived = {a: shares[maker[a]] if a in maker else nothing for a in fresh}
        return {a: share if fresh[a] == 1 else carried[a] + fresh[a] * share for a, share in arrived.items()}
