"""Which shipments are possible, at what cost: the lane table resolved to pairs of regions and years.

A later row overrides an earlier one, whole, in its own years. ``*`` and group names stand for their regions; a row
never speaks of a region's trade with itself, which is free of cost and always open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from model.base.tables import Column, Table
from model.instance.instance import Instance
from model.instance.trees.events import Event
from model.instance.trees.tree import Tree


@dataclass(frozen=True)
class Lanes:
    """For each lane (commodity, origin, destination) and year the row of the lane table that holds, or -1.

    ``freight`` (USD/t), ``tariff`` (USD/t: its share times the commodity's price) and ``max_flow`` (t/yr; infinite
    where there is no limit, 0 where there is no lane) have the shape of ``row``: lanes x years, or x nodes of a tree.
    """

    keys: Table
    row: npt.NDArray[np.int32]
    freight: npt.NDArray[np.float64]
    tariff: npt.NDArray[np.float64]
    max_flow: npt.NDArray[np.float64]

    def __iter__(self) -> Iterator[tuple[tuple[str, str, str], int]]:
        return iter((key, i) for i, key in enumerate(self.keys))


def resolve(instance: Instance) -> Lanes:
    """The open lanes of an instance between different regions: at least one year in which something may pass."""
    goods = {k: i for i, k in enumerate(instance.commodities)}
    regions = {r: i for i, r in enumerate(instance.regions)}
    years = len(instance.years)
    row = np.full((len(goods), len(regions), len(regions), years), -1, dtype=np.int32)
    frame = instance.tables["lanes"]
    columns = frame[["commodity", "origin", "destination"]].itertuples(index=False, name=None)
    first = (frame["from"].fillna(instance.first_year) - instance.first_year).clip(lower=0).to_numpy(dtype=int)
    last = (frame["to"].fillna(instance.last_year) - instance.first_year).clip(lower=-1).to_numpy(dtype=int)
    places = {name: _places([regions[r] for r in instance.members(name)]) for name in ("*", *instance.groups, *regions)}
    for number, (commodity, origin, destination) in enumerate(columns):
        some = slice(None) if commodity == "*" else goods[commodity]
        window = row[some, ..., first[number] : last[number] + 1]
        a, b = places[origin], places[destination]
        if isinstance(a, slice) or isinstance(b, slice):
            window[..., a, b, :] = number
        else:
            window[..., a[:, None], b, :] = number
    row[:, range(len(regions)), range(len(regions)), :] = -1
    limit = np.append(frame["max_flow"].to_numpy(dtype=float), 0.0)[row]
    k, o, d = np.nonzero((limit > 0).any(axis=3))
    row, limit = row[k, o, d], limit[k, o, d]
    freight = np.append(frame["freight"].to_numpy(dtype=float), 0.0)[row]
    tariff = np.append(frame["tariff"].to_numpy(dtype=float), 0.0)[row]
    prices = np.array([instance.price[c] for c in instance.commodities])
    names = instance.commodities, instance.regions
    parts = zip((names[0], names[1], names[1]), (k, o, d), strict=True)
    keys = Table([Column(labels, codes.astype(np.int32)) for labels, codes in parts])
    return Lanes(keys, row, freight, tariff * prices[k][:, None], limit)


def at_nodes(instance: Instance, tree: Tree) -> Lanes:
    """The lanes by node of a tree, as its events leave them: limits the least, tariffs added up."""
    lanes = resolve(instance)
    if not tree.events and [node.year for node in tree] == list(instance.years):
        return lanes
    years = np.array([node.year - instance.first_year for node in tree])
    row, freight = lanes.row[:, years], lanes.freight[:, years]
    tariff, max_flow = lanes.tariff[:, years], lanes.max_flow[:, years]
    price = np.array([instance.price[k] for k, _, _ in lanes.keys])
    on: dict[str, npt.NDArray[np.bool_]] = {}
    for i, node in enumerate(tree):
        for event in tree.events.get(node.name, ()):
            if event.kind == "tariff":
                tariff[:, i] += event.add * price * _on(event, lanes, on)
            elif event.max_flow is not None:
                limit = np.where(_on(event, lanes, on), event.max_flow, np.inf)
                max_flow[:, i] = np.minimum(max_flow[:, i], limit)
    return replace(lanes, row=row, freight=freight, tariff=tariff, max_flow=max_flow)


def _on(event: Event, lanes: Lanes, on: dict[str, npt.NDArray[np.bool_]]) -> npt.NDArray[np.bool_]:
    """Which lanes an event speaks of; ``on`` remembers them by its name."""
    if event.name not in on:
        on[event.name] = np.array([event.on_lane(*key) for key in lanes.keys], dtype=bool)
    return on[event.name]


def _places(numbers: list[int]) -> slice | npt.NDArray[np.int64]:
    """Numbers as a slice where they follow one another: to write there is several times as quick."""
    if numbers == list(range(numbers[0], numbers[-1] + 1)):
        return slice(numbers[0], numbers[-1] + 1)
    return np.array(numbers)
